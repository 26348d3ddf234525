import { AppError } from '../errors.ts'
import type { Evaluation } from './evaluation.ts'
import type { ExpressionPart, Part } from './part.ts'
import { percentEncode, percentEncodePath } from './percent-encoding.ts'
import { type Plain, textOf } from './plain-data.ts'
import { shorten } from './shorten.ts'
import { glued, type HostRole, hostRoles } from './url-host.ts'
import { type UrlPosition, UrlTracker } from './url-position.ts'

const SEPARATOR = /[/\\?#]/
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i

/** A range of the rendered path that comes from an encoded value. */
interface Span {
  start: number
  end: number
  part: ExpressionPart
}

/**
 * Renders an http or https URL. A value is encoded for its place. The filter `raw` switches that off, and after
 * `urlencode` it is not done a second time.
 *
 * @throws AppError INVALID_FIELD
 */
export function renderUrl(parts: readonly Part[], source: string, evaluation: Evaluation): string {
  const tracker = new UrlTracker(parts)
  const roles = hostRoles(parts, source)
  const pieces: string[] = []
  const inPath: Span[] = []
  let length = 0
  parts.forEach((part, index) => {
    const position = tracker.position(index)
    let piece: string
    if (part.kind === 'text') {
      piece = index === 0 ? part.text.trimStart() : part.text
      evaluation.meter.charge(piece.length)
    } else {
      const role = roles.get(index) ?? (pieces.at(-1)?.endsWith('://') ? 'whole' : undefined)
      piece = urlText(part, { position, role }, source, evaluation)
      const end = length + piece.length
      if (position === 'path' && !isRaw(part)) inPath.push({ start: length, end, part })
    }
    if (part.kind === 'text' || position === 'base' || isRaw(part)) tracker.read(piece)
    pieces.push(piece)
    length += piece.length
  })
  const url = pieces.join('').trimEnd()
  checkUrl(url)
  checkSegments(url, inPath, source)
  return url
}

function isRaw(part: ExpressionPart): boolean {
  return part.expression.filters.some((filter) => filter.name === 'raw')
}

interface Standing {
  position: UrlPosition
  /** Only for a value in the host or port. */
  role: HostRole | undefined
}

function urlText(part: ExpressionPart, at: Standing, source: string, evaluation: Evaluation): string {
  // After a base that a value gave, it is unknown which host is meant.
  if (at.position === 'host' && at.role === undefined) throw glued(part, source)
  const write = (value: Plain) => (isRaw(part) ? textOf(value) : encoded(textOf(value), at, part, source))
  return evaluation.textOf(part.expression, source, write)
}

function encoded(text: string, { position, role }: Standing, part: ExpressionPart, source: string): string {
  switch (position) {
    // A value that gives the beginning of the URL gives the whole base: scheme, host and perhaps a path.
    case 'base':
      return text.trim()
    // Stops `{{ trigger.scheme }}://api.example.com` from becoming another host.
    case 'scheme':
      if (!/^[A-Za-z]*$/.test(text)) {
        throw refused(part, source, 'the scheme of the URL; only http or https can stand there')
      }
      return text
    case 'host':
      if (!mayBe(role, text)) {
        throw refused(part, source, 'the host of the URL and has a character that cannot stand there')
      }
      return text
    case 'path':
      return isUrlencoded(part) ? text : percentEncodePath(text)
    case 'userInfo':
    case 'query':
    case 'fragment':
      return isUrlencoded(part) ? text : percentEncode(text)
    default:
      return position satisfies never
  }
}

/**
 * A value with a slash, `?` or `#` would end the host early and so name another (`evil.test/`). A value with `@`
 * would turn the written host into user info. A label must not contain a dot.
 */
function mayBe(role: HostRole | undefined, text: string): boolean {
  if (role === 'port') return /^\d{1,5}$/.test(text)
  if (role === 'label') return /^[\p{L}\p{M}\p{Nd}_-]+$/u.test(text)
  return !/[\s\p{Cc}/\\?#@]/u.test(text)
}

function isUrlencoded(part: ExpressionPart): boolean {
  return part.expression.filters.at(-1)?.name === 'urlencode'
}

function checkUrl(url: string): void {
  // `URL` drops tabs and line breaks and skips extra slashes, so `https://` + nothing + `/evil.test/` has the host
  // evil.test. The checked host must be the connected one, so both are refused.
  if (!/^https?:\/\/[^/\\?#]/i.test(url) || /\p{Cc}/u.test(url) || !URL.canParse(url)) {
    throw new AppError(
      'INVALID_FIELD',
      'The URL is not valid once the values are in it. It must begin with http:// or https:// and a host, ' +
        'and hold no line break.',
    )
  }
}

/**
 * A value `../admin` would leave its path. Encoding does not help, because in a URL `%2e%2e` means `..` as well.
 * So no segment that contains a part of a value may be `.` or `..`.
 */
function checkSegments(url: string, spans: readonly Span[], source: string): void {
  for (const { start, end, part } of spans) {
    // Seven neighbouring characters without a separator already make the segment longer than `%2e%2e`.
    const before = url
      .slice(Math.max(0, start - 7), start)
      .split(SEPARATOR)
      .at(-1)
    const after = url
      .slice(end, end + 7)
      .split(SEPARATOR)
      .at(0)
    const segments = `${before}${url.slice(start, end)}${after}`.split('/')
    if (segments.some((segment) => DOT_SEGMENT.test(segment))) {
      throw refused(
        part,
        source,
        'the path of the URL and makes a segment "." or "..", which would change the path',
      )
    }
  }
}

function refused(part: ExpressionPart, source: string, where: string): AppError {
  const { path } = part.expression
  return new AppError(
    'INVALID_FIELD',
    `The value of ${shorten(source.slice(path.start, path.end))} stands in ${where}. Correct the value, or write that ` +
      'part of the URL in the template. To put the value in unchecked, add | raw.',
  )
}
