import { describe, expect, test } from 'vitest'
import { headerParts } from '../../src/redactor/header-parts.ts'

test.each([
  ['Bearer sk_live_x', ['sk_live_x']],
  ['bearer abcd', ['abcd']],
  ['Token  abcdefgh', ['abcdefgh']],
  ['X-Custom-Scheme abcdefgh12', ['abcdefgh12']],
  ['Digest username="me", response="0011"', ['username="me", response="0011"']],
  ['Basic bWU6cGFzc3dvcmQx', ['bWU6cGFzc3dvcmQx', 'me:password1', 'password1']],
  ['Basic bWU6cHc=', ['bWU6cHc=', 'me:pw']],
  ['Basic not-base64!', ['not-base64!']],
  ['Authorization: Bearer sk_live_x', ['Bearer sk_live_x', 'sk_live_x']],
  ['X-Api-Key: abcd', ['abcd']],
  ['X-Api-Key:\tabcd efgh', ['abcd efgh']],
  ['session=abcdefgh1', ['abcdefgh1']],
  ['a=12345678; b=x; c=abcdefgh', ['12345678', 'abcdefgh']],
  ['sid="abcdefgh"; Path=/long/enough/path; Secure; HttpOnly', ['abcdefgh']],
  ['Cookie: a=abcdefgh; b=87654321', ['a=abcdefgh; b=87654321', 'abcdefgh', '87654321']],
  ['sid=abcdefgh==; x=1', ['abcdefgh==']],
])('%s gives the parts that are handled separately', (value, parts) => {
  expect(headerParts(value)).toEqual(parts)
})

describe('no part where other texts would lose a word', () => {
  test.each([
    ['sk_live_plain'],
    ['correct horse battery staple'],
    ['my pass'],
    ['two-words short'],
    ['https://example.com/path'],
    ['time:12:30'],
    ['sid=short; b=tiny'],
    ['abcdefgh1234=='],
    ['line one\nBearer abcdefgh'],
    [''],
    [': '],
    ['='],
  ])('%j', (value) => {
    expect(headerParts(value)).toEqual([])
  })
})
