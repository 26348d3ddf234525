import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { redactorOf } from './encodings.ts'

const value = 'sk_live_4eC39Hq"Lyj'
const redactor = redactorOf({ KEY: value, PIN: '47114711' })
const failing = (): never => {
  throw new Error(value)
}

describe('a copy in JSON contains no value', () => {
  const url = new URL('https://x.example/?k=1')
  url.searchParams.set('k', value)
  test.each<[string, unknown, unknown]>([
    ['null', null, null],
    ['undefined', undefined, null],
    ['a function', failing, null],
    ['a symbol', Symbol(value), null],
    ['a boolean', true, true],
    ['a number', 1.5, 1.5],
    ['not a number', Number.NaN, null],
    ['a number that is a value', 47114711, '[secret PIN]'],
    ['a bigint', 12345678901234567890n, '12345678901234567890'],
    ['a bigint that is a value', 47114711n, '[secret PIN]'],
    ['a string', `a ${value} b`, 'a [secret KEY] b'],
    ['nested strings', { a: [{ b: value }] }, { a: [{ b: '[secret KEY]' }] }],
    ['a key', { [`x-${value}`]: 1 }, { 'x-[secret KEY]': 1 }],
    [
      'keys that become the same',
      { [value]: 1, [encodeURIComponent(value)]: 2, '[secret KEY]': 3 },
      { '[secret KEY]': 1, '[secret KEY] (2)': 2, '[secret KEY] (3)': 3 },
    ],
    [
      'entries without a value in JSON',
      { a: undefined, b: failing, c: [undefined, failing] },
      { c: [null, null] },
    ],
    ['a sparse list', Object.assign(new Array(3), { 0: 1, 2: 2 }), [1, null, 2]],
    [
      'a Map',
      new Map<unknown, unknown>([
        [value, value],
        [1, 'x'],
      ]),
      { '[secret KEY]': '[secret KEY]', '1': 'x' },
    ],
    ['a Map with objects as keys', new Map([[{ k: value }, 1]]), [[{ k: '[secret KEY]' }, 1]]],
    ['a Set', new Set([value, 'x']), ['[secret KEY]', 'x']],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), null],
    ['a URL', url, 'https://x.example/?k=[secret KEY]'],
    ['search parameters', url.searchParams, 'k=[secret KEY]'],
    ['headers', new Headers({ authorization: `Bearer ${value}` }), { authorization: 'Bearer [secret KEY]' }],
    ['a regular expression', /abc/g, '/abc/g'],
    ['boxed primitives', [Object(value), Object(1), Object(false)], ['[secret KEY]', 1, false]],
    ['a Sensitive', { k: new Sensitive('anything') }, { k: '[secret]' }],
    ['toJSON', { toJSON: () => ({ k: value }) }, { k: '[secret KEY]' }],
    ['a toJSON that throws', { a: { toJSON: failing } }, { a: '[unreadable]' }],
    ['a toJSON that is no function', { toJSON: 1 }, { toJSON: 1 }],
    [
      'a getter that throws',
      Object.defineProperty({ b: 1 }, 'a', { get: failing, enumerable: true }),
      { b: 1, a: '[unreadable]' },
    ],
    [
      'a proxy that throws',
      [new Proxy({}, { ownKeys: failing, has: failing, get: failing, getPrototypeOf: failing })],
      ['[unreadable]'],
    ],
    [
      'an object without a prototype',
      Object.assign(Object.create(null), { k: value }),
      { k: '[secret KEY]' },
    ],
    ['symbols as keys', { [Symbol(value)]: value, a: 1 }, { a: 1 }],
    [
      'a class instance',
      new (class Thing {
        k = value
      })(),
      { k: '[secret KEY]' },
    ],
    [
      'a Buffer',
      Buffer.from(`x${value}`),
      { base64: Buffer.from('x[secret KEY]').toString('base64'), bytes: 13 },
    ],
    ['a Buffer without a value', Buffer.from([0, 255, 128]), { base64: 'AP+A', bytes: 3 }],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer, { base64: 'AQI=', bytes: 2 }],
    ['a view of a part', new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1), { base64: 'Ag==', bytes: 1 }],
    ['the JSON of a Buffer', Buffer.from(`x${value}`).toJSON(), { type: 'Buffer', data: 'x[secret KEY]' }],
    ['bytes without a value', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ['characters one by one', { k: [...`x${value}`] }, { k: 'x[secret KEY]' }],
    ['characters one by one, without a value', [...'🔑abc'], [...'🔑abc']],
    ['a text spread into an object', { k: { ...[...`🔑${value}`] } }, { k: '🔑[secret KEY]' }],
    ['bytes spread into an object', { k: { ...Buffer.from(value) } }, { k: '[secret KEY]' }],
    ['numbered entries without a value', { 0: 1, 1: 2, 2: 3, 3: 4 }, { 0: 1, 1: 2, 2: 3, 3: 4 }],
    ['an error', new TypeError(`bad ${value}`), { name: 'TypeError', message: 'bad [secret KEY]' }],
    [
      'an error with a code',
      Object.assign(new Error('x'), { code: 'E_X', config: { auth: value } }),
      { name: 'Error', code: 'E_X', message: 'x' },
    ],
    [
      'an error with a cause',
      new Error('x', { cause: new Error(value) }),
      { name: 'Error', message: 'x', cause: { name: 'Error', message: '[secret KEY]' } },
    ],
    [
      'an error with any cause',
      new Error('x', { cause: { k: value } }),
      { name: 'Error', message: 'x', cause: { k: '[secret KEY]' } },
    ],
    [
      'an aggregate',
      new AggregateError([new Error(value), value], 'all'),
      {
        name: 'AggregateError',
        message: 'all',
        errors: [{ name: 'Error', message: '[secret KEY]' }, '[secret KEY]'],
      },
    ],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', { get: failing }),
      { name: 'Error', message: '[unreadable]' },
    ],
    [
      'an error with a value as its name',
      Object.assign(new Error('x'), { name: value }),
      { name: '[secret KEY]', message: 'x' },
    ],
  ])('%s', (_what, input, expected) => {
    const copy = redactor.data(input)
    expect(copy).toEqual(expected)
    expect(JSON.parse(JSON.stringify(copy))).toEqual(copy)
    expect(inspect(copy)).not.toContain('4eC39Hq')
  })
})

test('a circle ends, and shared objects are copied', () => {
  const shared = { k: value }
  const circle = { a: shared, b: shared, self: {} }
  circle.self = circle
  expect(redactor.data(circle)).toEqual({
    a: { k: '[secret KEY]' },
    b: { k: '[secret KEY]' },
    self: '[circular]',
  })
})

test('errors that are causes of each other end', () => {
  const error = new Error(value)
  error.cause = error
  expect(redactor.data(error)).toEqual({ name: 'Error', message: '[secret KEY]', cause: '[circular]' })
})

test('a property called __proto__ stays a property', () => {
  const copy = redactor.data(JSON.parse('{"__proto__":{"k":1}}'))
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"k":1}}')
})

test('the depth is bounded', () => {
  let deep: unknown = value
  for (let i = 0; i < 100_000; i++) deep = [deep]
  const json = JSON.stringify(redactor.data(deep))
  expect(json).toContain('[too deep]')
  expect(json).not.toContain(value)
})

test('the size is bounded, even for a small graph that unfolds without end', () => {
  let wide: unknown = ['x']
  for (let i = 0; i < 60; i++) wide = [wide, wide]
  expect(JSON.stringify(redactor.data(wide))).toContain('[too large]')
})

test('the input is not changed', () => {
  const input = { [value]: [value, Buffer.from(value)] }
  const before = inspect(input)
  redactor.data(input)
  expect(inspect(input)).toBe(before)
})

test('a copy of the copy is equal', () => {
  const once = redactor.data({ [value]: [value, Buffer.from(value), new Error(value)] })
  expect(redactor.data(once)).toEqual(once)
})
