import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { retryDelay } from '../../src/executor/retry.ts'
import { describeStepError } from '../../src/executor/step-error.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { StepError } from '../../src/steps/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'a value that no error shows 7741'

const plugin = `
import { defineStep, field, StepError } from '${join(process.cwd(), 'src/steps/index.ts')}'
const about = { title: 'T', description: 'D', output: {}, destinations: () => [] }
let failures = 0
export default [
  defineStep({ ...about, type: 'refuses', fields: { key: field.text({ label: 'Key', secrets: true }) },
    run({ key }) { throw StepError.permanent('No more.', { details: { reason: 'QUOTA', sent: key?.reveal() } }) } }),
  defineStep({ ...about, type: 'flaky', fields: {},
    run(_input, { attempt }) {
      if (attempt < 3) throw StepError.retryable('Not yet.', { after: 0.01 })
      return { attempt } } }),
]
`

let folder: string
let app: TestApp
let workspace: TestWorkspace
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-errors-'))
  await writeFile(join(folder, 'plugin.ts'), plugin)
  app = await startTestApp({ env: { LOCKSTEP_PLUGINS: join(folder, 'plugin.ts') } })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
  await rm(folder, { recursive: true })
})

const refuses = (more: object = {}) => ({
  key: 'one',
  type: 'refuses',
  fields: { key: '{{ secrets.KEY }}' },
  ...more,
})
const tells = (values: object, more: object = {}) => ({
  key: 'two',
  type: 'set-values',
  fields: { values },
  ...more,
})
const run = async (...steps: object[]) => workspace.run((await workspace.createAutomation('It', steps)).id)
const retry = { count: 3, delaySeconds: 3600, on: ['TIMEOUT'] }

describe('a step that may fail', () => {
  test('leaves its error to the steps behind it, and the run goes on', async () => {
    const values = {
      code: '{{ steps.one.error.code }}',
      reason: '{{ steps.one.error.details.reason }}',
      all: '{{ steps.one.error }}',
      output: '{{ steps.one.output | default: "none" }}',
    }
    const ended = await run(refuses({ onError: 'CONTINUE' }), tells(values))
    expect(ended).toMatchObject({ status: 'SUCCEEDED', error: null })
    expect(ended.steps.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED'])
    expect(ended.output).toEqual({
      code: 'STEP_FAILED',
      reason: 'QUOTA',
      all: { code: 'STEP_FAILED', message: 'No more.', details: { reason: 'QUOTA', sent: '[secret KEY]' } },
      output: 'none',
    })
  })

  test('ends the run unless it says otherwise, and its error is not there when it succeeds', async () => {
    expect(await run(refuses(), tells({}))).toMatchObject({ status: 'FAILED' })
    const ended = await run(
      { ...tells({ a: 1 }), key: 'one' },
      tells({ code: '{{ steps.one.error.code | default: "fine" }}' }),
    )
    expect(ended.output).toEqual({ code: 'fine' })
  })

  test('may be the last one: the run succeeds without an output', async () => {
    expect(await run(tells({}), refuses({ onError: 'CONTINUE' }))).toMatchObject({
      status: 'SUCCEEDED',
      output: null,
    })
  })

  test('goes on where another worker left, after the step that failed', async () => {
    const held = await run(
      refuses({ onError: 'CONTINUE' }),
      { key: 'wait', type: 'wait', fields: { seconds: 6 } },
      tells({ code: '{{ steps.one.error.code }}' }),
    )
    expect(held).toMatchObject({ status: 'SUCCEEDED', output: { code: 'STEP_FAILED' } })
  })
})

test('an error that is permanent is not tried again, and one that may pass is, after the time that it says', async () => {
  const ended = await run(refuses({ retry: { ...retry, on: ['STEP_FAILED'] } }))
  expect(ended.status).toBe('FAILED')
  expect(await run({ key: 'it', type: 'flaky', fields: {}, retry })).toMatchObject({
    status: 'SUCCEEDED',
    output: { attempt: 3 },
  })
})

test('without a setting nothing is tried again, and no time is longer than an hour', () => {
  const error = { code: 'STEP_FAILED', message: '', retry: { afterSeconds: 100_000 } }
  const step = { key: 'a', type: 'b', fields: {} }
  expect(retryDelay(step, 1, error)).toBeUndefined()
  expect(retryDelay({ ...step, retry }, 1, error)).toBe(3_600_000)
  expect(retryDelay({ ...step, retry }, 4, error)).toBeUndefined()
  expect(retryDelay({ ...step, retry }, 1, { ...error, retry: 'never' })).toBeUndefined()
})

test('details are plain data, redacted and bounded, and survive the place that is added', async () => {
  const redactor = createRunRedactor()
  redactor.learn(['KEY'], new Sensitive(value))
  const told = (details: unknown) =>
    describeStepError(StepError.permanent('no', { details }).within('field "x"', { field: 'x' }), redactor)
  expect(await told({ [value]: [value], on: new Date(0) })).toEqual({
    code: 'STEP_FAILED',
    message: 'field "x": no',
    at: { field: 'x' },
    retry: 'never',
    details: { '[secret KEY]': ['[secret KEY]'], on: '1970-01-01T00:00:00.000Z' },
  })
  expect(await told('x'.repeat(20_000))).not.toHaveProperty('details')
  expect(await told({ n: 1n })).toMatchObject({ code: 'STEP_FAILED' })
})
