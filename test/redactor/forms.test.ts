import { describe, expect, test } from 'vitest'
import { encodings, redactorOf } from './encodings.ts'

const values: Record<string, string> = {
  'a token': 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'a value of special characters': `p&ss "w<o>r'd\\x/ y+z%41 $h;l?`,
  'a value beyond ASCII': 'Schlüssel €123 🔑 пароль',
  'a value of several lines': 'first line "1"\nsecond\\line\twith tab\nthird & last',
  'four characters': 'zQ7!',
}

const cases = Object.keys(values).flatMap((kind) => Object.keys(encodings).map((how) => [kind, how] as const))

describe('every encoding of every kind of value is masked', () => {
  test.each(cases)('%s: %s', (kind, how) => {
    const value = values[kind] ?? ''
    const redactor = redactorOf({ KEY: value })
    const encoded = encodings[how]?.(value) ?? ''
    const text = `before ${encoded} after`
    const redacted = redactor.text(text)
    expect(redacted).toContain('[secret KEY]')
    expect(redacted.startsWith('before ')).toBe(true)
    expect(redacted.endsWith(' after')).toBe(true)
    expect(windows(encoded, 14).filter((it) => redacted.includes(it))).toEqual([])
    expect(redactor.text(redacted)).toBe(redacted)
    expect(redactor.find(text)).toEqual(['KEY'])
  })
})

/** Pieces of the encoded form that are too long to be part of the frame around it. */
function windows(encoded: string, length: number): string[] {
  const pieces: string[] = []
  for (let at = 8; at + length <= encoded.length - 8; at++) pieces.push(encoded.slice(at, at + length))
  return pieces
}

describe('the mark replaces exactly the value', () => {
  const secrets = {
    KEY: 'hunter2-x',
    OTHER: 'x-abcdef',
    LONG: 'my hunter2-x is long',
    AB: 'abab',
    NOTE: 'a b\tc d',
  }
  test.each([
    ['alone', 'hunter2-x', '[secret KEY]'],
    ['in a sentence', 'the hunter2-x, yes', 'the [secret KEY], yes'],
    ['twice', 'hunter2-x hunter2-x', '[secret KEY] [secret KEY]'],
    ['twice without a gap', 'hunter2-xhunter2-x', '[secret KEY][secret KEY]'],
    ['overlapping another secret', 'hunter2-x-abcdef', '[secret KEY]'],
    ['inside a longer secret', 'so my hunter2-x is long.', 'so [secret LONG].'],
    ['a longer secret cut short', 'so my hunter2-x is lon', 'so my [secret KEY] is lon'],
    ['overlapping itself', 'ababab', '[secret AB]'],
    ['overlapping itself with a rest', 'xabababay', 'x[secret AB]ay'],
    ['in a JSON string', '{"k":"hunter2-x"}', '{"k":"[secret KEY]"}'],
    ['in a query', '?a=1&k=hunter2%2Dx&b=2', '?a=1&k=[secret KEY]&b=2'],
    ['in an attribute', '<a k="hunter2&#45;x"/>', '<a k="[secret KEY]"/>'],
    ['base64 with padding', 'aHVudGVyMi14LQ==', '[secret KEY]LQ=='],
    ['base64 at the end', `x ${Buffer.from('1hunter2-x').toString('base64')} y`, 'x M[secret KEY] y'],
    ['base64 bits shared with neighbours', Buffer.from('1hunter2-x1').toString('base64'), 'M[secret KEY]E='],
    ['hex in a word', 'x68756e746572322d78x', 'x[secret KEY]x'],
    ['folded over lines', 'K: a\r\n b\tc\r\n\td', 'K: [secret NOTE]'],
    ['folded with a wide indentation', 'a\n      b\tc d', '[secret NOTE]'],
    ['with a plus for each space', 'q=a+b%09c+d', 'q=[secret NOTE]'],
    ['after a stray backslash', '\\hunter2-x', '\\[secret KEY]'],
    ['after a stray percent sign', '%hunter2-x', '%[secret KEY]'],
    ['after a stray ampersand', '&hunter2-x;', '&[secret KEY];'],
  ])('%s', (_where, text, expected) => {
    expect(redactorOf(secrets).text(text)).toBe(expected)
  })
})

describe('parts and spellings of a value are masked separately', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n'
  const signed = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.Zm9-4x_Tq2Lw8vQm1YkHs0dNc7RbUe3Ja5GfPi6Wt9o'
  const composed = 'caf\u00e9-secret'
  test.each([
    ['outer double quotes', '"quoted-value"', 'v=quoted-value.', 'v=[secret KEY].'],
    ['outer single quotes', "'quoted-value'", 'v=quoted-value.', 'v=[secret KEY].'],
    ['nested quotes and space', ` "'deep value' "\n`, 'v=deep value.', 'v=[secret KEY].'],
    ['a trailing line break', 'value-of-file\n', 'v=value-of-file.', 'v=[secret KEY].'],
    ['leading white space', '\t  indented-value', 'v=indented-value.', 'v=[secret KEY].'],
    ['a line of a key', pem, 'x hkiG9w0BAQEFAASC y', 'x [secret KEY] y'],
    [
      'a line in base64',
      pem,
      `x ${Buffer.from('hkiG9w0BAQEFAASC\n').toString('base64')} y`,
      'x [secret KEY]o= y',
    ],
    ['a line in hex', pem, Buffer.from('MIIEvQIBADANBgkq').toString('hex'), '[secret KEY]'],
    ['an indented line', 'alpha\n    beta-gamma\n', 'x beta-gamma y', 'x [secret KEY] y'],
    ['other line breaks', 'one line\nand two', 'one line\r\nand two', '[secret KEY]'],
    ['other line breaks, decoded', 'one line\r\nand two', 'one line\\nand two', '[secret KEY]'],
    ['decomposed letters', composed, composed.normalize('NFD'), '[secret KEY]'],
    ['composed letters', composed.normalize('NFD'), composed, '[secret KEY]'],
    ['Latin-1 percent-encoding', composed, 'caf%E9-secret', '[secret KEY]'],
    ['letters partly encoded', 'äöü-&-ß', 'ä%C3%B6ü-%26-ß', '[secret KEY]'],
    ['named references', 'é&(x)=y', '&eacute;&amp;&lpar;x&rpar;&equals;y', '[secret KEY]'],
    ['escape()', 'я-я-я', '%u044F-%u044f-я', '[secret KEY]'],
    [
      'a token folded over lines',
      'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
      'v=sk_live_4eC39HqLyj\r\n    WDarjtT1zdp7dc.',
      'v=[secret KEY].',
    ],
    ['a signed token folded over lines', signed, `v=${signed.replace(/.{20}/g, '$&\n')}.`, 'v=[secret KEY].'],
    ['credentials of a scheme', 'Bearer sk_live_x9', 'token sk_live_x9', 'token [secret KEY]'],
  ])('%s', (_what, value, text, expected) => {
    expect(redactorOf({ KEY: value }).text(text)).toBe(expected)
  })
})

describe('the lower-case form of a value in the host of a URL is masked', () => {
  test.each(['AbCdEfGh1234', 'KEY-12345.Part'])('%s', (value) => {
    const redactor = redactorOf({ KEY: value })
    const { hostname } = new URL(`https://${value}.example.com/`)
    expect(redactor.text(`${hostname} is not known`)).toBe('[secret KEY].example.com is not known')
  })

  test.each(['Password', 'Ab1', 'Key_With_1_underscore'])(
    'but not %s, which may be a word or no host',
    (value) => {
      const text = `a ${value.toLowerCase()} b`
      expect(redactorOf({ KEY: value }).text(text)).toBe(text)
    },
  )
})
