import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** A way to read a text in which a value was hidden. */
interface View {
  /** How the value was hidden, for a message: `reversed`. */
  readonly name: string
  read(text: string): string
}

const TEXT_AT_MOST = 200_000
const INFLATED_AT_MOST = 1_000_000

const views: readonly View[] = [
  { name: 'reversed', read: (text) => [...text].reverse().join('') },
  { name: 'rot13', read: rot13 },
  { name: 'spread out', read: (text) => text.replaceAll(/[^A-Za-z0-9]/g, '') },
  { name: 'escaped', read: unescaped },
  { name: 'in base64', read: (text) => fromBase64(text).map(latin1).join('\n') },
  {
    name: 'compressed',
    read: (text) => [...fromBase64(text, [0]), ...fromHex(text)].map(inflated).join('\n'),
  },
  { name: 'in hex', read: (text) => fromHex(text).map(latin1).join('\n') },
  { name: 'as numbers', read: fromNumbers },
]

/** A text in its original form, in every view, and in every view of a view; each text once. */
export function viewsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map([[text, '']])
  let latest = [...found]
  for (let round = 0; round < 2; round++) {
    latest = latest.flatMap(([it, how]) => (it.length > TEXT_AT_MOST ? [] : readAll(it, how)))
    latest = latest.filter(([it]) => it.length > 3 && !found.has(it))
    for (const [it, how] of latest) if (!found.has(it)) found.set(it, how)
  }
  return found
}

function readAll(text: string, how: string): [string, string][] {
  // Reading undoes the last step of hiding first.
  return views.map((view) => [view.read(text), how === '' ? view.name : `${view.name}, then ${how}`])
}

function rot13(text: string): string {
  return text.replaceAll(/[A-Za-z]/g, (letter) => {
    const first = letter < 'a' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
  })
}

function unescaped(text: string): string {
  const character = (_match: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, character)
    .replaceAll(/\\x([0-9a-f]{2})/gi, character)
    .replaceAll(/&#x([0-9a-f]{1,4});/gi, character)
    .replaceAll(/&#(\d{1,4});/g, (_match, digits: string) => String.fromCharCode(Number(digits)))
    .replaceAll(/%([0-9a-f]{2})/gi, character)
    .replaceAll(/\\(["'/\\])/g, '$1')
}

/** A part of a value may begin anywhere in its group of four characters, so all four positions are tried. */
function fromBase64(text: string, beginnings = [0, 1, 2, 3]): Buffer[] {
  const runs = text.replaceAll('\\/', '/').match(/[A-Za-z0-9+/_-]{8,}/g) ?? []
  return runs.flatMap((run) => beginnings.map((from) => Buffer.from(run.slice(from), 'base64')))
}

function fromHex(text: string): Buffer[] {
  const runs = text.match(/(?:[0-9a-f]{2}[\s:,-]{0,2}){6,}/gi) ?? []
  return runs
    .map((run) => run.replaceAll(/[^0-9a-f]/gi, ''))
    .flatMap((run) => [0, 1].map((from) => Buffer.from(run.slice(from), 'hex')))
}

function fromNumbers(text: string): string {
  const runs = text.match(/(?:\d{2,3}[\s,;|-]{1,3}){5,}\d{2,3}/g) ?? []
  return runs.map((run) => String.fromCharCode(...run.split(/\D+/).map(Number))).join('\n')
}

function inflated(bytes: Buffer): string {
  // The output of gzip and zlib begins with these bytes.
  const inflate = bytes[0] === 0x1f ? gunzipSync : bytes[0] === 0x78 ? inflateSync : inflateRawSync
  try {
    return latin1(inflate(bytes, { maxOutputLength: INFLATED_AT_MOST }))
  } catch {
    // The text was not compressed.
    return ''
  }
}

const latin1 = (bytes: Buffer): string => bytes.toString('latin1')
