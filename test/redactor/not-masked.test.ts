import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

const secrets = {
  TOKEN: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  PIN: '4711',
  PASSWORD: 'seat belt',
  PHRASE: 'correct-horse-battery-staple',
  PEM: '-----BEGIN PRIVATE KEY-----\n{\n  "ab": 1,\n};\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n',
  AUTH: 'Bearer abcdefgh-12345',
}
const redactor = redactorOf(secrets)

describe('a text without any form of a value is returned unchanged', () => {
  test.each([
    ['nothing', ''],
    ['one character', 'x'],
    ['plain words', 'The quick brown fox jumps over the lazy dog.'],
    ['another token', 'sk_live_4eC39HqLyjWDarjtT1zdp7dd'],
    ['a beginning of a value', 'sk_live_4eC39HqLyjWDarjt'],
    ['an end of a value', '39HqLyjWDarjtT1zdp7dc'],
    ['a short value in another case', 'SEAT BELT'],
    ['a value in mixed case', 'Sk_Live_4eC39HqLyjWDarjtT1zdp7dc'],
    ['a value broken by a space', 'sk_live_4eC39HqLyjW DarjtT1zdp7dc'],
    ['a value broken by a line', '47\n11'],
    ['words that join over a line', 'these\nat belt'],
    ['long words that join over a line', 'correct-horse-\nbattery-staple'],
    ['other digits', '4712 47.11 47 11'],
    ['the scheme alone', 'Authorization: Bearer'],
    ['the scheme with other credentials', 'Bearer abcdefgh-12346'],
    ['the frame of another key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['brackets of a value of several lines', '{\n}\n};\n'],
    ['percent signs', '100% of %s and %d, %zz %4 %'],
    ['broken percent-encoding', '%E0%A4%A %C3%28'],
    ['backslashes', 'C:\\new\\table\\u12 \\\\server\\share \\'],
    ['entities', 'a &amp; b &lt;c&gt; &nosuch; &#xZZ; &#1114112; & &#;'],
    ['base64 of other bytes', Buffer.from('nothing to see here at all').toString('base64')],
    ['hex of other bytes', Buffer.from('nothing to see here').toString('hex')],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000'],
    ['times and addresses', '12:34:56 ab:cd:ef:01:23:45 fe80::1'],
    ['JSON', '{"a":[1,2,{"b":"c\\"d\\u00e9"}],"url":"http:\\/\\/x"}'],
    ['HTML', '<p class="x">Tom &amp; Jerry&#39;s</p>'],
    ['line endings of every kind', 'a\r\nb\nc\rd\n\n\r\n'],
    ['letters beyond ASCII', 'Ünïcödé 日本語 🔑 \u202e'],
    ['half a surrogate pair', 'a\ud83d b\udd11'],
    ['a NUL and controls', 'a\0b\x01c\x7f'],
    ['a byte order mark', '\ufeffabc'],
    ['marks', '[secret TOKEN] [secret] [secret UNKNOWN]'],
    ['broken marks', '[secret TOKEN [secret ] [secre]t'],
    ['a long run of one character', 'a'.repeat(10_000)],
  ])('%s', (_what, text) => {
    expect(redactor.text(text)).toBe(text)
    expect(redactor.find(text)).toEqual([])
    expect(redactor.data({ [text]: text })).toEqual({ [text]: text })
  })
})

test.each(['', 'a', 'ab', 'abc'])('a value of %j is too short to be searched for', (value) => {
  const short = redactorOf({ SHORT: value })
  expect(short.text('a ab abc abcd')).toBe('a ab abc abcd')
  expect(short.find('abc')).toEqual([])
})

test('a redactor without values changes nothing', () => {
  expect(redactorOf({}).text('sk_live_x [secret A]')).toBe('sk_live_x [secret A]')
})
