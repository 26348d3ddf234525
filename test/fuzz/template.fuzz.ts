import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
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
import { fuzz } from './fuzz.ts'

const places: readonly Place[] = ['text', 'url', 'header', 'json']
const tokens = [
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
    '1e9',
    '{',
    '}',
    "'",
  ],
  ...['secrets', 'trigger', 'steps', '.A', '.B', '.output', '["a"]', '[0]', '["__proto__"]', '.constructor'],
  ...['default', 'basic', 'base64', 'base64url', 'json', 'raw', 'urlencode', 'upper', 'sha256', '| trim'],
  ...[
    '{{ secrets.A }}',
    '{{ secrets.B | base64 }}',
    '{{ trigger.a }}',
    '{{ trigger.a | hmac_sha256: secrets.A }}',
  ],
  ...[
    '{{ trigger.a | basic: secrets.B }}',
    '{{ steps.one.output.x | default: secrets.A }}',
    '{{ secrets.C }}',
  ],
  ...['https://', 'h.example', '/', '?', '#', '@', '..', '%2e', 'é', '\ud800', '\udc00', '\0'],
]
const template = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((it) => it.join('')) },
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'./\\?#@:%2e \n"{}[]a。／⁄') }),
)
const scope: fc.Arbitrary<Scope> = fc.record({
  secrets: fc
    .tuple(odd, odd)
    .map(([a, b]) => new Map(Object.entries({ A: new Sensitive(a), B: new Sensitive(b) }))),
  trigger: fc.oneof(fc.record({ a: fc.oneof(odd, fc.jsonValue(), fc.anything()) }), fc.anything()),
  steps: fc.dictionary(fc.constantFrom('one', 'a', '__proto__'), fc.record({ output: fc.jsonValue() })),
  find: fc.constant(noProvenance.find),
  learn: fc.constant(noProvenance.learn),
})

/** The result of a rendering; `undefined` for a refusal, which is an AppError with a code that people may see. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).not.toMatchObject({ code: 'INTERNAL' })
    return undefined
  }
}

const marked = fc.stringMatching(/^[a-z0-9]{12,24}$/)
const around = fc.constantFrom(
  '',
  ' ',
  '\n',
  '/',
  '@',
  '#',
  '..',
  ':',
  '"',
  '\\',
  '\0',
  '{{',
  '}}',
  '.evil.test',
)

const urls = [
  'https://h.example/{{ trigger.v }}',
  'https://h.example/a/{{ trigger.v }}/b',
  'https://h.example/a{{ trigger.v }}b?x=1',
  'https://h.example/{{ secrets.A }}{{ trigger.v }}/{{ secrets.A }}',
  'https://h.example/?{{ trigger.v }}={{ secrets.A }}',
  'https://h.example?q={{ trigger.v }}',
  'https://h.example#{{ trigger.v }}',
  'https://h.example/{{ trigger.v | base64 }}/{{ secrets.A | urlencode }}',
  'https://h.example\\{{ trigger.v }}',
  'https://{{ trigger.v }}@h.example/',
  'https://{{ trigger.v }}:{{ secrets.A }}@h.example/{{ trigger.v }}',
  'https://user:{{ secrets.A }}@h.example',
  '  https://h.example/{{ trigger.v }}  ',
]

fuzz({
  'parsing and rendering throw nothing but an AppError': fc.property(template, scope, (source, values) => {
    attempt(() => referencesIn({ [source]: source }))
    for (const place of places) attempt(() => render(source, place, values))
    attempt(() => renderData([{ [source]: source }], values))
  }),
  'the parts of a template cover it': fc.property(template, (source) => {
    const parts = attempt(() => parse(source))
    if (parts) expect(parts.map(({ start, end }) => source.slice(start, end)).join('')).toBe(source)
  }),
  'no error shows a value': fc.property(template, marked, around, around, (source, mark, before, after) => {
    const v = new Sensitive(`${before}${mark}${after}`)
    const secrets = new Map(['A', 'B'].map((name) => [name, v]))
    const values = {
      secrets,
      trigger: { a: v.reveal() },
      steps: { one: { output: { x: v.reveal() } } },
      ...noProvenance,
    }
    for (const place of places) {
      try {
        render(source, place, values)
      } catch (error) {
        const shown = inspect(error, { depth: 9, showHidden: true }).toLowerCase()
        for (let at = 0; at + 6 <= mark.length; at++) expect(shown).not.toContain(mark.slice(at, at + 6))
      }
    }
  }),
  'no value outside of the host changes where a URL leads': fc.property(
    fc.constantFrom(...urls),
    odd,
    odd,
    (source, v, secret) => {
      const values = {
        secrets: new Map([['A', new Sensitive(secret)]]),
        trigger: { v },
        steps: {},
        ...noProvenance,
      }
      const rendered = attempt(() => render(source, 'url', values))
      if (!rendered) return
      const { protocol, host } = new URL(rendered.text)
      expect([protocol, host]).toEqual(['https:', 'h.example'])
    },
  ),
  'a value in the host stays in the label that was left for it': fc.property(odd, (v) => {
    const values = { secrets: new Map(), trigger: { v }, steps: {}, ...noProvenance }
    const rendered = attempt(() => render('https://x{{ trigger.v }}.h.example/p', 'url', values))
    if (!rendered) return
    const url = new URL(rendered.text)
    expect([url.protocol, url.pathname, url.search, url.hash]).toEqual(['https:', '/p', '', ''])
    expect(url.host).toMatch(/\.h\.example$/)
    expect(url.username + url.password).toBe('')
  }),
  'a value in a path adds no segment but its own, and takes none away': fc.property(odd, (v) => {
    const values = { secrets: new Map(), trigger: { v }, steps: {}, ...noProvenance }
    const rendered = attempt(() => render('https://h.example/a/b{{ trigger.v }}', 'url', values))
    if (rendered) expect(new URL(rendered.text).pathname.startsWith('/a/b')).toBe(true)
  }),
  'no value adds a header or a key': fc.property(odd, odd, (v, secret) => {
    const values = {
      secrets: new Map([['A', new Sensitive(secret)]]),
      trigger: { v },
      steps: {},
      ...noProvenance,
    }
    const header = attempt(() => render('Bearer {{ secrets.A }}{{ trigger.v }}', 'header', values))
    // RFC 9110, section 5.5. What is beyond ASCII goes as UTF-8.
    expect(header?.text ?? '').toMatch(/^[\t\x20-\x7e\x80-\uffff]*$/)
    const json = render('{"a": "x{{ trigger.v }}{{ secrets.A }}", "b": {{ trigger.v }} }', 'json', values)
    expect(JSON.parse(json.text)).toEqual({ a: `x${v}${secret}`, b: v })
  }),
})
