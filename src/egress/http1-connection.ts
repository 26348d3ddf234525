import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Client, type Dispatcher } from 'undici'
import { AppError } from '../errors.ts'
import { type Answer, type ExchangeOptions, type Head, IncomingAnswer, valuesOf } from './answer.ts'
import { piecesOf, wholeBody } from './body.ts'
import { CutShort, closeOf, type HttpConnection, Unanswered } from './http-connection.ts'
import { type OutgoingRequest, wireValue } from './outgoing-request.ts'

const MAX_HEADER_BYTES = 64 * 1024
/** Of everything before the body, interim answers and a status line without end too. */
const MAX_HEAD_BYTES = 1024 * 1024
/** How many bytes a byte of the body may take on its way: chunks of one byte take six. */
const FRAMING = 8

/**
 * How long a connection waits for its next request when the server does not say how long it will, in milliseconds.
 * Many servers close after five seconds. What is sent while they do so is lost, so we are the first to close.
 */
const IDLE_MS = 4_000
/** The longest wait, whatever the server says. */
const MAX_IDLE_MS = 30_000
/** How long before the time that the server says (`Keep-Alive: timeout=5`) we close. */
const IDLE_MARGIN_MS = 1_000

/** Of a connection that ended. What a server sent that is not HTTP has other codes. */
const lossCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_INFO',
  'UND_ERR_DESTROYED',
])

/**
 * HTTP/1.1 over one socket, a request at a time. It is used again only after an answer whose end was beyond doubt, with
 * nothing behind it: whatever comes unasked would be taken for the answer to the next request (response desync).
 */
export class Http1Connection implements HttpConnection {
  readonly address: string
  readonly isShared = false
  readonly #socket: Socket
  readonly #client: Client
  readonly #closed: Promise<void>
  #exchange: Http1Exchange | undefined
  #state: 'new' | 'used' | 'spoiled' = 'new'
  #mostBytesRead = 0

  constructor(socket: Socket, address: string, origin: string) {
    this.#socket = socket
    this.address = address
    this.#client = clientOver(socket, origin)
    this.#limitVolume()
    this.#closed = closeOf(socket).then(() => this.#client.destroy())
  }

  get isSound(): boolean {
    return this.#state !== 'spoiled' && !this.#socket.destroyed
  }

  get isFree(): boolean {
    return this.isSound && this.isIdle && this.#isQuiet
  }

  get isIdle(): boolean {
    return this.#exchange === undefined
  }

  async exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Answer> {
    options.signal.throwIfAborted()
    this.#mostBytesRead = this.#socket.bytesRead + MAX_HEAD_BYTES
    const exchange = new Http1Exchange(this.#socket, request.url.host, {
      ...options,
      wantsBody: (head) => {
        this.#mostBytesRead += options.maxBytes * FRAMING
        return options.wantsBody(head)
      },
    })
    this.#exchange = exchange
    // An abort leaves half an answer in the connection, so it takes the connection along.
    const onAbort = () => exchange.fail(options.signal.reason)
    options.signal.addEventListener('abort', onAbort, { once: true })
    try {
      // undici waits a turn too. Node reads its sockets between the two, and ends a connection over which something
      // came that was not asked for: sent a moment later, the request would get it for its answer.
      if (this.#state === 'used') await nextTurn()
      this.#state = 'used'
      this.#client.dispatch(toDispatch(request), exchange)
      return await exchange.done
    } catch (error) {
      this.#state = 'spoiled'
      throw error
    } finally {
      options.signal.removeEventListener('abort', onAbort)
      this.#exchange = undefined
    }
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    await this.#closed
  }

  onClose(listener: () => void): void {
    void this.#closed.then(listener)
  }

  /** Whether neither side is still sending: a server may answer before it has read the whole request. */
  get #isQuiet(): boolean {
    return this.#socket.writableLength === 0 && this.#socket.readableLength === 0
  }

  /**
   * Ends a connection over which too much comes. The client limits headers, and we the body; but a server can
   * also go on with what is neither, such as interim answers, extensions of chunks, or trailers.
   */
  #limitVolume(): void {
    this.#socket.on('readable', () => {
      if (this.#socket.bytesRead <= this.#mostBytesRead) return
      this.#exchange?.failWithVolume()
    })
  }
}

/** One request and its answer, as undici tells of them. */
class Http1Exchange implements Dispatcher.DispatchHandler {
  readonly #socket: Socket
  readonly #host: string
  readonly #answer: IncomingAnswer
  readonly #outcome = Promise.withResolvers<Answer>()
  #stage: 'waiting' | 'sent' | 'answered' = 'waiting'

  constructor(socket: Socket, host: string, options: ExchangeOptions) {
    this.#socket = socket
    this.#host = host
    this.#answer = new IncomingAnswer(host, options)
    // It may fail before anybody waits for it, and an error that nobody listens to would end the process.
    this.#outcome.promise.catch(() => {})
  }

  get done(): Promise<Answer> {
    return this.#outcome.promise
  }

  fail(error: unknown): void {
    this.#outcome.reject(error)
    this.#socket.destroy()
  }

  failWithVolume(): void {
    const text = `${this.#host} answered with far more than a body and its headers.`
    this.fail(new AppError('RESPONSE_TOO_LARGE', text))
  }

  onRequestStart(): void {
    this.#stage = 'sent'
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    statusText = '',
  ): void {
    // Interim answers say nothing that is passed on.
    if (status < 200) return
    const head = { status, statusText, headers: pairsOf(headers) }
    this.#try(controller, () => this.#answer.begin(head))
    if (!this.#answer.isWanted) setImmediate(() => this.#skipBody(head))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#try(controller, () => this.#answer.add(chunk))
  }

  onResponseEnd(): void {
    const { head } = this.#answer
    const { errored } = this.#socket
    if (!head) return
    this.#stage = 'answered'
    // undici takes a reset for the end of a body that has no length, and what was cut off for the whole.
    if (isReset(errored) && !hasLength(head)) this.fail(new CutShort())
    else this.#outcome.resolve(this.#answer.read(head))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = 'code' in error ? String(error.code) : ''
    if (!lossCodes.has(code)) this.fail(error)
    else if (this.#answer.head) this.fail(new CutShort())
    else this.fail(new Unanswered({ isUntouched: this.#stage === 'waiting' }))
  }

  /** A body that came along with its headers has been read by now. To wait for another one is not worth it. */
  #skipBody(head: Head): void {
    if (this.#stage === 'answered') return
    this.#outcome.resolve({ ...head, body: new Uint8Array() })
    this.#socket.destroy()
  }

  /** Nothing more is read while what it returns is waited for. */
  #try(controller: Dispatcher.DispatchController, work: () => Promise<void> | undefined): void {
    try {
      const wait = work()
      if (!wait) return
      controller.pause()
      wait.then(
        () => controller.resume(),
        (error: unknown) => this.fail(error),
      )
    } catch (error) {
      this.fail(error)
    }
  }
}

function toDispatch({ url, method, headers, body }: OutgoingRequest): Dispatcher.DispatchOptions {
  const whole = body && wholeBody(body)
  const length = body && !whole ? ['content-length', String(body.length)] : []
  const lines: string[] = []
  for (const it of headers) lines.push(it.name, wireValue(it))
  return {
    path: url.pathname + url.search,
    method,
    headers: [...lines, ...length],
    body: whole ?? (body ? Readable.from(piecesOf(body), { objectMode: false }) : null),
  }
}

/** A client for exactly this connection. Its timers for requests are off: the signal knows the time. */
function clientOver(socket: Socket, origin: string): Client {
  let isUsed = false
  return new Client(origin, {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: (_options, callback) => {
      const isAgain = isUsed
      isUsed = true
      // Later, since the client overlooks a connection that is there at once, and then spins.
      setImmediate(() => {
        // The client connects again by itself when a connection breaks: to an address nobody has checked.
        if (isAgain) callback(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), null)
        else callback(null, socket)
      })
    },
  })
}

function pairsOf(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') pairs.push([name.toLowerCase(), value])
    else for (const one of value ?? []) pairs.push([name.toLowerCase(), one])
  }
  return pairs
}

function isReset(error: Error | null): boolean {
  return error !== null && 'code' in error && error.code === 'ECONNRESET'
}

function hasLength(head: Head): boolean {
  return valuesOf(head, 'content-length').length + valuesOf(head, 'transfer-encoding').length > 0
}
