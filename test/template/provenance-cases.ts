import { createHash, createHmac } from 'node:crypto'

/** One filter as it is written, and its result; undefined for a refused input. */
export interface Filter {
  readonly written: string
  readonly apply: (text: string) => string | undefined
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const percent = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9_.~-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
const basic = (user: string, password: string) =>
  user.includes(':') ? undefined : `Basic ${base64(`${user}:${password}`)}`
const hmac = (text: string, key: string) => createHmac('sha256', key).update(text).digest('hex')

export const PLAIN = 'nothing to see'

/** All filters, implemented again by other means than in the template language. */
export const filters: readonly Filter[] = [
  { written: 'basic: "pass-word"', apply: (text) => basic(text, 'pass-word') },
  { written: 'base64', apply: base64 },
  { written: 'base64url', apply: (text) => Buffer.from(text).toString('base64url') },
  { written: 'urlencode', apply: percent },
  { written: 'json', apply: (text) => JSON.stringify(text) },
  { written: 'trim', apply: (text) => text.trim() },
  { written: 'upper', apply: (text) => text.toUpperCase() },
  { written: 'lower', apply: (text) => text.toLowerCase() },
  { written: 'sha256', apply: (text) => createHash('sha256').update(text).digest('hex') },
  { written: 'hmac_sha256: "a key"', apply: (text) => hmac(text, 'a key') },
  { written: 'default: "absent"', apply: (text) => text },
  { written: 'raw', apply: (text) => text },
]

/** The filters with a value as an argument, which is the source here. */
export const argumentFilters: readonly (Filter & { begin: (source: string) => string })[] = [
  {
    written: 'basic',
    begin: (source) => `trigger.plain | basic: ${source}`,
    apply: (text) => basic(PLAIN, text),
  },
  {
    written: 'hmac_sha256',
    begin: (source) => `trigger.plain | hmac_sha256: ${source}`,
    apply: (text) => hmac(PLAIN, text),
  },
  { written: 'default', begin: (source) => `trigger.none | default: ${source}`, apply: (text) => text },
]

/** The forms in which a value comes back. */
export const forms: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  'a part of a text': (value) => `  it is ${value}!\n`,
  'a URL': (value) => `https://api.example.com/a?key=${encodeURIComponent(value)}&b=1`,
  'JSON text': (value) => JSON.stringify({ a: 1, token: value }),
  base64: (value) => base64(`user:${value}`),
  percent: (value) => percent(value),
  'JSON in percent': (value) => percent(JSON.stringify({ token: value })),
}

/** The position of a text in data, and the path to the value that a template takes. */
export const shapes: Readonly<Record<string, { put: (text: string) => unknown; path: string }>> = {
  'by its own': { put: (text) => ({ v: text }), path: '.v' },
  'as an item': { put: (text) => ({ v: ['x', text] }), path: '.v[1]' },
  'in a list': { put: (text) => ({ v: ['x', text] }), path: '.v' },
  'as a key': { put: (text) => ({ v: { [text]: 1 } }), path: '.v' },
  'deep inside': { put: (text) => ({ v: { a: [{ b: text }] } }), path: '.v' },
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Deterministic; the same seed gives the same cases (xorshift32). */
export function randomFrom(seed: number): <T>(list: readonly T[]) => T {
  let state = seed | 0 || 1
  return (list) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return list[(state >>> 0) % list.length] as (typeof list)[number]
  }
}

const decoders: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g, (it) => Buffer.from(it, 'base64').toString()),
  (text) =>
    text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (it) => Buffer.from(it.replaceAll('%', ''), 'hex').toString()),
  (text) => text.replaceAll(/\\(["\\/])/g, '$1'),
]

/** Whether decoding up to four times gives the value. */
export function decodesTo(text: string, value: string): boolean {
  let texts = new Set([text])
  for (let round = 0; round < 5; round++) {
    for (const it of texts) if (it.toLowerCase().includes(value.toLowerCase())) return true
    texts = new Set(
      [...texts].flatMap((it) => decoders.map((decode) => decode(it)).filter((made) => made !== it)),
    )
  }
  return false
}
