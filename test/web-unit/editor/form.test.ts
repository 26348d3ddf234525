import { describe, expect, it } from 'vitest'
import { noProvenance, parse, render, renderData } from '../../../src/template/index.ts'
import { problemIn } from '../../../web/src/api/problem.ts'
import { differences } from '../../../web/src/editor/draft/differences.ts'
import { emptyDraft } from '../../../web/src/editor/draft/draft.ts'
import { samplesOf, sectionsFor } from '../../../web/src/editor/draft/known-variables.ts'
import { refusalOf } from '../../../web/src/editor/draft/refusal.ts'
import { jsonSource } from '../../../web/src/editor/fields/json-source.ts'
import { childrenOf, flattened } from '../../../web/src/editor/template/nested-variables.ts'
import { piecesOf } from '../../../web/src/editor/template/pieces.ts'
import { problemsOf, type TemplateScope } from '../../../web/src/editor/template/problems.ts'
import { found } from '../../../web/src/lists/search.ts'

const scope: TemplateScope = {
  label: 'URL',
  acceptsSecrets: true,
  secrets: ['STRIPE_KEY', 'GITHUB'],
  steps: [
    { key: 'lookup', outputs: ['status', 'body'] },
    { key: 'values', outputs: undefined },
  ],
  laterSteps: ['later'],
}
const problems = (source: string, other: Partial<TemplateScope> = {}) =>
  problemsOf(piecesOf(source), { ...scope, ...other }).map(({ message, fixes }) => [
    message,
    ...fixes.map((it) => (it.kind === 'replace' ? `${it.label}: ${it.text}` : it.label)),
  ])

describe('the problems of a template', () => {
  it('are none if everything exists', () => {
    expect(
      problems('{{ secrets.STRIPE_KEY }}{{ steps.lookup.output.body.any }}{{ steps.values.output.x }}'),
    ).toEqual([])
    expect(problems('{{ secrets.ANY }}', { secrets: undefined })).toEqual([])
  })

  it('are named, with a fix', () => {
    expect(problems('{{ secrets.STRIPE_KYE }}')).toEqual([
      [
        expect.stringContaining('no secret STRIPE_KYE'),
        'Use STRIPE_KEY: secrets.STRIPE_KEY',
        'Add STRIPE_KYE',
      ],
    ])
    expect(problems('{{ steps.lokup.output.body[0] }}')).toEqual([
      ['There is no step lokup before this one.', 'Use lookup: steps.lookup.output.body[0]'],
    ])
    expect(problems('{{ steps.lookup.output.bodi.id }}')).toEqual([
      ['The step lookup gives back no bodi. There is status, body.', 'Use body: steps.lookup.output.body.id'],
    ])
    expect(problems('{{ steps.later.output }}')).toEqual([
      [expect.stringContaining('does not run before this one')],
    ])
    expect(problems('{{ trigger.a | default: secrets.GITHUB }}', { acceptsSecrets: false })).toEqual([
      ['URL cannot hold secrets. Take GITHUB out.'],
    ])
  })
})

describe('the source text of a JSON structure', () => {
  it.each([
    [{ a: '{{ trigger.n }}', b: ['x {{ trigger.s }}', 1, null, true], c: {} }],
    [['{{ trigger["s"] }} and "quotes"', '\\{{ no template }}', 'line\nbreak']],
    [{ 'key {{ trigger.s }}': '{{ trigger.s | upper }}' }],
  ])('means the same', (structure) => {
    const data = { ...noProvenance, secrets: new Map(), steps: {}, trigger: { n: 5, s: 'a "b" \\ c' } }
    const source = jsonSource(structure)
    expect(JSON.parse(render(source, 'json', data).text)).toEqual(renderData(structure, data).value)
    expect(parse(source).length).toBeGreaterThan(0)
  })

  it('of a text is the text', () => {
    expect(jsonSource('{ "a": 1 }')).toBe('{ "a": 1 }')
    expect(jsonSource(undefined)).toBe('')
  })
})

describe('the variables', () => {
  const steps = [
    {
      id: 1,
      key: 'renamed',
      type: 'custom-http',
      fields: {},
      timeoutSeconds: null,
      retry: null,
      onError: 'STOP' as const,
      savedKey: 'old',
    },
  ]
  const type = { output: { properties: { status: {}, body: {} } } }
  const samples = samplesOf([
    { kind: 'TRIGGER', title: 'Trigger', variables: [{ sample: { 'a b': [{ id: 7 }] } }, { sample: 1 }] },
    { kind: 'STEP', title: 'old', variables: [{ sample: { body: 'x', extra: 1 } }] },
  ])

  it('have the samples of the last run, even for a step that was renamed since', () => {
    const sections = sectionsFor(steps, new Map([['custom-http', type]]), samples, ['KEY'])
    expect(
      sections.map(({ title, variables }) => [title, variables.map(({ path, sample }) => [path, sample])]),
    ).toEqual([
      [
        'Trigger',
        [
          ['trigger', { 'a b': [{ id: 7 }] }],
          ['trigger["a b"]', [{ id: 7 }]],
        ],
      ],
      [
        'renamed',
        [
          ['steps.renamed.output', { body: 'x', extra: 1 }],
          ['steps.renamed.output.status', undefined],
          ['steps.renamed.output.body', 'x'],
          ['steps.renamed.output.extra', 1],
        ],
      ],
      ['Secrets', [['secrets.KEY', undefined]]],
    ])
  })

  it('are found inside one another', () => {
    const section = {
      kind: 'TRIGGER',
      title: 'Trigger',
      variables: childrenOf('trigger', samples.trigger),
    } as const
    expect(flattened(section).map(({ path }) => path)).toEqual([
      'trigger["a b"]',
      'trigger["a b"][0]',
      'trigger["a b"][0].id',
    ])
    expect(found('strkey', ['GITHUB', 'STRIPE_KEY', 'STRIPE'], (it) => it)).toEqual(['STRIPE_KEY'])
  })
})

describe('a refusal of the API', () => {
  it.each<[{ step: string; field?: string; row?: number; line?: number; column?: number }, string, string]>([
    [{ step: 'charge', field: 'url' }, 'is required.', 'Is required.'],
    [{ step: 'charge', field: 'headers', row: 2 }, 'its name is empty.', 'Row 2: its name is empty.'],
    [{ step: 'charge', field: 'body', line: 3 }, 'is not valid JSON.', 'Line 3: is not valid JSON.'],
    [
      { step: 'charge', field: 'headers', row: 1, line: 2, column: 5 },
      'value: Write trim.',
      'Row 1, line 2, column 5: value: Write trim.',
    ],
    [{ step: 'a' }, 'retry.count is 99. It may be less.', 'Retry.count is 99. It may be less.'],
  ])('points at %j by data, whatever its message says', (at, reason, said) => {
    const place = { __typename: 'ErrorPlace', step: null, field: null, row: null, line: null, column: null }
    const error = {
      __typename: 'InvalidFieldError',
      code: 'INVALID_FIELD',
      message: 'Step "x": field "y": no',
    }
    const problem = problemIn({ data: { change: { ...error, reason, at: { ...place, ...at } } } })
    expect(problem && refusalOf(problem)).toEqual({
      code: 'INVALID_FIELD',
      message: said,
      step: at.step,
      field: at.field,
    })
  })

  it('without a place is shown in full, and so is an error that is no refusal', () => {
    const message = 'Step "x": field "y": is no place.'
    const shown = { code: 'CONFLICT', message, step: undefined, field: undefined }
    for (const refused of [undefined, { reason: message, at: null }]) {
      expect(refusalOf({ code: 'CONFLICT', message, canRetry: false, ...(refused && { refused }) })).toEqual(
        shown,
      )
    }
  })
})

it('names the differences of two versions without their content', () => {
  const step = {
    id: 1,
    key: 'a',
    type: 't',
    fields: { url: 'canary' },
    timeoutSeconds: null,
    retry: null,
    onError: 'STOP' as const,
    savedKey: 'a',
  }
  const theirs = { ...emptyDraft, name: 'N', steps: [{ ...step, id: 3, key: 'b' }, step] }
  const mine = {
    ...emptyDraft,
    name: 'M',
    steps: [
      { ...step, fields: { url: 'other' }, timeoutSeconds: 5 },
      { ...step, key: 'c' },
    ],
  }
  expect(differences(theirs, mine)).toEqual([
    'The name: “N” there, “M” here.',
    'Step b is only there.',
    'Step c is only here.',
    'Step a: url, timeout.',
  ])
  expect(differences(mine, mine)).toEqual([])
})
