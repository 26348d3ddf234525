import { describe, expect, test } from 'vitest'
import { field, renderFields, Sensitive } from '../../src/steps/index.ts'
import { noProvenance, type Scope } from '../../src/template/index.ts'
import { errorOf, sample, stepWith } from './sample-step.ts'

const secret = 'CANARY "quoted" & more'
const scope = {
  secrets: new Map([
    ['KEY', new Sensitive(secret)],
    ['BROKEN', new Sensitive('CANARY\r\nX-Evil: 1')],
  ]),
  trigger: { n: 7, text: 'a b', yes: true, list: [1, 'x'], mode: 'extra', quote: '"', code: 'x; drop' },
  steps: {},
  ...noProvenance,
}
const render = (raw: unknown, type = sample) => renderFields(type, raw, scope)
const inputOf = (raw: unknown, type = sample) => render(raw, type).input
const inField = (name: string, raw: unknown, type = sample) => inputOf(raw, type)[name]
const revealed = (value: unknown) => (value instanceof Sensitive ? value.reveal() : 'not wrapped')

describe('a secret-capable field', () => {
  test.each<[string, string, unknown, string]>([
    ['text', 'line', 'Bearer {{ secrets.KEY }}', `Bearer ${secret}`],
    ['text without a secret', 'line', 'plain', 'plain'],
    ['header text', 'header', 'Bearer {{ secrets.KEY }}', `Bearer ${secret}`],
    [
      'URL',
      'url',
      'https://a.test/?q={{ secrets.KEY }}',
      'https://a.test/?q=CANARY%20%22quoted%22%20%26%20more',
    ],
    ['JSON text', 'json', '{"a":"{{ secrets.KEY }}"}', JSON.stringify({ a: secret })],
    ['JSON structure', 'json', { a: ['x {{ secrets.KEY }}', 1] }, JSON.stringify({ a: [`x ${secret}`, 1] })],
  ])('of kind %s is a Sensitive', (_kind, name, value, expected) => {
    expect(revealed(inputOf({ [name]: value })[name])).toBe(expected)
  })

  test('of kind pairs has Sensitive values and plain names', () => {
    const { pairs } = inputOf({ pairs: [{ name: 'n{{ trigger.n }}', value: '{{ secrets.KEY }}' }] })
    expect(pairs).toEqual([{ name: 'n7', value: expect.any(Sensitive) }])
    expect(revealed(Array.isArray(pairs) && pairs[0].value)).toBe(secret)
  })
})

describe('a plain field', () => {
  test.each<[string, string, unknown, unknown]>([
    ['multiline', 'lines', 'a\n{{ trigger.text }}', 'a\na b'],
    ['URL', 'plainUrl', 'https://a.test/?q={{ trigger.text }}', 'https://a.test/?q=a%20b'],
    ['JSON text', 'plainJson', '{"n": {{ trigger.n }}, "q": "{{ trigger.quote }}"}', { n: 7, q: '"' }],
    [
      'JSON structure',
      'plainJson',
      { n: '{{ trigger.n }}', l: ['{{ trigger.list }}'] },
      { n: 7, l: [[1, 'x']] },
    ],
    ['JSON number', 'plainJson', 5, 5],
    ['pairs', 'plainPairs', [{ name: 'a', value: '{{ trigger.n }}' }], [{ name: 'a', value: '7' }]],
    ['choice', 'mode', '{{ trigger.mode }}', 'extra'],
    ['number', 'count', ' {{ trigger.n }} ', 7],
    ['number with a fraction', 'ratio', '{{ trigger.missing | default: "-1.5e1" }}', -15],
    ['literal number', 'ratio', 0.5, 0.5],
    ['boolean', 'flag', '{{ trigger.yes }}', true],
    ['literal boolean', 'flag', false, false],
    ['code', 'code', 'a \\{{ b }}', 'a {{ b }}'],
  ])('of kind %s has the type of its kind', (_kind, name, value, expected) => {
    expect(inputOf({ extra: 'x', [name]: value })[name]).toEqual(expected)
  })
})

test('every field is in the input: absent ones are undefined, others have their defaults', () => {
  const input = inputOf({})
  expect(Object.keys(input)).toEqual(Object.keys(sample.fields))
  expect(input).toMatchObject({ mode: 'plain', count: 3 })
  expect(inField('line', {})).toBeUndefined()
})

test('a default is a template too', () => {
  const type = stepWith({ it: field.text({ label: 'It', default: 'n{{ trigger.n }}' }) })
  expect(inputOf({}, type)).toEqual({ it: 'n7' })
  expect(inputOf({ it: '' }, type)).toEqual({ it: '' })
})

test('the names of all secrets are reported once and sorted, including those found in filter results', () => {
  const learned: [readonly string[], string][] = []
  const learn: Scope['learn'] = (names, made) => void learned.push([names, made.reveal()])
  const { secrets } = renderFields(
    sample,
    {
      line: '{{ secrets.KEY | base64 }}',
      pairs: [{ name: 'a', value: '{{ secrets.KEY }}{{ secrets.BROKEN }}' }],
      json: { a: '{{ secrets.KEY }}' },
    },
    { ...scope, learn },
  )
  expect(secrets).toEqual(['BROKEN', 'KEY'])
  expect(learned).toEqual([[['KEY'], btoa(secret)]])
})

test('a field that takes secrets says whether it contains one, named or found in an inserted value', () => {
  const trigger = { ...scope.trigger, found: 'FOUND by', plain: 'plain' }
  const find = (text: string) => (text.includes('FOUND') ? ['OTHER'] : [])
  const holds = (raw: Record<string, unknown>) => {
    const { input, secrets } = renderFields(sample, raw, { ...scope, trigger, find })
    const values = Object.keys(raw).map((name) => [input[name]].flat()[0])
    const held = values.map((it) => (it instanceof Sensitive ? it : (it as { value: Sensitive }).value))
    return [held.map((it) => it.holdsSecret), secrets]
  }
  const fields = (it: string) => ({
    line: `a ${it}`,
    url: `https://h.example/?q=${it}`,
    json: { a: it },
    pairs: [{ name: 'a', value: it }],
  })
  expect(holds(fields('written'))).toEqual([[false, false, false, false], []])
  expect(holds(fields('{{ trigger.plain | upper }}'))).toEqual([[false, false, false, false], []])
  expect(holds(fields('{{ secrets.KEY }}'))).toEqual([[true, true, true, true], ['KEY']])
  expect(holds(fields('{{ trigger.found }}'))).toEqual([[true, true, true, true], ['OTHER']])
  expect(holds(fields('{{ trigger.found | sha256 }}'))).toEqual([[true, true, true, true], ['OTHER']])
})

test('a value is data: a template in it is not rendered', () => {
  const trigger = { text: '{{ secrets.KEY }}' }
  const { input, secrets } = renderFields(sample, { lines: '{{ trigger.text }}' }, { ...scope, trigger })
  expect(input).toMatchObject({ lines: '{{ secrets.KEY }}' })
  expect(secrets).toEqual([])
})

describe('a hidden field', () => {
  test('is not rendered, so a secret that it names need not exist', () => {
    const when = { field: 'on', is: true } as const
    const type = stepWith({
      on: field.boolean({ label: 'On', default: false }),
      it: field.text({ label: 'It', required: true, secrets: true, when }),
    })
    expect(render({ it: '{{ secrets.GONE }}' }, type)).toEqual({
      input: { on: false, it: undefined },
      secrets: [],
      fieldSecrets: new Map(),
    })
  })

  test('is shown and required when an expression gives the value that shows it', () => {
    expect(inField('extra', { mode: '{{ trigger.mode }}', extra: 'x' })).toBe('x')
    const error = errorOf(() => inputOf({ mode: '{{ trigger.mode }}' }))
    expect(error.message).toBe('field "extra": is required.')
  })

  test('hides the fields that depend on it', () => {
    const type = stepWith({
      outer: field.boolean({ label: 'L', default: false }),
      inner: field.boolean({ label: 'L', default: true, when: { field: 'outer', is: true } }),
      it: field.text({ label: 'L', default: 'x', when: { field: 'inner', is: true } }),
    })
    expect(inField('it', {}, type)).toBeUndefined()
    expect(inField('it', { outer: true }, type)).toBe('x')
  })
})

describe('a field that is JSON or text', () => {
  const type = stepWith({
    as: field.choice({ label: 'As', options: ['json', 'text'], default: 'json' }),
    it: field.json({ label: 'It', secrets: true, textWhen: { field: 'as', is: 'text' } }),
  })

  test.each([
    ['json', '{"a":"{{ secrets.KEY }}"}', JSON.stringify({ a: secret })],
    ['text', '{"a":"{{ secrets.KEY }}"}', `{"a":"${secret}"}`],
    ['text', 'no json', 'no json'],
  ])('as %s renders %j as such', (as, it, expected) => {
    expect(revealed(inField('it', { as, it }, type))).toBe(expected)
  })

  test.each([
    ['json', 'no json'],
    ['text', { a: 1 }],
  ])('as %s refuses %j', (as, it) => {
    expect(errorOf(() => inputOf({ as, it }, type)).code).toBe('INVALID_FIELD')
  })
})

describe('refuses when the step runs', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a secret in a plain field', { lines: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED', /field "lines"/],
    [
      'a secret in a filter',
      { lines: '{{ trigger.n | default: secrets.KEY }}' },
      'SECRET_NOT_ALLOWED',
      /"lines"/,
    ],
    ['a secret in a choice', { mode: '{{ secrets.KEY }}' }, 'SECRET_NOT_ALLOWED', /field "mode"/],
    [
      'a secret in a name',
      { pairs: [{ name: '{{ secrets.KEY }}', value: '' }] },
      'SECRET_NOT_ALLOWED',
      /name/,
    ],
    ['a secret that is gone', { line: '{{ secrets.GONE }}' }, 'SECRET_NOT_FOUND', /field "line": .*GONE/],
    ['a path that leads nowhere', { lines: '{{ trigger.gone }}' }, 'UNKNOWN_VARIABLE', /field "lines"/],
    ['a line break in a header', { header: '{{ secrets.BROKEN }}' }, 'INVALID_FIELD', /field "header"/],
    [
      'a line break in the second header',
      {
        headers: [
          { name: 'a', value: '1' },
          { name: 'b', value: '{{ secrets.BROKEN }}' },
        ],
      },
      'INVALID_FIELD',
      /field "headers": row 2: value: /,
    ],
    [
      'no header name',
      { headers: [{ name: '{{ trigger.text }}', value: '' }] },
      'INVALID_FIELD',
      /row 1: its name/,
    ],
    [
      'an empty name',
      { pairs: [{ name: '{{ trigger.x | default: "" }}', value: '' }] },
      'INVALID_FIELD',
      /is empty/,
    ],
    ['no URL', { url: '{{ secrets.KEY }}' }, 'INVALID_FIELD', /field "url"/],
    [
      'no option',
      { mode: '{{ trigger.text }}' },
      'INVALID_FIELD',
      /field "mode": must be plain or extra\. What/,
    ],
    ['no number', { count: '{{ trigger.text }}' }, 'INVALID_FIELD', /field "count": must be a whole number/],
    [
      'a number out of range',
      { count: '{{ trigger.missing | default: 99 }}' },
      'INVALID_FIELD',
      /from 1 to 10/,
    ],
    ['no boolean', { flag: '{{ trigger.n }}' }, 'INVALID_FIELD', /field "flag": must be true or false/],
    ['a value in code', { code: '{{ trigger.code }}' }, 'INVALID_FIELD', /field "code"/],
    ['a field that the step type lost', { gone: '{{ secrets.KEY }}' }, 'INVALID_FIELD', /no field "gone"/],
    ['a choice that the step type lost', { mode: 'lost' }, 'INVALID_FIELD', /field "mode"/],
  ])('%s', (_what, raw, code, message) => {
    const error = errorOf(() => render(raw))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('CANARY')
    expect(error.message).not.toContain('a b')
    expect(error.cause).toBeUndefined()
  })
})
