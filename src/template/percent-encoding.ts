/** Encodes everything but the unreserved characters of RFC 3986, so that the result is safe anywhere in a URL. */
export function percentEncode(text: string): string {
  // A lone surrogate has no encoding. It becomes U+FFFD, as in `TextEncoder` and `URL`.
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percentByte)
}

/** Encodes the characters that would end or split a path. `/` stays, so that a value may be several segments. */
export function percentEncodePath(text: string): string {
  return encodeURI(text.toWellFormed()).replace(/[?#]/g, percentByte)
}

function percentByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
