import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type OutgoingHttpHeaders,
  sensitiveHeaders,
} from 'node:http2'
import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { type Answer, type ExchangeOptions, IncomingAnswer } from './answer.ts'
import { type OutgoingBody, piecesOf, wholeBody } from './body.ts'
import { CutShort, Unanswered } from './http-connection.ts'
import { type OutgoingRequest, wireValue } from './outgoing-request.ts'

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_NO_ERROR } = constants
const { NGHTTP2_PROTOCOL_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** As long as in HTTP/1.1. Node tells the server, and does not hold it to it. */
export const MAX_HEADER_BYTES = 64 * 1024
/** More than any server has to say before it answers. */
const MAX_INTERIM_ANSWERS = 100

/** Credentials whatever is in them, so that no table of the connection keeps them (RFC 7541, 7.1.3). */
const neverIndexed: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** One request and its answer in a stream of an HTTP/2 connection. */
export class Http2Exchange {
  readonly #host: string
  readonly #options: ExchangeOptions
  readonly #isTaken: (id: number) => boolean
  readonly #answer: IncomingAnswer
  readonly #outcome = Promise.withResolvers<Answer>()
  #interimAnswers = 0

  /** @param isTaken whether the server may have acted on the stream, as far as it has said. */
  constructor(host: string, options: ExchangeOptions, isTaken: (id: number) => boolean) {
    this.#host = host
    this.#options = options
    this.#isTaken = isTaken
    this.#answer = new IncomingAnswer(host, options)
  }

  /** Rejects as {@link HttpConnection.exchange}. */
  async run(session: ClientHttp2Session, request: OutgoingRequest): Promise<Answer> {
    const { signal } = this.#options
    const stream = open(session, request)
    const onAbort = () => this.#outcome.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#listen(stream)
    try {
      return await this.#outcome.promise
    } finally {
      signal.removeEventListener('abort', onAbort)
      // Not of a stream that has ended: a server would count it as one that was broken off (rapid reset).
      if (!stream.readableEnded || !stream.writableFinished) stream.close(NGHTTP2_CANCEL)
    }
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('headers', () => this.#onInterim())
    stream.on('response', (_headers, _flags, raw) => this.#onResponse(stream, raw))
    stream.on('data', (chunk: Uint8Array) => this.#try(stream, () => this.#answer.add(chunk)))
    stream.on('end', () => this.#onEnd(stream))
    stream.on('error', () => this.#onLoss(stream))
    stream.on('close', () => this.#onLoss(stream))
  }

  #onInterim(): void {
    this.#options.onActivity()
    if (++this.#interimAnswers <= MAX_INTERIM_ANSWERS) return
    const text = `${this.#host} answered with far more than a body and its headers.`
    this.#outcome.reject(new AppError('RESPONSE_TOO_LARGE', text))
  }

  #onResponse(stream: ClientHttp2Stream, raw: readonly string[]): void {
    const pairs: [string, string][] = []
    let status = 0
    let bytes = 0
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const [name = '', value = ''] = raw.slice(i, i + 2)
      bytes += name.length + value.length
      if (name === ':status') status = Number(value)
      else pairs.push([name, value])
    }
    if (bytes > MAX_HEADER_BYTES) this.#outcome.reject(failure('UND_ERR_HEADERS_OVERFLOW'))
    const head = { status, statusText: '', headers: pairs }
    this.#try(stream, () => this.#answer.begin(head))
    // Unlike in HTTP/1.1 the rest of the body costs nothing: the stream ends, and the connection stays.
    if (!this.#answer.isWanted) this.#outcome.resolve({ ...head, body: new Uint8Array() })
  }

  /** The end of a stream that was broken off looks the same, but for its code. */
  #onEnd({ rstCode }: ClientHttp2Stream): void {
    const { head } = this.#answer
    if (head && rstCode === NGHTTP2_NO_ERROR) this.#outcome.resolve(this.#answer.read(head))
  }

  #onLoss(stream: ClientHttp2Stream): void {
    this.#outcome.reject(this.#lossOf(stream))
  }

  #lossOf({ id, rstCode }: ClientHttp2Stream): Error {
    if (rstCode === NGHTTP2_PROTOCOL_ERROR) return failure('ERR_HTTP2_PROTOCOL')
    if (rstCode === NGHTTP2_ENHANCE_YOUR_CALM) return failure('ERR_HTTP2_CALM')
    if (this.#answer.head) return new CutShort()
    if (rstCode === NGHTTP2_HTTP_1_1_REQUIRED) return new Unanswered({ isUntouched: true, wantsHttp1: true })
    // Refused streams, and those beyond the last one that a GOAWAY names, were not processed (RFC 9113, 8.7).
    const isUntouched = rstCode === NGHTTP2_REFUSED_STREAM || id === undefined || !this.#isTaken(id)
    return new Unanswered({ isUntouched })
  }

  /** Nothing more is read while what it returns is waited for. */
  #try(stream: ClientHttp2Stream, work: () => Promise<void> | undefined): void {
    try {
      const wait = work()
      if (!wait) return
      stream.pause()
      wait.then(
        () => stream.resume(),
        (error: unknown) => this.#outcome.reject(error),
      )
    } catch (error) {
      this.#outcome.reject(error)
    }
  }
}

function open(session: ClientHttp2Session, request: OutgoingRequest): ClientHttp2Stream {
  const { body } = request
  try {
    const stream = session.request(headersOf(request), { endStream: body === undefined })
    if (body) sendBody(stream, body)
    return stream
  } catch {
    // The session has ended, or has no number left for another stream.
    throw new Unanswered({ isUntouched: true })
  }
}

function sendBody(stream: ClientHttp2Stream, body: OutgoingBody): void {
  const whole = wholeBody(body)
  if (whole) return void stream.end(whole)
  const pieces = Readable.from(piecesOf(body), { objectMode: false })
  // What cannot be read ends the stream, which says so itself.
  pieces.on('error', (error) => stream.destroy(error))
  stream.on('close', () => pieces.destroy())
  pieces.pipe(stream)
}

function headersOf({ method, url, headers, body }: OutgoingRequest): OutgoingHttpHeaders {
  const values = new Map<string, string>()
  const secret = new Set<string>()
  for (const { name, value } of headers) {
    // Space around a value is not part of it (RFC 9110, 5.5), and forbidden in HTTP/2.
    const text = wireValue({ name, value }).replace(/^[\t ]+|[\t ]+$/g, '')
    const before = values.get(name)
    values.set(name, before === undefined ? text : `${before}${name === 'cookie' ? '; ' : ', '}${text}`)
    if (value instanceof Sensitive || neverIndexed.has(name)) secret.add(name)
  }
  if (body) values.set('content-length', String(body.length))
  else if (['POST', 'PUT', 'PATCH'].includes(method)) values.set('content-length', '0')
  return {
    ':method': method,
    ':scheme': 'https',
    ':authority': url.host,
    ':path': url.pathname + url.search,
    ...Object.fromEntries(values),
    [sensitiveHeaders]: [...secret],
  }
}

function failure(code: string): Error {
  return Object.assign(new Error('failed'), { code })
}
