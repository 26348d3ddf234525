/**
 * Whether `text` is base64url as JOSE writes it (RFC 7515, section 2): no padding, no white space, and no
 * bit set that the bytes do not need. Decoders ignore such bits, so without this rule one sealed value
 * would have several spellings.
 */
export function isBase64url(text: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return false
  const last = text.slice(-1)
  switch (text.length % 4) {
    case 0:
      return true
    case 2:
      return 'AQgw'.includes(last)
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last)
    default:
      return false
  }
}

/** The number of bytes that a base64url text of `length` characters stands for. */
export function base64urlBytes(length: number): number {
  return Math.floor((length * 3) / 4)
}

/** The number of base64url characters that `bytes` bytes take. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
