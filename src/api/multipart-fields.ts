import { decodeText, headerText, readMediaType, readParameter } from '../media-type.ts'
import type { Field } from './form-fields.ts'

const MOST_PARTS = 1000
/** Of the headers of one part (bytes). */
const LONGEST_HEAD = 16 * 1024
/** RFC 2046, section 5.1.1. */
const LONGEST_BOUNDARY = 70
const END_OF_HEAD = Buffer.from('\r\n\r\n')

/**
 * The parts of a `multipart/form-data` body (RFC 7578): a field is its text, a file is `{ filename, type, base64, bytes }`.
 * What stands before the first boundary and after the last is dropped (RFC 2046).
 *
 * @returns what is wrong with it, in words, where it cannot be read.
 */
export function multipartFields(bytes: Uint8Array, boundary: string): Field[] | string {
  if (boundary === '') return 'The Content-Type of a multipart body has to name its boundary.'
  if (boundary.length > LONGEST_BOUNDARY) return `A boundary has at most ${LONGEST_BOUNDARY} characters.`
  const parts = partsOf(Buffer.from(bytes), Buffer.from(boundary, 'latin1'))
  if (typeof parts === 'string') return parts
  const fields: Field[] = []
  for (const part of parts) {
    const field = readPart(part)
    if (typeof field === 'string') return field
    fields.push(field)
  }
  return fields
}

/** The bytes between the lines with the boundary. Each search goes on where the last one ended. */
function partsOf(bytes: Buffer, boundary: Buffer): Buffer[] | string {
  const delimiter = Buffer.concat([Buffer.from('\r\n--'), boundary])
  const first = delimiter.subarray(2)
  let at = bytes.subarray(0, first.length).equals(first) ? 0 : bytes.indexOf(delimiter)
  if (at < 0) return 'The boundary that the Content-Type names stands nowhere in the multipart body.'
  at += at === 0 ? first.length : delimiter.length
  const parts: Buffer[] = []
  while (bytes.toString('latin1', at, at + 2) !== '--') {
    const start = endOfLine(bytes, at)
    if (bytes[at] === 0x0a) return 'The lines of a multipart body end with CR LF, and these with LF alone.'
    const end = start === undefined ? -1 : bytes.indexOf(delimiter, start - 2)
    if (start === undefined || end < 0) return 'The multipart body breaks off: its last boundary is missing.'
    if (parts.length === MOST_PARTS) return `A multipart body has at most ${MOST_PARTS} parts.`
    parts.push(bytes.subarray(start, Math.max(start, end)))
    at = end + delimiter.length
  }
  return parts
}

/** Behind the line break that ends a boundary; blanks may stand before it. */
function endOfLine(bytes: Buffer, from: number): number | undefined {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? at + 2 : undefined
}

function readPart(part: Buffer): Field | string {
  // A part without headers begins with the empty line.
  const isBare = part[0] === 0x0d && part[1] === 0x0a
  const end = isBare ? 0 : part.subarray(0, LONGEST_HEAD).indexOf(END_OF_HEAD)
  if (end < 0) return 'A part of the multipart body has no end of its headers, or headers of over 16 KiB.'
  const headers = headersOf(part.toString('latin1', 0, end))
  const disposition = parametersOf(headers.get('content-disposition') ?? '')
  const name = disposition.get('name')
  if (name === undefined) return 'A part of the multipart body has no name in its Content-Disposition.'
  const content = decodedTransfer(
    part.subarray(end + (isBare ? 2 : 4)),
    headers.get('content-transfer-encoding'),
  )
  const type = headers.get('content-type')
  const filename = disposition.get('filename')
  if (filename === undefined) return [name, decodeText(content, readMediaType(type ?? 'text/plain'))]
  const file = { filename, type: type ?? 'application/octet-stream' }
  return [name, { ...file, base64: content.toString('base64'), bytes: content.length }]
}

/** By their names in lower case. A line that begins with a blank goes on with the one before. */
function headersOf(text: string): Map<string, string> {
  const lines = text.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [
        line.slice(0, Math.max(colon, 0)).trim().toLowerCase(),
        headerText(line.slice(colon + 1).trim()),
      ]
    }),
  )
}

/**
 * The parameters of a Content-Disposition. `filename*` (RFC 5987) says more than `filename`, for senders who use it all
 * the same; the words of RFC 2047 are read as mail programs write them; browsers write `%22` for a quote.
 */
function parametersOf(disposition: string): Map<string, string> {
  const pieces = disposition.match(/(?:"(?:[^"\\]|\\.)*"?|[^";])+/g) ?? []
  const found = new Map<string, string>()
  for (const [name, value] of pieces.slice(1).map(readParameter)) {
    if (!found.has(name)) found.set(name, name.endsWith('*') ? extended(value) : unescaped(value))
  }
  for (const name of ['name', 'filename']) {
    const value = found.get(`${name}*`)
    if (value !== undefined) found.set(name, value)
  }
  return found
}

/** `UTF-8'en'na%C3%AFve`, RFC 5987, section 3.2. */
function extended(text: string): string {
  const [, charset = '', encoded = text] = /^([\w-]*)'[^']*'(.*)$/s.exec(text) ?? []
  const bytes = encoded.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decodeText(Buffer.from(bytes, 'latin1'), readMediaType(`text/plain; charset=${charset}`))
}

function unescaped(text: string): string {
  const words = text.replaceAll(
    /=\?([\w-]+)\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi,
    (_all, charset, kind, word) => {
      const bytes = /b/i.test(kind) ? Buffer.from(word, 'base64') : quotedPrintable(word.replaceAll('_', ' '))
      return decodeText(bytes, readMediaType(`text/plain; charset=${charset}`))
    },
  )
  return words.replaceAll(/%22/g, '"').replaceAll(/%0D/gi, '\r').replaceAll(/%0A/gi, '\n')
}

const quotedPrintable = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

/** RFC 7578, section 4.7: nobody should send these any more. */
function decodedTransfer(content: Buffer, encoding: string | undefined): Buffer {
  switch (encoding?.toLowerCase()) {
    case 'base64':
      return Buffer.from(content.toString('latin1'), 'base64')
    case 'quoted-printable':
      return quotedPrintable(content.toString('latin1'))
    default:
      return content
  }
}
