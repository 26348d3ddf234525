import { describe, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { checkFields, type ErrorPlace, field } from '../../src/steps/index.ts'
import { errorOf, sample, stepWith } from './sample-step.ts'

const canary = 'CANARY_b7f3'
const check = (raw: unknown, type = sample) => checkFields({ key: 'fetch', type }, raw)
const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)])

describe('accepts', () => {
  test.each<[string, Record<string, unknown>]>([
    ['no fields at all', {}],
    ['null for a field that was left empty', { line: null, count: null }],
    ['an empty text for a field that was left empty', { url: '', count: '', mode: '', plainJson: '' }],
    ['a secret in a text', { line: 'Bearer {{ secrets.KEY }}' }],
    ['a secret in a URL', { url: 'https://{{ secrets.HOST }}/a' }],
    ['a URL that begins with a template', { url: '{{ trigger.url }}/a' }],
    ['a URL whose scheme is complete later', { url: 'http{{ trigger.s }}://example.com' }],
    ['a secret in a JSON text', { json: '{"a": {{ secrets.KEY }}, "b": "x {{ secrets.KEY }}"}' }],
    ['a secret in a JSON structure', { json: { a: ['{{ secrets.KEY }}', 1, null, true] } }],
    ['a template in the key of a JSON structure', { json: { '{{ trigger.key }}': 1 } }],
    ['a secret in the value of a pair', { pairs: [{ name: 'a', value: '{{ secrets.KEY }}' }] }],
    ['a template in the name of a pair', { pairs: [{ name: '{{ trigger.n }}', value: '' }] }],
    ['a header as RFC 9110 has it', { headers: [{ name: "X-a!#$%&'*+.^_`|~1", value: 'é' }] }],
    [
      'several headers of one name',
      {
        headers: [
          { name: 'a', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
    ],
    ['one option of a choice', { mode: 'plain' }],
    ['an expression for a choice', { mode: '{{ trigger.mode }}' }],
    ['an expression for a number', { count: ' {{ trigger.n | default: 3 }} ' }],
    ['an expression for a boolean', { flag: '{{ steps.first.output.ok }}' }],
    ['the least and the greatest number', { count: 1, ratio: -1.5 }],
    ['code with literal braces', { code: 'select \\{{ x }}' }],
    ['a hidden field without content', { mode: 'plain', extra: '' }],
    ['what a form left in a hidden field', { mode: 'plain', extra: 'left' }],
    ['a required field that may turn out hidden', { mode: '{{ trigger.mode }}' }],
    ['a JSON structure 64 levels deep', { plainJson: nested(64) }],
  ])('%s', (_what, raw) => {
    expect(() => check(raw)).not.toThrow()
  })
})

describe('refuses as INVALID_FIELD', () => {
  test.each<[string, unknown, RegExp]>([
    ['a list of fields', [], /fields must be an object/],
    ['no fields', null, /fields must be an object/],
    ['an unknown field', { lin: canary }, /has no field "lin"\. Did you mean "line"\?/],
    ['an inherited name', { constructor: canary }, /has no field "constructor"/],
    ['__proto__', JSON.parse(`{"__proto__":"${canary}"}`), /has no field "__proto__"/],
    ['a number in a text', { line: 5 }, /field "line": must be text/],
    ['two lines in a text', { line: `${canary}\n` }, /field "line": must be one line/],
    ['an object in a multiline', { lines: {} }, /field "lines": must be text/],
    ['a relative URL', { url: `/${canary}` }, /field "url": .*http/],
    ['a URL of another scheme', { url: `ftp://${canary}` }, /field "url": .*http/],
    ['another scheme before a template', { url: `file:///${canary}/{{ trigger.a }}` }, /field "url": .*http/],
    [
      'a value at the end of a host',
      { url: `https://${canary}{{ trigger.a }}` },
      /field "url": trigger\.a.*Put a \//,
    ],
    ['a path before a template', { url: `/${canary}/{{ trigger.a }}` }, /field "url": .*http/],
    ['a text that is no JSON', { plainJson: `{"a": ${canary}}` }, /field "plainJson": is not valid JSON/],
    [
      'a JSON text with a template as key',
      { json: '{ {{ trigger.a }}: 1 }' },
      /field "json": is not valid JSON/,
    ],
    ['JSON nested too deeply', { plainJson: nested(65) }, /field "plainJson": .*nested more than 64/],
    ['JSON nested absurdly deeply', { plainJson: nested(5000) }, /nested more than 64/],
    ['pairs as an object', { pairs: { a: canary } }, /field "pairs": must be a list of \{ name, value \}/],
    ['a pair without value', { pairs: [{ name: 'a' }] }, /field "pairs": row 1: must be \{ name, value \}/],
    ['a pair with more', { pairs: [{ name: 'a', value: '', x: canary }] }, /row 1: must be/],
    [
      'a number as value',
      {
        pairs: [
          { name: 'a', value: '' },
          { name: 'b', value: 1 },
        ],
      },
      /row 2: must be/,
    ],
    ['null as row', { pairs: [null] }, /row 1: must be/],
    ['an empty name', { pairs: [{ name: '', value: canary }] }, /row 1: its name is empty/],
    [
      'a space in a header name',
      { headers: [{ name: 'a b', value: canary }] },
      /row 1: its name is no header name/,
    ],
    [
      'a colon in a header name',
      { headers: [{ name: 'a:', value: canary }] },
      /row 1: its name is no header/,
    ],
    ['a line break in a header', { headers: [{ name: 'a', value: `a\r\n${canary}: 1` }] }, /row 1: value: /],
    ['a line break in a header name', { headers: [{ name: `a\n${canary}`, value: '' }] }, /row 1: /],
    ['no option of a choice', { mode: canary }, /field "mode": must be plain or extra, or one expression/],
    [
      'text around the expression of a choice',
      { mode: `${canary}{{ trigger.a }}` },
      /must be plain or extra/,
    ],
    ['a number as text', { count: '3' }, /field "count": must be a whole number from 1 to 10/],
    ['a fraction', { count: 1.5 }, /whole number from 1 to 10/],
    ['too great a number', { count: 11 }, /whole number from 1 to 10/],
    ['NaN', { ratio: Number.NaN }, /field "ratio":/],
    ['a boolean as text', { flag: 'true' }, /field "flag": must be true or false/],
    [
      'a value in code',
      { code: `${canary} {{ trigger.id }}` },
      /field "code": is code, and takes no \{\{ \}\}/,
    ],
    ['a shown required field that is absent', { mode: 'extra' }, /field "extra": is required/],
    ['a shown required field that is empty', { mode: 'extra', extra: '' }, /field "extra": is required/],
    [
      'content whose switch was forgotten',
      { extra: canary },
      /field "extra": counts only while "mode" is extra/,
    ],
  ])('%s', (_what, raw, message) => {
    const error = errorOf(() => check(raw))
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toMatch(/^Step "fetch": /)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain(canary)
  })

  test('a long unknown name, shortened', () => {
    expect(errorOf(() => check({ ['x'.repeat(5000)]: 1 })).message.length).toBeLessThan(400)
  })
})

describe('a required field', () => {
  const options = { label: 'It', required: true } as const
  const of = {
    text: stepWith({ it: field.text(options) }),
    url: stepWith({ it: field.url(options) }),
    json: stepWith({ it: field.json(options) }),
    pairs: stepWith({ it: field.pairs(options) }),
  }

  test.each<[keyof typeof of, unknown]>([
    ['text', undefined],
    ['text', null],
    ['text', ''],
    ['url', ''],
    ['json', null],
    ['json', ''],
    ['pairs', []],
  ])('of kind %s is missing when it contains %j', (kind, it) => {
    expect(errorOf(() => check({ it }, of[kind])).message).toBe('Step "fetch": field "it": is required.')
  })

  test('of kind json may be an empty list', () => {
    expect(() => check({ it: [] }, of.json)).not.toThrow()
  })

  test('is present because of its default', () => {
    const type = stepWith({ it: field.text({ label: 'It', required: true, default: 'x' }) })
    expect(() => check({}, type)).not.toThrow()
  })
})

describe('refuses a malformed template', () => {
  test.each<[string, Record<string, unknown>, RegExp, ErrorPlace]>([
    [
      'in a text',
      { line: 'Bearer {{ secrets. }}' },
      /field "line": Line 1, column \d+: /,
      { field: 'line', line: 1, column: 19 },
    ],
    [
      'in the second line',
      { lines: 'a\n {{ trigger.a' },
      /field "lines": Line 2, column \d+: /,
      { field: 'lines', line: 2, column: 2 },
    ],
    [
      'in a JSON text of several lines',
      { json: '{\n  "a": "{{ nope }}"\n}' },
      /field "json": Line 2/,
      { field: 'json', line: 2, column: 12 },
    ],
    [
      'in a JSON structure',
      { json: { a: [1, '{{ nope }}'] } },
      /field "json": "a"\.\[1\]: Line 1, column/,
      { field: 'json' },
    ],
    [
      'in a value of a pair',
      { pairs: [{ name: 'a', value: '{{' }] },
      /field "pairs": row 1 value: Line 1/,
      { field: 'pairs', row: 1, line: 1, column: 1 },
    ],
    [
      'in a name of a pair',
      {
        pairs: [
          { name: 'a', value: '' },
          { name: '{{', value: '' },
        ],
      },
      /row 2 name: Line 1/,
      { field: 'pairs', row: 2, line: 1, column: 1 },
    ],
    ['in a choice', { mode: '{{ trigger.' }, /field "mode": Line 1/, { field: 'mode', line: 1, column: 1 }],
    [
      'in a hidden field',
      { mode: 'plain', extra: '{{' },
      /field "extra": Line 1/,
      { field: 'extra', line: 1, column: 1 },
    ],
  ])('%s', (_where, raw, message, at) => {
    const error = errorOf(() => check(raw))
    expect(error.code).toBe('INVALID_TEMPLATE')
    expect(error.message).toMatch(message)
    expect(error.at).toEqual({ step: 'fetch', ...at })
  })
})

describe('refuses a secret', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['in a multiline', { lines: 'a {{ secrets.KEY }}' }, /field "lines": refers to "secrets.KEY"/],
    ['in a URL', { plainUrl: 'https://a.test/{{ secrets.KEY }}' }, /field "plainUrl"/],
    ['in the argument of a filter', { lines: '{{ trigger.a | hmac_sha256: secrets.KEY }}' }, /field "lines"/],
    ['as a default', { lines: '{{ trigger.a | default: secrets.KEY }}' }, /field "lines"/],
    ['in a JSON text', { plainJson: '{"a": "{{ secrets.KEY }}"}' }, /field "plainJson"/],
    [
      'deep in a JSON structure',
      { plainJson: { a: [{ b: '{{ secrets.KEY }}' }] } },
      /"a"\.\[0\]\."b": refers/,
    ],
    ['in the key of a JSON structure', { plainJson: { '{{ secrets.KEY }}': 1 } }, /field "plainJson"/],
    [
      'in the value of a plain pair',
      { plainPairs: [{ name: 'a', value: '{{ secrets.KEY }}' }] },
      /row 1 value/,
    ],
    [
      'in a name of pairs',
      { pairs: [{ name: '{{ secrets.KEY }}', value: '' }] },
      /row 1 name: .*a value can/,
    ],
    ['in a choice', { mode: '{{ secrets.KEY }}' }, /field "mode"/],
    ['in a number', { count: '{{ secrets.KEY }}' }, /field "count"/],
    ['in a boolean', { flag: '{{ secrets.KEY }}' }, /field "flag"/],
    ['in code', { code: '{{ secrets.KEY }}' }, /field "code"/],
    ['in a hidden field', { mode: 'plain', extra: '{{ secrets.KEY }}' }, /field "extra"/],
  ])('%s', (_where, raw, message) => {
    const error = errorOf(() => check(raw))
    expect(error.code).toBe('SECRET_NOT_ALLOWED')
    expect(error.message).toMatch(/^Step "fetch": /)
    expect(error.message).toMatch(message)
  })

  test('and names the fields that can contain one', () => {
    const { message } = errorOf(() => check({ flag: '{{ secrets.KEY }}' }))
    expect(message).toContain('these fields can: line, header, url, json, pairs, headers.')
  })

  test('and says so if no field can', () => {
    const type = stepWith({ it: field.text({ label: 'It' }) })
    expect(errorOf(() => check({ it: '{{ secrets.KEY }}' }, type)).message).toContain(
      'no field of "sample" can',
    )
  })
})

describe('a field that is required only while another has a value', () => {
  const save = (fields: Record<string, unknown>) =>
    checkFields(
      { key: 'fetch', type: customHttp },
      { url: 'https://example.com/', pageParameter: 'page', ...fields },
    )

  test.each(['page', 'offset'])('is missing while pagination is %s', (pagination) => {
    for (const itemsPath of [undefined, null, '']) {
      const error = errorOf(() => save({ pagination, itemsPath }))
      expect([error.code, error.message]).toEqual([
        'INVALID_FIELD',
        'Step "fetch": field "itemsPath": is required.',
      ])
    }
    expect(() => save({ pagination, itemsPath: '$' })).not.toThrow()
  })

  test.each(['none', 'cursor', '{{ trigger.kind }}'])('may be empty while it is %s', (pagination) => {
    expect(() => save({ pagination, nextPath: 'next' })).not.toThrow()
  })
})
