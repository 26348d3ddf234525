import { expect, test } from 'vitest'
import { checkValue } from '../../src/secret/value.ts'

test.each([
  ['four characters', 'abcd'],
  ['white space around four characters', ' abcd\n'],
  ['64 KiB', 'x'.repeat(65_536)],
  ['64 KiB in UTF-8', 'é'.repeat(32_768)],
  ['a whole surrogate pair', '🔑🔑'],
])('accepts %s', (_what, value) => {
  expect(() => checkValue(value)).not.toThrow()
})

test.each([
  ['nothing', '', 'INVALID_VALUE', /is empty/],
  ['three characters', 'abc', 'INVALID_VALUE', /at least 4 characters/],
  ['three characters and white space', '\tabc \n', 'INVALID_VALUE', /at least 4 characters/],
  ['a byte over 64 KiB', 'x'.repeat(65_537), 'VALUE_TOO_LARGE', /over 64 KiB/],
  ['over 64 KiB in UTF-8 alone', 'é'.repeat(32_769), 'VALUE_TOO_LARGE', /over 64 KiB/],
  ['half of a surrogate pair', 'abcd\ud83d', 'INVALID_VALUE', /half of a character/],
  ['a NUL character', 'abc\0def', 'INVALID_VALUE', /a NUL character/],
])('refuses %s without repeating it', (_what, value, code, message) => {
  expect(() => checkValue(value)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  )
})
