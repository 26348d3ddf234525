import { expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { parse } from '../../src/template/index.ts'
import { fastest } from './fastest.ts'

test('the parts cover the source in order, and literal text is unescaped', () => {
  expect(parse('a\\{{b{{ trigger.x[0]["k"] | hmac_sha256: secrets.K, "hex" | default: 5 }}c')).toEqual([
    { kind: 'text', text: 'a{{b', start: 0, end: 5 },
    {
      kind: 'expression',
      start: 5,
      end: 73,
      expression: {
        path: { root: 'trigger', keys: ['x', 0, 'k'], start: 8, end: 25 },
        filters: [
          {
            name: 'hmac_sha256',
            args: [{ root: 'secrets', keys: ['K'], start: 41, end: 50 }, 'hex'],
            start: 28,
            end: 57,
          },
          { name: 'default', args: [5], start: 60, end: 70 },
        ],
      },
    },
    { kind: 'text', text: 'c', start: 73, end: 74 },
  ])
})

test('an empty template has no parts', () => {
  expect(parse('')).toEqual([])
})

const closed = 'is not closed'
const secretShape = 'A secret is written secrets.NAME'
const stepShape = 'is written steps.KEY.output'

test.each([
  ['{{', 1, 1, closed],
  ['{{ ', 1, 1, closed],
  ['a {{ trigger', 1, 3, closed],
  ['{{ trigger.', 1, 1, closed],
  ['{{ trigger[', 1, 1, closed],
  ['{{ trigger[0', 1, 1, closed],
  ['{{ trigger }', 1, 12, 'expected a | and a filter, or }}'],
  ['{{ trigger |', 1, 1, closed],
  ['{{ trigger | default:', 1, 1, closed],
  ['{{ trigger.a }} {{ trigger.b', 1, 17, closed],
  ['one\ntwo {{ trigger', 2, 5, closed],
  ['one\r\ntwo\rthree {{ x }}', 3, 10, 'A path begins with'],
  ['😀{{ x }}', 1, 5, 'A path begins with'],
  ['{{}}', 1, 3, 'expected a path'],
  ['{{{ trigger }}}', 1, 3, 'expected a path'],
  ['{{ {{ trigger }} }}', 1, 4, 'expected a path'],
  ['{{ "text" }}', 1, 4, 'expected a path'],
  ['{{ 5 }}', 1, 4, 'not with "5"'],
  ['{{ Trigger.body }}', 1, 4, 'not with "Trigger"'],
  ['{{ $json.x }}', 1, 4, 'not with "$json"'],
  ['{{ constructor }}', 1, 4, 'not with "constructor"'],
  ['{{ __proto__ }}', 1, 4, 'not with "__proto__"'],
  ['{{ trigger.a + 1 }}', 1, 14, 'expected a |'],
  ['{{ trigger.a() }}', 1, 13, 'expected a |'],
  ['{{ trigger..a }}', 1, 12, 'expected a key after the dot'],
  ['{{ trigger. a }}', 1, 12, 'expected a key after the dot'],
  ['{{ trigger .a }}', 1, 12, 'expected a |'],
  ['{{ trigger."a" }}', 1, 12, 'expected a key after the dot'],
  ['{{ trigger[] }}', 1, 12, 'expected a position'],
  ['{{ trigger[a] }}', 1, 12, 'expected a position'],
  ['{{ trigger[-1] }}', 1, 12, 'expected a position'],
  ['{{ trigger[1.5] }}', 1, 13, 'expected a ]'],
  ["{{ trigger['a'] }}", 1, 12, 'expected a position'],
  ['{{ trigger["a }}', 1, 12, 'no closing quote'],
  ['{{ trigger["a\\"] }}', 1, 12, 'no closing quote'],
  ['{{ trigger["a\\q"] }}', 1, 12, 'Write \\n for a line break'],
  ['{{ trigger["a\nb"] }}', 1, 12, 'Write \\n for a line break'],
  ['{{ trigger[99999999999999999999] }}', 1, 12, 'too large'],
  ['{{ secrets }}', 1, 4, secretShape],
  ['{{ secrets.A.b }}', 1, 4, secretShape],
  ['{{ trigger.x[01] }}', 1, 14, 'Write [1], not [01]'],
  ['{{ trigger.x[00] }}', 1, 14, 'no zero in front'],
  ['{{ secrets.A[0] }}', 1, 4, secretShape],
  ['{{ secrets[0] }}', 1, 4, secretShape],
  ['{{ secrets[""] }}', 1, 4, secretShape],
  ['{{ trigger | basic: secrets }}', 1, 21, secretShape],
  ['{{ steps }}', 1, 4, stepShape],
  ['{{ steps.a }}', 1, 4, stepShape],
  ['{{ steps.a.status }}', 1, 4, stepShape],
  ['{{ steps[0].output }}', 1, 4, stepShape],
  ['{{ trigger | }}', 1, 14, 'expected the name of a filter'],
  ['{{ trigger || trim }}', 1, 13, 'expected the name of a filter'],
  ['{{ trigger | trimm }}', 1, 14, 'There is no filter "trimm"'],
  ['{{ trigger | constructor }}', 1, 14, 'There is no filter "constructor"'],
  ['{{ trigger | Upper }}', 1, 14, 'There is no filter "Upper"'],
  ['{{ trigger | trim: 1 }}', 1, 14, 'Write trim without'],
  ['{{ trigger | trim: }}', 1, 20, 'expected a path'],
  ['{{ trigger | trim() }}', 1, 18, 'expected a |'],
  ['{{ trigger | basic }}', 1, 14, 'Write basic with a password'],
  ['{{ trigger | basic: "a", "b" }}', 1, 14, 'Write basic with a password'],
  ['{{ trigger | default }}', 1, 14, 'Write default with one value'],
  ['{{ trigger | default: "a", "b" }}', 1, 14, 'Write default with one value'],
  ['{{ trigger | default: true }}', 1, 23, 'not with "true"'],
  ["{{ trigger | default: 'a' }}", 1, 23, 'double quotes'],
  ['{{ trigger | default: "a" "b" }}', 1, 27, 'expected a |'],
  ['{{ trigger | default: - }}', 1, 23, 'not a number'],
  ['{{ trigger | default: 1e999 }}', 1, 23, 'not a number'],
  ['{{ trigger | hmac_sha256 }}', 1, 14, 'Write hmac_sha256 with a key'],
  ['{{ trigger | hmac_sha256: "k", "md5" }}', 1, 14, 'Write hmac_sha256 with a key'],
  ['{{ trigger | hmac_sha256: "k", trigger.form }}', 1, 14, 'Write hmac_sha256 with a key'],
  ['{{ trigger | hmac_sha256: "k", "hex", 1 }}', 1, 14, 'Write hmac_sha256 with a key'],
  [`{{ trigger${'.a'.repeat(65)} }}`, 1, 4, 'at most 64 keys'],
  [`{{ trigger${' | trim'.repeat(17)} }}`, 1, 124, 'at most 16 filters'],
])('%j is refused at line %i, column %i', (source, line, column, advice) => {
  expect(() => parse(source)).toThrow(AppError)
  expect(() => parse(source)).toThrow(
    expect.objectContaining({ code: 'INVALID_TEMPLATE', message: expect.stringContaining(advice) }),
  )
  expect(() => parse(source)).toThrow(`Line ${line}, column ${column}: `)
  expect(() => parse(source)).toThrow(expect.objectContaining({ at: { line, column } }))
})

test.each([
  ['64 keys', `{{ trigger${'.a'.repeat(64)} }}`],
  ['16 filters', `{{ trigger${' | trim'.repeat(16)} }}`],
  ['1 MiB', 'x'.repeat(1024 * 1024)],
])('%s are accepted', (_size, source) => {
  expect(parse(source)).toHaveLength(1)
})

test('a template of more than 1 MiB is refused', () => {
  expect(() => parse('x'.repeat(1024 * 1024 + 1))).toThrow(
    expect.objectContaining({ code: 'INVALID_TEMPLATE' }),
  )
})

test('a long name is shortened in the message', () => {
  expect(() => parse(`{{ ${'x'.repeat(10_000)} }}`)).toThrow(/^.{1,400}$/u)
})

test.each([
  ['opening braces', (n: number) => '{{'.repeat(n)],
  ['escaped braces', (n: number) => '\\{{'.repeat(n)],
  ['escaped braces and one that is open', (n: number) => `${'\\{{'.repeat(n)}{{`],
  ['backslashes', (n: number) => '\\'.repeat(3 * n)],
  ['quotes', (n: number) => `{{ trigger["${'\\"'.repeat(n)}`],
  ['nested quotes', (n: number) => '{{ trigger["{{ trigger["'.repeat(n / 8)],
  ['white space', (n: number) => `{{${' '.repeat(3 * n)}`],
  ['line breaks before an error', (n: number) => `${'\r\n'.repeat(n)}{{`],
  ['a long name', (n: number) => `{{ trigger.${'a'.repeat(3 * n)}`],
  ['digits', (n: number) => `{{ trigger | default: ${'1'.repeat(3 * n)}`],
  ['arguments', (n: number) => `{{ trigger | trim: ${'1,'.repeat(n)}`],
  ['expressions', (n: number) => '{{trigger.a}}'.repeat(n / 2)],
])('the time for %s is linear in their number', (_case, make) => {
  // Eight times the input: quadratic work would take 64 times as long, which is seconds. The constant absorbs the clock
  // and what others do to the caches.
  const small = fastest(() => parse(make(15_000)))
  const large = fastest(() => parse(make(120_000)))
  expect(large).toBeLessThan(32 * small + 100)
})
