const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CHUNK = 3 * 8192

/**
 * RFC 4648, section 4. It is written out, because neither `Buffer` nor `Uint8Array.toBase64` exists everywhere.
 */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK) {
    pieces.push(encodeChunk(bytes.subarray(start, start + CHUNK)))
  }
  return pieces.join('')
}

/** RFC 4648, section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of base64 in either alphabet, with or without padding and line breaks; undefined for another text. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0))
  } catch {
    return undefined
  }
}

function encodeChunk(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.subarray(at, at + 3)
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0)
    text += STANDARD.charAt(group >> 18) + STANDARD.charAt((group >> 12) & 63)
    text += second === undefined ? '=' : STANDARD.charAt((group >> 6) & 63)
    text += third === undefined ? '=' : STANDARD.charAt(group & 63)
  }
  return text
}
