import { refusal } from './refusal.ts'

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const ESCAPES =
  /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S])|([\s\S]))|[^\\]+/g

/**
 * Reads the text between `$'` and `'` in bash. Octal and `\x` escapes are bytes, which together are UTF-8. `\u` is
 * a UTF-16 unit, as browsers write it, so two of them may make one character.
 *
 * @param at its position in the command, for messages.
 * @throws AppError INVALID_FIELD when the bytes are not text, or one of them is NUL
 */
export function readAnsiC(text: string, at: number): string {
  const pieces: string[] = []
  let bytes: number[] = []
  const flush = () => {
    if (bytes.length > 0) pieces.push(decode(bytes, at))
    bytes = []
  }
  for (const [all, octal, hex, unit, point, control, other] of text.matchAll(ESCAPES)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff)
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else {
      flush()
      if (unit !== undefined) pieces.push(String.fromCharCode(Number.parseInt(unit, 16)))
      else if (point !== undefined) pieces.push(fromPoint(Number.parseInt(point, 16), at))
      else if (control !== undefined) pieces.push(String.fromCharCode(control.charCodeAt(0) & 0x1f))
      else pieces.push(other === undefined ? all : (letters[other] ?? unknown(other)))
    }
  }
  flush()
  const result = pieces.join('')
  if (result.includes('\0')) throw notText(at)
  return result
}

/** A backslash before a quote or a backslash is dropped. Before any other character it stays. */
function unknown(character: string): string {
  return /['"?\\]/.test(character) ? character : `\\${character}`
}

function fromPoint(point: number, at: number): string {
  if (point > 0x10ffff) throw notText(at)
  return String.fromCodePoint(point)
}

function decode(bytes: readonly number[], at: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    throw notText(at)
  }
}

function notText(at: number) {
  return refusal(`the $'…' at character ${at} holds bytes that are no text. A step sends text alone.`)
}
