import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../plugins/custom-http/curl/split-words.ts'
import { AppError } from '../../src/errors.ts'

const wordsOf = (text: string) => splitWords(text).words

describe('POSIX', () => {
  test.each<[string, string, string[]]>([
    ['blanks', 'curl  a\tb', ['curl', 'a', 'b']],
    ['single quotes', `curl 'a "b" $c \\d'`, ['curl', 'a "b" $c \\d']],
    ['double quotes', 'curl "a \\"b\\" \\$c \\\\ \\d \'e\'"', ['curl', `a "b" $c \\ \\d 'e'`]],
    ['quotes beside one another', `curl a'b'"c"\\ d`, ['curl', 'abc d']],
    ["the quote that ends and begins again: '\\''", `curl 'it'\\''s'`, ['curl', "it's"]],
    ['empty words', `curl '' ""`, ['curl', '', '']],
    ['continued lines', 'curl \\\n  -H a \\\r\n  b', ['curl', '-H', 'a', 'b']],
    ['a blank behind the backslash that continues', 'curl \\ \n -s', ['curl', '-s']],
    ['a continued word', 'curl a\\\nb "c\\\nd"', ['curl', 'ab', 'cd']],
    ['a line break in quotes', `curl 'a\nb'`, ['curl', 'a\nb']],
    ['a lost backslash before an option', 'curl http://x\n  -H a', ['curl', 'http://x', '-H', 'a']],
    ['comments', 'curl a#b #c', ['curl', 'a#b']],
    ['a translated string', 'curl $"a b"', ['curl', 'a b']],
    ['$ that is no variable', 'curl a$ "b$" $1', ['curl', 'a$', 'b$', '$1']],
    ['ANSI-C', `curl $'a\\'b\\\\c\\n\\t\\"\\?\\q'`, ['curl', `a'b\\c\n\t"?\\q`]],
    ['ANSI-C units', `curl $'\\u0021\\ud83d\\ude00\\u41z\\U0001F600'`, ['curl', '!😀Az😀']],
    ['ANSI-C bytes', `curl $'\\xc3\\xbc\\303\\274\\x41\\101'`, ['curl', 'üüAA']],
    ['ANSI-C controls', `curl $'\\a\\b\\e\\f\\v\\cA'`, ['curl', '\x07\b\x1b\f\v\x01']],
  ])('%s', (_what, text, words) => {
    expect(splitWords(text)).toEqual({ words, notes: [] })
  })

  test.each<[string, string[]]>([
    ['curl a | jq .', ['curl', 'a']],
    ['curl a; rm b', ['curl', 'a']],
    ['curl a && b', ['curl', 'a']],
    ['curl http://x?a=1&b=2', ['curl', 'http://x?a=1']],
    ['curl a > file', ['curl', 'a']],
    ['curl a 2>/dev/null', ['curl', 'a']],
    ['curl a\ncurl b', ['curl', 'a']],
  ])('ends at the end of the command: %j', (text, words) => {
    expect(splitWords(text)).toEqual({ words, notes: [expect.any(String)] })
  })

  test.each(['curl "$TOKEN"', 'curl $TOKEN', `curl "a \${TOKEN} b"`])(
    'keeps a variable, with a note: %s',
    (text) => {
      expect(splitWords(text)).toMatchObject({ notes: [expect.stringContaining('shell variable')] })
      expect(wordsOf(text)[1]).toContain('TOKEN')
      expect(splitWords(text).notes.join()).not.toContain('TOKEN')
    },
  )

  test.each<[string, RegExp]>([
    [`curl 'CANARY`, /the ' at character 6 is never closed/],
    ['curl "CANARY\\"', /the " at character 6/],
    [`curl $'CANARY\\'`, /the \$' at character 6/],
    ['curl "$(cat CANARY)"', /another command stands in it \(character 7\)/],
    ['curl `CANARY`', /another command/],
    [`curl $'CANARY\\xff'`, /bytes that are no text/],
    [`curl $'CANARY\\0'`, /bytes that are no text/],
    [`curl $'\\Uffffffff'`, /bytes that are no text/],
  ])('refuses %s', (text, message) => {
    expect(() => splitWords(text)).toThrow(AppError)
    expect(() => splitWords(text)).toThrow(message)
    expect(() => splitWords(text)).not.toThrow(/CANARY/)
  })
})

const argument = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((it) => it.toWellFormed().replaceAll('\0', ''))
const spiced = fc.oneof(argument, fc.stringMatching(/^[ '"\\$`!^%&|;<>{}\n\r\tab#-]{0,30}$/))

describe('any list of arguments, quoted, is parsed back', () => {
  const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const double = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`
  const ansiC = (text: string) =>
    `$'${[...text].map((it) => (/[\w ]/.test(it) ? it : `\\U${(it.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)).join('')}'`
  const units = (text: string) =>
    `$'${text
      .split('')
      .map((it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('')}'`
  const octal = (text: string) =>
    `$'${[...Buffer.from(text)].map((it) => `\\${it.toString(8).padStart(3, '0')}`).join('')}'`
  // A backslash cannot escape a line break, nor blanks before one.
  const backslash = (text: string) =>
    text === ''
      ? "''"
      : text
          .split(/([\s]+)/)
          .map((it) => (/^\s/.test(it) ? `'${it}'` : it.replace(/[^\w]/gu, '\\$&')))
          .join('')

  test.each(Object.entries({ single, double, ansiC, units, octal, backslash }))('%s', (_name, quote) => {
    fc.assert(
      fc.property(fc.array(spiced), fc.constantFrom(' ', '  ', ' \\\n', '\t'), (words, blank) => {
        const text = ['curl', ...words.map(quote)].join(blank)
        expect(splitWords(text)).toEqual({ words: ['curl', ...words], notes: [] })
      }),
      { numRuns: 300 },
    )
  })
})

describe('cmd', () => {
  test.each<[string, string, string[]]>([
    ['carets', 'curl ^"a^&b^" ^\r\n  -H ^"c: d^"', ['curl', 'a&b', '-H', 'c: d']],
    ['quotes in quotes', 'curl ^"^{^\\^"a^\\^":1^}^"', ['curl', '{"a":1}']],
    ['pairs of backslashes, as browsers write them', 'curl ^"a^\\^\\nb^"', ['curl', 'a\\nb']],
    ['a line break in a value', 'curl ^"a^\n\nb^"', ['curl', 'a\nb']],
    ['a percent sign', 'curl ^"a^%^20b^"', ['curl', 'a%20b']],
    [
      'plain quotes',
      'curl "a^b" ^\n -H "c: \\"d\\"" "e\\f" "g""h" ""',
      ['curl', 'a^b', '-H', 'c: "d"', 'e\\f', 'g"h', ''],
    ],
    ['backslashes before a quote', 'curl ^\n "a\\\\" "b\\\\\\"c"', ['curl', 'a\\', 'b\\"c']],
    ['a caret at the end of a quoted value', 'curl "a^" ^\n "b\\\\c"', ['curl', 'a^', 'b\\\\c']],
    ['single quotes, which are none', "curl ^\n it's", ['curl', "it's"]],
  ])('%s', (_what, text, words) => {
    expect(splitWords(text)).toEqual({ words, notes: [] })
  })

  test.each(['curl ^"a^" & del b', 'curl ^"a^"\ncurl b', 'curl ^"a^" | more'])(
    'ends at the end of the command: %j',
    (text) => {
      expect(splitWords(text)).toEqual({ words: ['curl', 'a'], notes: [expect.any(String)] })
    },
  )

  test('an unclosed quote is refused', () => {
    expect(() => splitWords('curl ^"CANARY')).toThrow(/a " is never closed/)
  })

  test('a caret in the quotes of a POSIX shell does not make it cmd', () => {
    expect(wordsOf(`curl 'a ^"b' "^\n" c^d`)).toEqual(['curl', 'a ^"b', '^\n', 'c^d'])
  })

  test('the quoting of a browser is undone for any argument', () => {
    const asBrowsers = (text: string) =>
      `^"${text
        .replace(/["\\]/g, '\\$&')
        .replace(/[^\w\s]/gu, '^$&')
        .replaceAll('\n', '^\n\n')}^"`
    const plain = spiced.map((it) => it.replaceAll('\r', ''))
    fc.assert(
      fc.property(fc.array(plain), (words) => {
        expect(splitWords(['curl', '^"first^"', ...words.map(asBrowsers)].join(' '))).toEqual({
          words: ['curl', 'first', ...words],
          notes: [],
        })
      }),
    )
  })
})

test('the parsing time grows linearly with the length of the text', () => {
  const texts = ['"', "'a'", '\\', "$'", ' ', '^"', '\\\n', '$', '""', '\\"'].map((it) => it.repeat(100_000))
  for (const text of texts) {
    try {
      splitWords(`curl ${text}`)
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
    }
  }
})
