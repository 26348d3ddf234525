const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const credentials = new RegExp(`^${TOKEN} +(\\S+)$`)
const field = new RegExp(`^${TOKEN}:[ \\t]+(\\S.*)$`)
const cookie = new RegExp(`^(${TOKEN})=(?:"([^"]*)"|([^\\s",;\\\\]*))$`)
// Schemes whose credentials are masked even where they are short or have parameters.
const KNOWN_SCHEME =
  /^(?:basic|bearer|digest|token|apikey|api-key|key|oauth|negotiate|ntlm|dpop|hoba|gnap|aws4-hmac-sha256|ssws|bot|splunk) +(\S.*)$/i
const COOKIE_ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority)$/i
const LONG_ENOUGH = 8

/**
 * The parts of a value that a server or a client may handle alone when the value is a piece of a header: the
 * value of `Name: value`, the credentials of `Scheme credentials` (RFC 9110 11.4) and, for Basic, what they
 * encode, and the values of `a=b; c=d`.
 */
export function headerParts(value: string): string[] {
  const parts = new Set<string>()
  collect(value.trim(), parts, 3)
  return [...parts]
}

function collect(value: string, parts: Set<string>, depth: number): void {
  if (depth === 0 || /[\r\n]/.test(value)) return
  for (const part of [...fieldValue(value), ...schemeCredentials(value), ...cookieValues(value)]) {
    parts.add(part)
    collect(part, parts, depth - 1)
  }
}

function fieldValue(value: string): string[] {
  return field.exec(value)?.slice(1) ?? []
}

function schemeCredentials(value: string): string[] {
  const known = KNOWN_SCHEME.exec(value)?.[1]
  if (known !== undefined) return /^basic /i.test(value) ? [known, ...basicCredentials(known)] : [known]
  // Two words of a pass phrase look the same; a short second word would shred every text.
  const other = credentials.exec(value)?.[1]
  return other !== undefined && other.length >= LONG_ENOUGH ? [other] : []
}

/** `user:password` and the password alone: servers decode them, and echo them decoded. */
function basicCredentials(encoded: string): string[] {
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0 || /[\p{Cc}\ufffd]/u.test(pair)) return []
  const password = pair.slice(colon + 1)
  return password.length >= LONG_ENOUGH ? [pair, password] : [pair]
}

function cookieValues(value: string): string[] {
  const values: string[] = []
  for (const [index, pair] of value.split(';').entries()) {
    const match = cookie.exec(pair.trim())
    // `Secure` and `HttpOnly` stand alone, but never in front.
    if (match === null && (index === 0 || pair.includes('='))) return []
    const [, name = '', quoted, bare = ''] = match ?? []
    const content = quoted ?? bare
    if (content.length >= LONG_ENOUGH && !COOKIE_ATTRIBUTE.test(name)) values.push(content)
  }
  return values
}
