import fc from 'fast-check'

const base64Line = fc.base64String({ minLength: 64, maxLength: 64 })
const pem = fc
  .array(base64Line, { minLength: 1, maxLength: 30 })
  .map((lines) => ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'))
const account = fc
  .tuple(fc.uuid(), pem)
  .map(([id, key]) => JSON.stringify({ type: 'service_account', id, private_key: key }, null, 2))
const token = fc
  .tuple(fc.base64String({ minLength: 20 }), fc.base64String({ minLength: 40 }))
  .map(([a, b]) =>
    ['eyJhbGciOiJIUzI1NiJ9', a, b].join('.').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  )
const nasty = fc
  .array(fc.constantFrom(...`"'\\/%&;+ <#ux41aö€=:,[]{}`, '🔑', '\n', '\t', '\r\n'), {
    minLength: 8,
    maxLength: 40,
  })
  .map((it) => it.join(''))

/** Typical secrets, and some unusual ones. */
export const secretValue: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9_+/=-]{8,64}$/) },
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 200 }),
    nasty,
    pem,
    account,
    token,
    fc.string({ unit: 'grapheme-ascii', minLength: 20, maxLength: 40 }).map((it) => `Bearer ${it}`),
    fc.uuid(),
  )
  .filter((it) => it.isWellFormed() && /[\p{L}\p{N}][\s\S]*[\p{L}\p{N}]/u.test(it))

/** Texts before and after a value that do not become a part of it. */
export const frames: readonly (readonly [string, string])[] = [
  ['', ''],
  ['{"key":"', '","next":[1,2,3]}'],
  ['Authorization: Bearer ', '\r\nContent-Length: 5\r\n\r\n'],
  ['GET /v1/items?key=', '&page=2 HTTP/1.1'],
  ["curl -H 'x-key: ", "' https://api.example.com/"],
  ['<item name="', '"/>&amp;'],
  ['failed with (', '), at line 12: ¿'],
  ['[secret OTHER] ', ' [secret OTHER]'],
  ['%7B%22key%22%3A%22', '%22%7D'],
  ['\\"key\\":\\"', '\\",'],
  ['data:text/plain;base64,', '.'],
  ['key: >\n  ', '\n\nnext: 1'],
]
export const frame = fc.constantFrom(...frames)

/** The sizes of the pieces of a text, used repeatedly. */
export const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 6 })

export function cut<T extends { length: number; slice(from: number, to: number): T }>(
  whole: T,
  lengths: readonly number[],
): T[] {
  const chunks: T[] = []
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const size = lengths[turn % lengths.length] ?? 1
    chunks.push(whole.slice(at, at + size))
    at += size
  }
  return chunks
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)/g, (_all, long, short, char) =>
    char === undefined ? String.fromCharCode(Number.parseInt(long ?? short, 16)) : char,
  )
const unpercented = (text: string): string =>
  Buffer.from(
    text.replaceAll(/%([0-9a-fA-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
const unlisted = (text: string): string =>
  (text.match(/(?:\d{1,3},\s*){5,}\d{1,3}/g) ?? [])
    .map((it) => Buffer.from(it.split(',').map(Number)).toString('utf8'))
    .join('\0')

/** Everything that a reader of the text can decode from it. */
export function readings(text: string): string[] {
  const base64 = (text.match(/[\w+/-]{8,}/g) ?? []).flatMap((it) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(it.slice(skip), 'base64').toString('utf8')),
  )
  const hex = (text.replaceAll(/(?:0x|[:, \n])/g, '').match(/[0-9a-fA-F]{12,}/g) ?? []).flatMap((it) =>
    [0, 1].map((skip) => Buffer.from(it.slice(skip), 'hex').toString('utf8')),
  )
  return [text, unescaped(text), unpercented(text), unlisted(text), ...base64, ...hex]
}
