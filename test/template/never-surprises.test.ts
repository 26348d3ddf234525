import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { Sensitive } from '../../src/sensitive.ts'
import {
  noProvenance,
  type Place,
  parse,
  referencesIn,
  render,
  renderData,
  type Scope,
} from '../../src/template/index.ts'
import { fastest } from './fastest.ts'
import { exampleScope, values } from './scope.ts'

const places: readonly Place[] = ['text', 'url', 'header', 'json']

// Random text is rarely a template, so templates are assembled from tokens.
const token = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '\\{{',
    '|',
    ':',
    ',',
    '.',
    '[',
    ']',
    '"',
    '\\',
    ' ',
    '\n',
    '0',
    '-1',
    '{',
    '}',
    '"a"',
    '["a"]',
  ],
  ...[
    'secrets',
    'trigger',
    'steps',
    '.A',
    '.B',
    '.output',
    'default',
    'basic',
    'base64',
    'json',
    'raw',
    'urlencode',
  ],
  ...[
    'hmac_sha256: secrets.A',
    '| trim',
    '{{ secrets.A }}',
    '{{ trigger.a }}',
    'https://',
    '/',
    '?',
    '#',
    '@',
    'é',
    '\ud800',
  ],
)
const template = fc.oneof(
  fc.array(token, { maxLength: 30 }).map((tokens) => tokens.join('')),
  fc.string({ unit: 'binary' }),
)
const scope: fc.Arbitrary<Scope> = fc.record({
  secrets: fc
    .dictionary(fc.constantFrom('A', 'B'), fc.string({ unit: 'binary' }))
    .map((secrets) => new Map(Object.entries(secrets).map(([name, value]) => [name, new Sensitive(value)]))),
  trigger: fc.oneof(fc.jsonValue(), fc.record({ a: fc.anything() }), fc.anything()),
  steps: fc.dictionary(fc.string(), fc.record({ output: fc.jsonValue() })),
  find: fc.constant(noProvenance.find),
  learn: fc.constant(noProvenance.learn),
})

test('rendering throws only AppErrors', () => {
  fc.assert(
    fc.property(template, scope, fc.constantFrom(...places), (source, values, place) => {
      for (const work of [
        () => render(source, place, values),
        () => renderData([{ [source]: source }], values),
      ]) {
        try {
          work()
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          expect(error).not.toMatchObject({ code: 'INTERNAL' })
        }
      }
    }),
    { numRuns: 5000 },
  )
})

test('the parts of a template cover it without gap or overlap', () => {
  fc.assert(
    fc.property(template, (source) => {
      let parts: ReturnType<typeof parse>
      try {
        parts = parse(source)
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_TEMPLATE' })
        return
      }
      expect(parts.map(({ start, end }) => source.slice(start, end)).join('')).toBe(source)
      expect(parts.every(({ start, end }) => start < end)).toBe(true)
      for (const path of referencesIn(source))
        expect(source.slice(path.start, path.end).startsWith(path.root)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a value is never rendered again, even if it looks like a template', () => {
  fc.assert(
    fc.property(template, (v) => {
      const looks = {
        secrets: new Map([['A', new Sensitive(v)]]),
        trigger: { v },
        steps: {},
        ...noProvenance,
      }
      expect(render('<{{ trigger.v }}|{{ secrets.A }}>', 'text', looks).text).toBe(`<${v}|${v}>`)
      expect(renderData({ '{{ secrets.A }}': '{{ trigger.v }}' }, looks).value).toEqual({ [v]: v })
    }),
  )
})

const failing = [
  'https://{{ secrets.TOKEN }}@{{ secrets.PASSWORD }}/',
  'https://{{ secrets.PASSWORD }}.h.example/',
  '{{ secrets.TOKEN }}://h.example/',
  '{{ secrets.PASSWORD }}',
  '{{ secrets.TOKEN | raw }}',
  '{"a":{{ secrets.TOKEN }}',
  '{{ secrets.LONG }}\n',
  '{{ secrets.LONG }}',
  'https://h.example/{{ secrets.DOTS }}',
  '{{ secrets.COLON | basic: secrets.TOKEN }}',
  '{{ secrets.TOKEN }}{{ trigger.nope }}',
  '{{ trigger.body.value }}{{ secrets.GONE }}',
  '{{ secrets.TOKEN }}{{ trigger.body[secrets.TOKEN] }}',
]

test.each(places)('no error in the place %s shows a value', (place) => {
  const scope = exampleScope()
  const more = {
    LONG: `${values.token}\n${values.token}`,
    DOTS: `${values.token}/../x`,
    COLON: `${values.token}:`,
  }
  const secrets = new Map([
    ...scope.secrets,
    ...Object.entries(more).map(([k, v]) => [k, new Sensitive(v)] as const),
  ])
  const errors: unknown[] = []
  for (const source of failing) {
    try {
      render(source, place, { ...scope, secrets })
    } catch (error) {
      errors.push(error)
    }
  }
  expect(errors.length).toBeGreaterThan(3)
  const shown = errors.map((error) => inspect(error, { depth: 9, showHidden: true })).join('\n')
  for (const value of Object.values(values)) expect(shown).not.toContain(value.slice(0, 6))
})

test.each([
  ['text', 'expressions', (n: number) => '{{trigger.a}}'.repeat(n)],
  ['url', 'values of the base', (n: number) => '{{trigger.e}}'.repeat(n)],
  ['url', 'values in the user info', (n: number) => `https://${'{{trigger.a}}'.repeat(n)}@h.example`],
  ['url', 'values in the host', (n: number) => `https://${'{{trigger.a}}x'.repeat(n)}.h.example`],
  ['url', 'values in one segment', (n: number) => `https://h.example/${'{{trigger.a}}'.repeat(n)}`],
  ['url', 'values in segments of their own', (n: number) => `https://h.example${'/{{trigger.a}}'.repeat(n)}`],
  ['header', 'blanks', (n: number) => `{{trigger.a}}${' '.repeat(8 * n)}{{trigger.a}}`],
  [
    'header',
    'credentials after blanks',
    (n: number) => `${' '.repeat(n)}${'{{trigger.a|basic:""}}'.repeat(n)}`,
  ],
  ['json', 'values in a string', (n: number) => `"${'{{trigger.a}}'.repeat(n)}"`],
  ['json', 'values in a list', (n: number) => `[${'{{trigger.a}},'.repeat(n)}0]`],
] as const)('the time of the place %s for %s is linear in their number', (place, _case, make) => {
  const scope = { ...exampleScope(), trigger: { a: 'abc', e: '' } }
  // Eight times the input: quadratic work would take 64 times as long, which is seconds. The constant absorbs the clock
  // and what others do to the caches.
  const small = fastest(() => render(make(5000), place, scope))
  const large = fastest(() => render(make(40_000), place, scope))
  expect(large).toBeLessThan(32 * small + 100)
})
