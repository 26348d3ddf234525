/** Everything but the unreserved characters of RFC 3986, so that the result stands safely anywhere in a URL. */
export function percentEncode(text: string): string {
  // A lone surrogate has no encoding; it becomes U+FFFD, as `TextEncoder` and `URL` do it.
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percentByte)
}

/** What would end or split a path; `/` stays, so that a value may be several segments. */
export function percentEncodePath(text: string): string {
  return encodeURI(text.toWellFormed()).replace(/[?#]/g, percentByte)
}

function percentByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
