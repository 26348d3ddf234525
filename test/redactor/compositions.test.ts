import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

type Encode = (bytes: Buffer) => string

/** RFC 4648, section 6. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((it) => it.toString(2).padStart(8, '0')).join('')
  const characters = (bits.match(/.{1,5}/g) ?? []).map(
    (it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(it.padEnd(5, '0'), 2)],
  )
  return characters.join('').padEnd(Math.ceil(characters.length / 8) * 8, '=')
}

const everyByte = (bytes: Buffer, before: string): string =>
  [...bytes].map((it) => before + it.toString(16).padStart(2, '0').toUpperCase()).join('')

/** Encodings that one line of a shell can undo. */
const encodings: Record<string, Encode> = {
  base64: (it) => it.toString('base64'),
  base64url: (it) => it.toString('base64url'),
  'base64 after a byte': (it) => Buffer.concat([Buffer.from(':'), it]).toString('base64'),
  'base64 wrapped': (it) => it.toString('base64').replaceAll(/.{16}/g, '$&\n'),
  'base64 glued to a word': (it) => `v1/key_${it.toString('base64')}`,
  base32: base32,
  'base32 in lower case': (it) => base32(it).toLowerCase(),
  'base32 after a byte': (it) => base32(Buffer.concat([Buffer.from(':'), it])),
  hex: (it) => it.toString('hex'),
  'hex in upper case': (it) => it.toString('hex').toUpperCase(),
  'hex with colons': (it) => (it.toString('hex').match(/../g) ?? []).join(':'),
  'percent on every byte': (it) => everyByte(it, '%'),
  JSON: (it) => JSON.stringify(it.toString('latin1')).slice(1, -1),
  HTML: (it) => [...it].map((byte) => `&#${byte};`).join(''),
  'quoted-printable': (it) => everyByte(it, '=').replaceAll(/.{60}/g, '$&=\r\n'),
  'UTF-16': (it) => Buffer.from(it.toString('latin1'), 'utf16le').toString('latin1'),
}
const names = Object.keys(encodings)
const encoded = (how: string, text: string): string => (encodings[how] ?? String)(Buffer.from(text))

const special = `p&ss "w<o>r'd\\x/ y+z%41 $h;l?`
const values: Record<string, string> = {
  'a token': 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'a value of special characters': special,
  'eight characters': 'zQ7!kP2$',
}

function expectMasked(value: string, text: string): void {
  const redactor = redactorOf({ KEY: value })
  const framed = `before (${text}) after`
  expect(redactor.find(framed)).toEqual(['KEY'])
  const redacted = redactor.text(framed)
  expect(redacted).toMatch(/^before \(.{0,40}\[secret KEY\].{0,16}\) after$/s)
  expect(redactor.text(redacted)).toBe(redacted)
}

describe('a single encoding of any value is masked', () => {
  const cases = Object.keys(values).flatMap((kind) => names.map((how) => [kind, how] as const))
  test.each(cases)('%s: %s', (kind, how) => {
    const value = values[kind] ?? ''
    expectMasked(value, encoded(how, value))
  })
})

describe('an encoding of an encoding is masked', () => {
  const cases = names.flatMap((outer) => names.map((inner) => [outer, inner] as const))
  test.each(cases)('%s of %s', (outer, inner) => {
    for (const value of Object.values(values)) expectMasked(value, encoded(outer, encoded(inner, value)))
  })
})

describe('base64 of base64 of base64 is masked', () => {
  test.each([1, 2, 3, 4])('%d times', (times) => {
    let text = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
    for (let i = 0; i < times; i++) text = encoded('base64', text)
    expectMasked('sk_live_4eC39HqLyjWDarjtT1zdp7dc', text)
  })
})

describe('percent-encoding of any depth is masked', () => {
  test.each([1, 2, 3, 5, 9, 30])('%d times', (times) => {
    let text = special
    for (let i = 0; i < times; i++) text = encodeURIComponent(text)
    expectMasked(special, text)
  })
})

describe('UTF-16 in either byte order is masked', () => {
  const texts = ['sk_live_4eC39HqLyjWD', 'zQ7!', 'Schlüssel', 'пароль-€-🔑']
  const orders = ['little', 'big'] as const
  const ways = ['base64', 'base64 after a byte', 'hex', 'base32'] as const
  const cases = texts.flatMap((it) => orders.flatMap((order) => ways.map((how) => [it, order, how] as const)))
  test.each(cases)('%s, %s-endian, in %s', (value, order, how) => {
    const bytes = Buffer.from(value, 'utf16le')
    if (order === 'big') bytes.swap16()
    const redactor = redactorOf({ KEY: value })
    const text = encodings[how]?.(bytes) ?? ''
    expect(redactor.find(`x ${text} y`)).toEqual(['KEY'])
    expect(redactor.text(`x ${text} y`)).toMatch(/^x .{0,4}\[secret KEY\].{0,8} y$/)
  })

  test('as the bytes of a file', () => {
    const bytes = Buffer.from('\ufeffthe key is sk_live_4eC39HqLyjWD', 'utf16le')
    const redacted = redactorOf({ KEY: 'sk_live_4eC39HqLyjWD' }).bytes(bytes)
    expect(Buffer.from(redacted).toString('latin1')).toMatch(/i\0s\0 \0\[secret KEY\]\0?$/)
  })
})

describe('a long value in another case is masked', () => {
  test.each([
    ['sk_live_4eC39HqLyjWD', true],
    ['dGhpc0lzQVRva2Vu4x', true],
    ['correct horse battery staple', true],
    ['Administrator', false],
    ['Key_With_1_word', false],
    ['Ab1Cd2_xyz', false],
  ])('%s: %s', (value, masked) => {
    const redactor = redactorOf({ KEY: value })
    const other = masked ? value.toUpperCase() : value.toLowerCase()
    expect(redactor.text(`a ${other} b`)).toBe(masked ? 'a [secret KEY] b' : `a ${other} b`)
    const mixed = `${value.slice(0, 2)}${value.slice(2).toUpperCase()}x`
    expect(redactor.find(mixed)).toEqual(mixed.includes(value.toUpperCase()) ? ['KEY'] : [])
  })
})
