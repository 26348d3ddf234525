/** What a body is, as its Content-Type says (RFC 9110, section 8.3). */
export interface MediaType {
  /** `type/subtype` in lower case; empty when nothing valid is said. */
  readonly essence: string
  /** By their names in lower case. Of two with one name the first counts. */
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+"
const ESSENCE = new RegExp(`^${TOKEN}/${TOKEN}$`)

/**
 * Reads a Content-Type as browsers do (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type): of a header that
 * came twice, or that a proxy has joined, the last valid type counts, with the charset of an equal one before it.
 */
export function readMediaType(header: string | null | undefined): MediaType {
  let found: MediaType = { essence: '', parameters: new Map() }
  for (const member of membersOf(header ?? '')) {
    const [name = '', ...rest] = member
    const essence = name.trim().toLowerCase()
    if (!ESSENCE.test(essence) || essence === '*/*') continue
    const parameters = new Map<string, string>()
    for (const [key, value] of rest.map(readParameter)) if (!parameters.has(key)) parameters.set(key, value)
    const charset = essence === found.essence ? found.parameters.get('charset') : undefined
    if (charset !== undefined && !parameters.has('charset')) parameters.set('charset', charset)
    found = { essence, parameters }
  }
  return found
}

/** The types of a header, each as the pieces between its semicolons. Neither sign counts within quotes. */
function membersOf(header: string): string[][] {
  const members: string[][] = [['']]
  for (const [piece] of header.matchAll(/"(?:[^"\\]|\\.)*"?|[^",;]+|[,;]/g)) {
    const member = members.at(-1) ?? []
    if (piece === ',') members.push([''])
    else if (piece === ';') member.push('')
    else member.push(`${member.pop() ?? ''}${piece}`)
  }
  return members
}

/** `name=value`, `name="value"`, and what people write besides: spaces around the sign, single quotes. */
export function readParameter(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).trim()]
  const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(value)?.[1]
  const plain = quoted === undefined ? value : quoted.replaceAll(/\\(.)/g, '$1')
  return [name.trim().toLowerCase(), plain]
}

export type Content = 'json' | 'text' | 'form' | 'multipart' | 'unknown' | 'bytes'

/** Types that are JSON, though their names say nothing of it: reports of browsers (CSP 3, section 5.3). */
const JSON_NAMES = /^csp-report$/

/** Types of `application` that are text, though their names say nothing of it. */
const TEXT_NAMES =
  /^(?:x-)?(?:xml|xml-dtd|xml-external-parsed-entity|javascript|ecmascript|typescript|yaml|toml|graphql|sql|sparql-query|n-triples|n-quads|trig|sh|csh|perl|tex|httpd-php|pem-file|pem-certificate-chain|jwt|jose|csv|rtf|postscript|mpegurl|vnd\.apple\.mpegurl|subrip|ldif|jsonp|www-form-urlencoded)$/

/**
 * How to read a body, by the structure of its type (RFC 6838, section 4.2.8; RFC 6839): `json` is to be parsed, and so are
 * `form` and `multipart` where a sender's fields are wanted; `text` stays text; `unknown`: no type was said.
 */
export function contentOf({ essence }: MediaType): Content {
  const [type, subtype = ''] = essence.split('/')
  if (essence === '') return 'unknown'
  // Several values, each on a line or behind a sign of its own (RFC 7464), are no JSON text. Others are: `ubjson` is not.
  if (/ndjson|json-?l(?:ines)?\b|json-?seq\b/.test(subtype)) return 'text'
  if (/(?:^|[^a-z])json/.test(subtype) && !/(?:^|[^a-z])json[a-z]*p$/.test(subtype)) return 'json'
  if (type === 'application' && JSON_NAMES.test(subtype)) return 'json'
  if (essence === 'multipart/form-data') return 'multipart'
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (type === 'text' || /\+(?:xml|yaml)$/.test(subtype)) return 'text'
  return type === 'application' && TEXT_NAMES.test(subtype) ? 'text' : 'bytes'
}

/** Of the first bytes: which charset a byte order mark names, and how long it is. */
function markOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined
}

/**
 * A body as text (https://encoding.spec.whatwg.org/#decode): a byte order mark says more than the charset of the type,
 * and is no content itself. Without either, what an XML or HTML text says of itself counts, then UTF-8, and what is
 * none is read as browsers read it, as windows-1252. An unknown charset counts as none.
 */
export function decodeText(bytes: Uint8Array, type: MediaType): string {
  const label = markOf(bytes) ?? type.parameters.get('charset')
  const declared = decoderOf(label) ?? decoderOf(charsetWithin(bytes, type))
  if (declared && !isNoUtf16(bytes, declared)) return declared.decode(bytes)
  const content = markOf(bytes)?.startsWith('utf-16') ? bytes.subarray(2) : bytes
  return readUtf8(content) ?? new TextDecoder('windows-1252').decode(content)
}

/**
 * Whether a text says that it is UTF-16 and is not. Read so, two letters become one sign, and a value that a service
 * repeats would be found by nobody.
 */
function isNoUtf16(bytes: Uint8Array, { encoding }: TextDecoder): boolean {
  if (!encoding.startsWith('utf-16') || bytes.includes(0)) return false
  return readUtf8(bytes.subarray(markOf(bytes) === encoding ? 2 : 0)) !== undefined
}

/** The text, if the bytes are valid UTF-8. @param ignoreBOM keeps a byte order mark in it. */
export function readUtf8(bytes: Uint8Array, ignoreBOM = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM }).decode(bytes)
  } catch {
    return undefined
  }
}

/** @param label as people write it, `'UTF-8'` with its quotes too. */
export function decoderOf(label: string | undefined): TextDecoder | undefined {
  try {
    return label === undefined ? undefined : new TextDecoder(label.replaceAll(/^'|'$/g, ''))
  } catch {
    return undefined
  }
}

// As far as browsers look.
const PRESCAN = 1024

function charsetWithin(bytes: Uint8Array, type: MediaType): string | undefined {
  const { essence } = type
  // RFC 4627, section 3: the first two characters of a JSON text are ASCII.
  if (contentOf(type) === 'json') {
    if (bytes[0] === 0 && bytes[1]) return 'utf-16be'
    return bytes[0] && bytes[1] === 0 ? 'utf-16le' : undefined
  }
  const isMarkup = /xml$/.test(essence) || essence === 'text/html'
  if (!isMarkup) return undefined
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN))
  const xml = /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/.exec(start)?.[1]
  return xml ?? /<meta\s[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1]
}

/**
 * The text of a header's value. Node gives each of its bytes as a character; most senders mean UTF-8, and old ones
 * Latin-1.
 */
export function headerText(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[\u0100-\uffff]/.test(value)) return value
  return readUtf8(Uint8Array.from(value, (it) => it.charCodeAt(0))) ?? value
}

const FORBIDDEN = /[\p{Cc}--[\t\u0080-\u009f]]/v

/**
 * Whether a header can carry a text: no line break, which would begin another header, no other control character, no half
 * of a character. What is not ASCII is sent as UTF-8 (RFC 9110, section 5.5, leaves it to both sides; so does curl).
 */
export const isHeaderText = (text: string): boolean => !FORBIDDEN.test(text) && text.isWellFormed()
