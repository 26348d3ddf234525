import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readSecretValue } from '../../src/commands/read-secret-value.ts'

const screen = new Writable({ write: (_chunk, _encoding, done) => done() })
const read = async (input: string | Buffer): Promise<string> =>
  (await readSecretValue(Readable.from([Buffer.from(input)]), screen, '')).reveal()

test.each([
  ['as it is', 'a value', 'a value'],
  ['without one line break at its end', 'a value\n', 'a value'],
  ['without one of Windows', 'a value\r\n', 'a value'],
  ['with a second one', 'a value\n\n', 'a value\n'],
  ['with those inside', '-----BEGIN-----\nabc\n-----END-----\n', '-----BEGIN-----\nabc\n-----END-----'],
  ['with white space', '  a value  ', '  a value  '],
  ['with a byte order mark', '\uFEFFa value', '\uFEFFa value'],
])('a value is read %s', async (_what, input, value) => {
  expect(await read(input)).toBe(value)
})

test('a character that is split between two chunks is read whole', async () => {
  const [first, second] = [Buffer.from([0xf0, 0x9f]), Buffer.from([0x94, 0x91])]
  expect((await readSecretValue(Readable.from([first, second]), screen, '')).reveal()).toBe('🔑')
})

describe('refuses, without quoting the input', () => {
  test.each([
    ['bytes that are no text', Buffer.from([0x63, 0x61, 0x6e, 0xff]), 'INVALID_VALUE'],
    ['more than 1 MiB', Buffer.alloc(1024 * 1024 + 1, 'x'), 'VALUE_TOO_LARGE'],
  ])('%s', async (_what, input, code) => {
    await expect(read(input)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('can\uFFFD'),
    })
  })
})
