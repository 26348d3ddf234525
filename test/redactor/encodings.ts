import { createRedactor, type Redactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'

/** Masks in place, even guessable values. */
export function redactorOf(secrets: Record<string, string>): Redactor {
  const redactor = createRedactor({ inPlace: true })
  for (const [name, value] of Object.entries(secrets)) redactor.learn([name], new Sensitive(value))
  return redactor
}

const bytesOf = (text: string): number[] => [...Buffer.from(text, 'utf8')]
const unitsOf = (text: string): number[] => text.split('').map((it) => it.charCodeAt(0))
const pointsOf = (text: string): number[] => [...text].map((it) => it.codePointAt(0) ?? 0)
const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0')
const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const wrapped = (text: string, width: number, end: string): string =>
  text.replaceAll(new RegExp(`.{${width}}`, 'g'), (line) => line + end)
const percentByte = (code: number): string => `%${hex(code, 2)}`
const everyThird = (text: string, encode: (it: string) => string): string =>
  [...text].map((it, index) => (index % 3 === 0 ? encode(it) : it)).join('')
const xml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

/** Written independently of the redactor: how programs put a well-formed value into a text. */
export const encodings: Record<string, (value: string) => string> = {
  'as it is': (it) => it,
  base64: base64,
  'base64 without padding': (it) => base64(it).replaceAll('=', ''),
  'base64 after one byte': (it) => base64(`:${it}`),
  'base64 after two bytes': (it) => base64(`u:${it}`),
  'base64 between others': (it) => base64(`user:${it}:tail`),
  'base64 wrapped at 76': (it) => wrapped(base64(`0123456789${it}`), 76, '\r\n'),
  'base64 wrapped at 8 and indented': (it) => wrapped(base64(it), 8, '\n    '),
  base64url: (it) => Buffer.from(it, 'utf8').toString('base64url'),
  'base64url in a token': (it) => Buffer.from(`{"k":"${json(it)}"}`, 'utf8').toString('base64url'),
  'base64 of JSON': (it) => base64(JSON.stringify({ key: it })),
  'base64 of percent-encoding': (it) => base64(`k=${encodeURIComponent(it)}`),
  'base64 of base64': (it) => base64(`auth ${base64(`me:${it}`)}`),
  'base64 in percent-encoding': (it) => encodeURIComponent(base64(`a:${it}`)),
  'base64 in JSON wrapped': (it) => JSON.stringify(wrapped(base64(it), 16, '\n')),
  encodeURIComponent: encodeURIComponent,
  'encodeURIComponent in lower case': (it) =>
    encodeURIComponent(it).replaceAll(/%../g, (hit) => hit.toLowerCase()),
  encodeURI: encodeURI,
  'form encoding': (it) => new URLSearchParams({ '': it }).toString().slice(1),
  'percent on every byte': (it) => bytesOf(it).map(percentByte).join(''),
  'percent on every third character': (it) =>
    everyThird(it, (char) => bytesOf(char).map(percentByte).join('')),
  'percent in mixed case': (it) =>
    bytesOf(it)
      .map((code, i) => (i % 2 ? percentByte(code).toUpperCase() : percentByte(code)))
      .join(''),
  'percent twice': (it) => encodeURIComponent(encodeURIComponent(it)),
  JSON: json,
  'JSON twice': (it) => json(json(it)),
  'JSON three times': (it) => json(json(json(it))),
  'JSON with escaped slashes': (it) => json(it).replaceAll('/', '\\/'),
  'JSON, ASCII only': (it) =>
    json(it).replaceAll(/[^\0-\x7f]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`),
  'JSON, every character': (it) =>
    unitsOf(it)
      .map((code) => `\\u${hex(code, 4)}`)
      .join(''),
  'JSON, every character, upper case': (it) =>
    unitsOf(it)
      .map((code) => `\\u${hex(code, 4).toUpperCase()}`)
      .join(''),
  'JSON, every character, twice': (it) =>
    unitsOf(it)
      .map((code) => `\\\\u${hex(code, 4)}`)
      .join(''),
  'JavaScript code points': (it) =>
    pointsOf(it)
      .map((code) => `\\u{${code.toString(16)}}`)
      .join(''),
  'Python code points': (it) =>
    pointsOf(it)
      .map((code) => `\\U${hex(code, 8)}`)
      .join(''),
  'percent-encoded JSON': (it) => encodeURIComponent(JSON.stringify({ it })),
  'JSON of percent-encoding': (it) => JSON.stringify(encodeURIComponent(it)),
  XML: xml,
  'XML of JSON': (it) => xml(json(it)),
  'JSON of XML': (it) => json(xml(it)),
  'XML twice': (it) => xml(xml(it)),
  'decimal references': (it) =>
    pointsOf(it)
      .map((code) => `&#${code};`)
      .join(''),
  'decimal references with zeros': (it) =>
    pointsOf(it)
      .map((code) => `&#${String(code).padStart(7, '0')};`)
      .join(''),
  'hexadecimal references': (it) =>
    pointsOf(it)
      .map((code) => `&#x${code.toString(16)};`)
      .join(''),
  'upper-case references': (it) =>
    pointsOf(it)
      .map((code) => `&#X${code.toString(16).toUpperCase()};`)
      .join(''),
  'references on every third character': (it) => everyThird(it, (char) => `&#${char.codePointAt(0) ?? 0};`),
  'single quotes of a shell': (it) => `'${it.replaceAll("'", `'\\''`)}'`,
  'single quotes of a shell, with double quotes between': (it) => `'${it.replaceAll("'", `'"'"'`)}'`,
  'double quotes of a shell': (it) => `"${it.replaceAll(/["\\$`]/g, '\\$&')}"`,
  "a shell's $'..'": (it) =>
    `$'${it.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`,
  'backslash before every special character': (it) => it.replaceAll(/[ "'\\$&;()<>|*?#~`!]/g, '\\$&'),
  '\\x on every byte': (it) =>
    bytesOf(it)
      .map((code) => `\\x${hex(code, 2)}`)
      .join(''),
  'octal on every byte': (it) =>
    bytesOf(it)
      .map((code) => `\\${code.toString(8).padStart(3, '0')}`)
      .join(''),
  hex: (it) => Buffer.from(it, 'utf8').toString('hex'),
  'hex in upper case': (it) => Buffer.from(it, 'utf8').toString('hex').toUpperCase(),
  'hex in mixed case': (it) =>
    bytesOf(it)
      .map((code, i) => (i % 2 ? hex(code, 2) : hex(code, 2).toUpperCase()))
      .join(''),
  'hex with colons': (it) =>
    bytesOf(it)
      .map((code) => hex(code, 2))
      .join(':'),
  'hex of an inspected Buffer': (it) =>
    `<Buffer ${bytesOf(it)
      .map((code) => hex(code, 2))
      .join(' ')}>`,
  'hex literals': (it) =>
    bytesOf(it)
      .map((code) => `0x${hex(code, 2)}`)
      .join(', '),
  'hex wrapped': (it) => wrapped(Buffer.from(it, 'utf8').toString('hex'), 32, '\n'),
  'JSON of a Buffer': (it) => JSON.stringify(Buffer.from(it, 'utf8')).slice(16),
  'indented JSON of bytes': (it) => JSON.stringify(bytesOf(it), null, 2),
  'UTF-8 read as Latin-1': (it) => Buffer.from(it, 'utf8').toString('latin1'),
  CSV: (it) => `"${it.replaceAll('"', '""')}"`,
  SQL: (it) => `'${it.replaceAll("'", "''")}'`,
}
