import { describe, expect, test } from 'vitest'
import type { DraftStep } from '../../../web/src/editor/draft/draft.ts'
import { noSamples, type Samples, sectionsFor } from '../../../web/src/editor/draft/known-variables.ts'
import {
  earlierOutputs,
  exampleOf,
  noTests,
  withOutput,
  withWritten,
} from '../../../web/src/editor/draft/test-data.ts'

const step = (
  id: number,
  key: string,
  fields: object = {},
  savedKey: string | undefined = key,
): DraftStep => ({
  ...{ id, key, type: 'custom-http', savedKey, timeoutSeconds: null, retry: null, onError: 'STOP' as const },
  fields: fields as DraftStep['fields'],
})

const types = new Map([['custom-http', { output: { properties: { status: { type: 'integer' } } } }]])
const lookup = step(1, 'lookup', {}, 'found')
const other = step(2, 'other')
const tell = step(3, 'tell', { url: 'https://a.test/{{ steps.lookup.output.id }}' })
const ofRun: Samples = { ...noSamples, run: 'acme.1', steps: new Map([['found', { id: 'of the run' }]]) }

const outputsOf = (samples = ofRun, tests = noTests) =>
  earlierOutputs(tell, [lookup, other], types, samples, tests)

describe('the output of an earlier step in a test', () => {
  test('is asked for the steps alone that the tested one reads', () => {
    expect(outputsOf().map((it) => it.step.key)).toEqual(['lookup'])
  })

  test('is what a person wrote, before its last test, before the last run, before an example', () => {
    const tested = withOutput(noTests, 1, { id: 'of the test' })
    const written = withWritten(tested, 1, '{"id":"written"}')
    expect(outputsOf(noSamples)).toMatchObject([
      { from: 'type', input: { key: 'lookup', output: { status: 0 } } },
    ])
    // A run is named, so that its output need not be sent, under the key that the step had then.
    expect(outputsOf()[0]?.input).toEqual({ key: 'lookup', run: 'acme.1', keyInRun: 'found' })
    expect(outputsOf(ofRun, tested)).toMatchObject([
      { from: 'test', input: { output: { id: 'of the test' } } },
    ])
    expect(outputsOf(ofRun, written)).toMatchObject([
      { from: 'written', input: { output: { id: 'written' } } },
    ])
  })

  test('has a problem while what a person wrote is no JSON', () => {
    expect(outputsOf(ofRun, withWritten(noTests, 1, '{"id":'))).toMatchObject([
      { from: 'written', text: '{"id":', problem: expect.stringContaining('not JSON') },
    ])
  })

  test('is the last test again once the step was tested anew', () => {
    const tests = withOutput(withWritten(noTests, 1, '1'), 1, { id: 2 })
    expect(outputsOf(ofRun, tests)).toMatchObject([{ from: 'test', input: { output: { id: 2 } } }])
  })

  test('is used but not shown as text when it is large', () => {
    const tests = withOutput(noTests, 1, { id: 'x'.repeat(30_000) })
    expect(outputsOf(ofRun, tests)).toMatchObject([{ from: 'test', text: undefined, problem: undefined }])
  })
})

test('the explorer shows what a test gave, in place of the last run', () => {
  const samples = { ...ofRun, tested: new Map([[1, { fresh: true }]]) }
  const [, section] = sectionsFor([lookup], types, samples, [])
  expect(section?.variables.map(({ label, sample }) => [label, sample])).toEqual([
    ['output', { fresh: true }],
    ['status', undefined],
    ['fresh', true],
  ])
})

test('an example has what a schema declares, however deep the schema goes', () => {
  const endless: { properties: { again: unknown } } = { properties: { again: undefined } }
  endless.properties.again = endless
  expect(JSON.stringify(exampleOf(endless))).toContain('again')
  expect(
    exampleOf({ type: 'object', properties: { list: { type: 'array' }, ok: { type: 'boolean' } } }),
  ).toEqual({
    list: [],
    ok: true,
  })
})
