import { AppError } from '../errors.ts'
import { type HostPattern, hostMatches, normalizeHostPattern, parseHostPattern } from '../host-pattern.ts'

/** A normalised entry of a policy, or its fault: the end of a sentence that begins with the entry. */
export type ReadEntry = { readonly entry: string } | { readonly fault: string }

const HTTP = 'http://'
// Keeps a policy within the limit for the header that it is sealed in.
const MAX_PATH_LENGTH = 256
const MAX_NAME_LENGTH = 128

export function isHttpHost(host: string): boolean {
  return host.startsWith(HTTP)
}

export function readHost(text: string): ReadEntry {
  const [, scheme = 'https', pattern = ''] = /^(?:(https?):\/\/)?(.*)$/is.exec(text) ?? []
  try {
    const host = normalizeHostPattern(pattern)
    return { entry: scheme.toLowerCase() === 'http' ? `${HTTP}${host}` : host }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return {
      fault:
        'is not a host. Write api.example.com, *.example.com or api.example.com:8443, and http:// before it when ' +
        'it is plain HTTP; no path.',
    }
  }
}

/** RFC 9110, section 5.6.2: a token. Methods are case-sensitive there. Requests are sent only in upper case. */
export function readMethod(text: string): ReadEntry {
  const method = text.toUpperCase()
  if (isToken(method) && method.length <= 20) return { entry: method }
  return { fault: 'is not an HTTP method. Write it as GET or POST.' }
}

export function readPath(text: string): ReadEntry {
  const fault = (rule: string) => ({ fault: `is not the beginning of a path: ${rule}` })
  if (!text.startsWith('/')) return fault('it begins with a slash, as in /v1/.')
  if (/[?#\\\s\p{Cc}]/u.test(text)) return fault('it has no query, no fragment, no backslash and no spaces.')
  const { pathname } = new URL(`https://host${text}`)
  // The written form is checked too, because the parser has already resolved dot segments.
  if (isAmbiguousPath(text) || isAmbiguousPath(pathname) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(text)) {
    return fault(
      'it has no ., .., //, encoded slash, dot or percent sign, which servers read in different ways.',
    )
  }
  if (pathname.length > MAX_PATH_LENGTH) return fault(`it has at most ${MAX_PATH_LENGTH} characters.`)
  return { entry: pathname }
}

/**
 * Whether servers interpret a path differently. They may decode an encoded slash, dot, backslash or percent sign
 * before they resolve `..`, join slashes, or cut off the text after a semicolon. Stops `/v1/%2e%2e%2fadmin`, which
 * begins with `/v1/` but asks for `/admin`.
 *
 * @param path as the URL parser returns it, with every plain `.` and `..` resolved.
 */
export function isAmbiguousPath(path: string): boolean {
  return /%(?:2e|2f|5c|25|00)|\/\/|\\|(?:^|\/)\.{1,2};/i.test(path)
}

const PLACE_HELP =
  'is not a place. Write header:NAME, query:NAME, body, url, or the type of a step and its field, as in ' +
  'send-email.password.'

export function readPlace(text: string): ReadEntry {
  if (text === 'body' || text === 'url') return { entry: text }
  const [, kind = '', name = ''] = /^(header|query):(.+)$/s.exec(text) ?? []
  if (name.length > MAX_NAME_LENGTH) return { fault: `has a name of over ${MAX_NAME_LENGTH} characters.` }
  if (kind === 'header' && isToken(name)) return { entry: `header:${name.toLowerCase()}` }
  if (kind === 'query' && name.isWellFormed()) return { entry: `query:${name}` }
  const isField = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z][a-zA-Z0-9]*$/.test(text)
  return isField && text.length <= MAX_NAME_LENGTH ? { entry: text } : { fault: PLACE_HELP }
}

function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)
}

/**
 * Whether a host entry allows a host with a scheme. Without a scheme it means https and every protocol that is not
 * HTTP.
 */
export function hostAllows(entry: string, scheme: string | undefined, host: string, port: number): boolean {
  const isHttp = isHttpHost(entry)
  return isHttp === (scheme === 'http') && hostMatches(isHttp ? entry.slice(HTTP.length) : entry, host, port)
}

/** Whether `wide` allows every host that `narrow` allows. Both are normalised. */
export function hostCovers(wide: string, narrow: string): boolean {
  if (isHttpHost(wide) !== isHttpHost(narrow)) return false
  const [outer, inner] = [patternOf(wide), patternOf(narrow)]
  if (outer.port !== undefined && outer.port !== inner.port) return false
  if (!outer.wildcard) return !inner.wildcard && inner.host === outer.host
  // *.example.com covers *.example.com and everything below it, but not example.com itself.
  return inner.host.endsWith(`.${outer.host}`) || (inner.wildcard && inner.host === outer.host)
}

function patternOf(entry: string): HostPattern {
  return parseHostPattern(isHttpHost(entry) ? entry.slice(HTTP.length) : entry)
}
