import { AppError } from '../errors.ts'
import { isHeaderText } from '../media-type.ts'
import { Sensitive } from '../sensitive.ts'
import { type BodyParts, bodyOfParts, heldBytes, isParts, type OutgoingBody } from './body.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { HttpInit } from './http.ts'
import { readRequestUrl } from './request-url.ts'

/** The request of one hop. */
export interface OutgoingRequest {
  url: URL
  method: string
  headers: readonly OutgoingHeader[]
  body: OutgoingBody | undefined
  certificate: ClientCertificate | undefined
}

export interface OutgoingHeader {
  /** Lower case. */
  name: string
  value: string | Sensitive
}

const MAX_REQUEST_BYTES = 25 * 1024 * 1024

const ASCII = /^[\0-\x7f]*$/

const defaultHeaders: readonly OutgoingHeader[] = [
  { name: 'accept', value: '*/*' },
  { name: 'user-agent', value: 'lockstep' },
  { name: 'accept-encoding', value: 'gzip, deflate, br' },
]

/**
 * Headers that the connection sets itself. A `Host` of the caller's own would ask one of the many tenants of a
 * shared front for another one than the URL names, past the binding of a secret to its hosts (domain fronting);
 * the others would make client and server disagree on where the request ends (request smuggling).
 */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'http2-settings',
  'expect',
  'te',
  'trailer',
])

/** Reads what the step wants to send. Throws `INVALID_FIELD`. */
export function readRequest(url: string | URL | Sensitive, init: HttpInit): OutgoingRequest {
  const headers = readHeaders(init.headers)
  const body = readBody(init.body)
  const type = contentType(init.body)
  if (type !== undefined && !headers.some((it) => it.name === 'content-type')) {
    headers.push({ name: 'content-type', value: type })
  }
  return {
    url: readRequestUrl(url instanceof URL ? url.href : reveal(url), {
      invalid: 'INVALID_FIELD',
      scheme: 'DESTINATION_NOT_ALLOWED',
    }),
    method: readMethod(init.method ?? 'GET'),
    headers: [...defaultHeaders.filter((it) => !headers.some(({ name }) => name === it.name)), ...headers],
    body,
    certificate: init.clientCertificate,
  }
}

export function reveal(value: string | Sensitive): string {
  return value instanceof Sensitive ? value.reveal() : value
}

/** A field that may hold secrets is wrapped even when it holds none: then it travels as any text does. */
function isSecret(value: unknown): boolean {
  return value instanceof Sensitive && value.holdsSecret
}

function readMethod(method: string): string {
  const upper = method.toUpperCase()
  if (!isToken(upper)) throw new AppError('INVALID_FIELD', 'The method is not valid.')
  // CONNECT turns the connection into a tunnel past every check; TRACE echoes headers with their secrets.
  if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') {
    throw new AppError('INVALID_FIELD', `The method ${upper} is not allowed.`)
  }
  return upper
}

function readHeaders(headers: HttpInit['headers']): OutgoingHeader[] {
  if (headers === undefined) return []
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  return pairs.map(([name, value]) => readHeader(name, value))
}

function readHeader(name: string, value: string | Sensitive): OutgoingHeader {
  const lower = name.toLowerCase()
  if (!isToken(lower)) throw new AppError('INVALID_FIELD', 'The name of a header is not valid.')
  if (ownHeaders.has(lower)) {
    throw new AppError('INVALID_FIELD', `Remove the header ${lower}: it is set by the connection itself.`)
  }
  const text = reveal(value)
  // A line break in a value would add headers, or a second request, that nobody checked (header injection).
  if (!isHeaderText(text)) {
    throw new AppError('INVALID_FIELD', `The value of the header ${lower} holds ${wrongIn(text)}.`)
  }
  return { name: lower, value: isSecret(value) ? value : text }
}

/**
 * The bytes of a header's value, each as a character, as HTTP clients of Node take them. What is not ASCII is UTF-8, as
 * curl sends it: RFC 9110, section 5.5, leaves it to both sides.
 */
export const wireValue = ({ value }: OutgoingHeader): string => {
  const text = reveal(value)
  return ASCII.test(text) ? text : Buffer.from(text).toString('latin1')
}

/** Which kind of character a header cannot carry, without the character. */
function wrongIn(text: string): string {
  const isLineBreak = /[\r\n\u2028\u2029]/.test(text)
  return isLineBreak
    ? 'a line break, which a header cannot carry. Values of secrets often end with one'
    : 'a control character, which a header cannot carry'
}

function readBody(body: HttpInit['body']): OutgoingBody | undefined {
  if (body === undefined) return undefined
  const parts = body instanceof URLSearchParams ? [body.toString()] : isPartsBody(body) ? body.parts : [body]
  const read = bodyOfParts(parts)
  if (heldBytes(read) > MAX_REQUEST_BYTES) {
    throw new AppError('INVALID_FIELD', 'The body is larger than 25 MiB. A file of the run may be larger.')
  }
  return read
}

const isPartsBody = (body: NonNullable<HttpInit['body']>): body is BodyParts =>
  typeof body === 'object' && isParts(body)

function contentType(body: HttpInit['body']): string | undefined {
  if (body !== undefined && isPartsBody(body)) return body.contentType
  if (body instanceof URLSearchParams) return 'application/x-www-form-urlencoded;charset=UTF-8'
  return body === undefined || body instanceof Uint8Array ? undefined : 'text/plain;charset=UTF-8'
}

function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)
}
