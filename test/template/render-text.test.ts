import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { render } from '../../src/template/index.ts'
import { exampleScope, values } from './scope.ts'

const text = (source: string) => render(source, 'text', exampleScope()).text

test.each([
  ['', ''],
  ['no expression, } and }} and { alone', 'no expression, } and }} and { alone'],
  ['\\{{ literal }}', '{{ literal }}'],
  ['\\\\{{', '\\{{'],
  ['\\{{{{ trigger.body.zero }}', '{{0'],
  ['\\{ \\', '\\{ \\'],
  ['{{trigger.body.zero}}', '0'],
  ['{{\n\ttrigger.body.zero\r\n}}', '0'],
  ['a{{ trigger.body.zero }}b{{ trigger.body.no }}c', 'a0bfalsec'],
  ['{{ trigger.body.nothing }}', ''],
  ['{{ trigger.body.empty }}', ''],
  ['{{ trigger.body.items }}', '[{"id":7,"name":"first"},{"id":8}]'],
  ['{{ trigger.body.items[0] }}', '{"id":7,"name":"first"}'],
  ['{{ trigger.body.items[0].id }}', '7'],
  ['{{ trigger.body.items[ 1 ].id }}', '8'],
  ['{{ trigger.body.items.1.id }}', '8'],
  ['{{ trigger["body"]["odd key"] }}', 'odd'],
  ['{{ trigger.body["odd\\u0020key"] }}', 'odd'],
  ['{{ trigger.body.content-type }}', 'text/plain'],
  ['{{ trigger.body.größe }}', 'L'],
  ['{{ trigger.body.list }}', '["x",1,null,true]'],
  ['{{ steps.lookup.output.body.email }}', 'a@example.com'],
  ['{{ steps["lookup"].output.status }}', '200'],
  ['{{ steps.quiet.output }}', ''],
  ['{{ secrets.USER }}', 'alice'],
  ['{{ secrets.2FA }}', '123456'],
  ['{{ secrets["USER"] }}', 'alice'],
  ['{{ trigger.body.looks }}', '{{ secrets.TOKEN }}'],
  ['{{ trigger.body.text }}', 'a b/c?d#e&f=g%'],
  ['{{ secrets.TOKEN }}', values.token],
  ['"{{ trigger.body.missing | default: "}}" }}"', '"}}"'],
])('%j renders as %j', (source, expected) => {
  expect(text(source)).toBe(expected)
})

const base64 = (value: string) => Buffer.from(value).toString('base64')
const sha256 = (value: string) => createHash('sha256').update(value).digest('hex')
const signed = (key: string, value: string) => createHmac('sha256', key).update(value)

test.each([
  ['secrets.USER | basic: secrets.PASSWORD', `Basic ${base64(`alice:${values.password}`)}`],
  ['secrets.USER | basic: ""', `Basic ${base64('alice:')}`],
  ['trigger.body.zero | basic: 5', `Basic ${base64('0:5')}`],
  ['trigger.body.unicode | base64', base64('é€😀')],
  ['trigger.body.empty | base64', ''],
  ['trigger.body.items | base64', base64('[{"id":7,"name":"first"},{"id":8}]')],
  ['secrets.TOKEN | base64url', Buffer.from(values.token).toString('base64url')],
  ['trigger.body.unicode | base64url', Buffer.from('é€😀').toString('base64url')],
  ['trigger.body.text | urlencode', 'a%20b%2Fc%3Fd%23e%26f%3Dg%25'],
  ['trigger.x | default: "!\'()*~-._" | urlencode', '%21%27%28%29%2A~-._'],
  ['trigger.body.quote | json', '"say \\"hi\\"\\n\\\\"'],
  ['trigger.body.nothing | json', 'null'],
  ['trigger.body.list | json', '["x",1,null,true]'],
  ['trigger.body.padded | trim', 'x'],
  ['trigger.body.mixed | upper', 'MIXED'],
  ['trigger.body.mixed | lower', 'mixed'],
  ['trigger.body.text | sha256', sha256('a b/c?d#e&f=g%')],
  ['trigger.rawBody | hmac_sha256: secrets.TOKEN', signed(values.token, '{"a":1}').digest('hex')],
  ['trigger.rawBody | hmac_sha256: secrets.TOKEN, "hex"', signed(values.token, '{"a":1}').digest('hex')],
  ['trigger.rawBody | hmac_sha256: "k" , "base64"', signed('k', '{"a":1}').digest('base64')],
  ['trigger.body.padded | trim | upper | base64', base64('X')],
  ['trigger.body.padded|trim|raw', 'x'],
  ['trigger.nope | default: "none"', 'none'],
  ['trigger.nope.deeper[3] | default: -1.5e2', '-150'],
  ['trigger.body.nothing | default: "none"', 'none'],
  ['trigger.body.empty | default: "none"', ''],
  ['trigger.body.zero | default: "none"', '0'],
  ['trigger.body.no | default: "none"', 'false'],
  ['trigger.nope | trim | default: "none" | upper', 'NONE'],
  ['trigger.nope | default: trigger.neither | default: "last"', 'last'],
  ['trigger.nope | default: secrets.USER', 'alice'],
  ['trigger.body.zero | default: trigger.nope', '0'],
  ['secrets.USER | basic: trigger.nope | default: "anonymous"', 'anonymous'],
  ['steps.skipped.output.id | default: "none"', 'none'],
])('the filters of %j give %j', (expression, expected) => {
  expect(text(`{{ ${expression} }}`)).toBe(expected)
})

test.each([
  ['trigger.nope'],
  ['trigger.body.nope.deeper'],
  ['trigger.body.nothing.deeper'],
  ['trigger.body.items[2]'],
  ['trigger.body.items["00"]'],
  ['trigger.body.items.length'],
  ['trigger.body.items.map'],
  ['trigger.body.items["-1"]'],
  ['trigger.body.text.length'],
  ['trigger.body.text[0]'],
  ['trigger.body.__proto__'],
  ['trigger.body.constructor'],
  ['trigger.body["constructor"]["constructor"]'],
  ['trigger.body.toString'],
  ['trigger.body.hasOwnProperty'],
  ['trigger.body.zero.toFixed'],
  ['trigger.date'],
  ['trigger.date.getTime'],
  ['trigger.method'],
  ['trigger.method.name'],
  ['trigger.bytes'],
  ['trigger.bytes[0]'],
  ['trigger.endless'],
  ['trigger.computed'],
  ['steps.skipped.output'],
  ['steps.lookup.output.nope'],
  ['steps.__proto__.output'],
  ['steps.constructor.output'],
])('%s does not exist, and the error names it as it is written', (path) => {
  const start = path.replaceAll('\\', '')
  expect(() => text(`{{ ${path} }}`)).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_VARIABLE',
      message: expect.stringContaining(`${start} leads to`),
    }),
  )
})

test.each([
  ['a filter', 'trigger.nope | upper', 'trigger.nope'],
  ['an argument', 'secrets.USER | basic: trigger.nope', 'trigger.nope'],
  ['the value of default', 'trigger.nope | default: trigger.neither', 'trigger.neither'],
  ['null and a missing default', 'trigger.body.nothing | default: trigger.neither', 'trigger.neither'],
])('a path that does not exist is an error with %s as well', (_case, expression, named) => {
  expect(() => text(`{{ ${expression} }}`)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_VARIABLE', message: expect.stringContaining(`${named} leads`) }),
  )
})

test.each([
  ['{{ secrets.GONE }}'],
  ['{{ trigger.nope }} {{ secrets.GONE }}'],
  ['{{ secrets.GONE | default: "x" }}'],
  ['{{ trigger.body.zero | default: secrets.GONE }}'],
  ['{{ secrets.USER | basic: secrets.GONE | default: "x" }}'],
])('%s fails because of the deleted secret before anything else', (source) => {
  expect(() => text(source)).toThrow(
    expect.objectContaining({
      code: 'SECRET_NOT_FOUND',
      message:
        'The secret GONE does not exist in this workspace. Add it under Settings → Secrets, or take the reference out.',
    }),
  )
})

test('a name on the prototype of an object is no secret', () => {
  expect(() => text('{{ secrets.constructor }}')).toThrow(
    expect.objectContaining({ code: 'SECRET_NOT_FOUND' }),
  )
})

test('a user name with a colon is refused, because it would move text into the password', () => {
  expect(() => text('{{ secrets.COLON | basic: "x" }}')).toThrow(
    expect.objectContaining({ code: 'INVALID_FIELD' }),
  )
})

test('a getter inside an object is left out and not called', () => {
  expect(() => text('{{ trigger }}')).not.toThrow()
})

test('own properties with the names of inherited ones are data', () => {
  const scope = { ...exampleScope(), trigger: JSON.parse('{"constructor":"Acme","__proto__":{"a":1}}') }
  expect(
    render('{{ trigger.constructor }} {{ trigger.__proto__.a }} {{ trigger }}', 'text', scope).text,
  ).toBe('Acme 1 {"constructor":"Acme","__proto__":{"a":1}}')
})

test('data that is nested too deeply ends in an error instead of an exhausted stack', () => {
  const scope = { ...exampleScope(), trigger: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) }
  expect(() => render('{{ trigger }}', 'text', scope)).toThrow(
    expect.objectContaining({ code: 'INVALID_FIELD' }),
  )
})

test('circular data ends in an error', () => {
  const trigger: { self?: unknown } = {}
  trigger.self = trigger
  expect(() => render('{{ trigger }}', 'text', { ...exampleScope(), trigger })).toThrow(
    expect.objectContaining({ code: 'INVALID_FIELD' }),
  )
})

test('a small template that repeats large data ends in an error instead of exhausted memory', () => {
  const scope = { ...exampleScope(), trigger: 'x'.repeat(1024 * 1024) }
  expect(() => render('{{ trigger }}'.repeat(1000), 'text', scope)).toThrow(
    expect.objectContaining({ code: 'INVALID_FIELD', message: expect.stringContaining('32 MiB') }),
  )
})
