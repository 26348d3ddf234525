import { type ClientHttp2Session, connect } from 'node:http2'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Answer, ExchangeOptions } from './answer.ts'
import { closeOf, type HttpConnection, Unanswered } from './http-connection.ts'
import { Http2Exchange, MAX_HEADER_BYTES } from './http2-exchange.ts'
import type { OutgoingRequest } from './outgoing-request.ts'

/** Of an answer. With a table that each of them may name again, few bytes can stand for many headers. */
const MAX_HEADERS = 1_000
/** Of a request. Node's own limit is lower than what HTTP/1.1 lets through. */
const MAX_SENT_HEADER_BYTES = 1024 * 1024
/** Requests at once over one connection, if the server does not want fewer. */
const MAX_STREAMS = 100
/** How much one answer may send ahead of what is read, and all together. */
const STREAM_WINDOW = 1024 * 1024
const CONNECTION_WINDOW = 8 * 1024 * 1024
/** In MB, of a session with {@link MAX_STREAMS}: a request alone may have 25 MiB. */
const SESSION_MEMORY = 256
/** How long it waits for its next request, in milliseconds. A server that closes says before what it has not taken. */
const IDLE_MS = 30_000

/** HTTP/2 (RFC 9113) over one socket. Requests share it, and the end of one leaves the others alone. */
export class Http2Connection implements HttpConnection {
  readonly address: string
  readonly isShared = true
  readonly #session: ClientHttp2Session
  readonly #socket: Socket
  readonly #closed: Promise<void>
  #active = 0
  /** One until the server has said how many it takes. */
  #mostStreams = 1
  /** A retired one finishes what is under way, and takes nothing more. */
  #state: 'new' | 'used' | 'retired' = 'new'
  /** The last request that the server may have acted on, once it has said so (GOAWAY). */
  #lastTaken = Number.POSITIVE_INFINITY

  constructor(socket: Socket, address: string, origin: string) {
    this.#socket = socket
    this.address = address
    this.#closed = closeOf(socket)
    this.#session = connect(origin, {
      createConnection: () => socket,
      peerMaxConcurrentStreams: MAX_STREAMS,
      maxHeaderListPairs: MAX_HEADERS,
      maxSessionMemory: SESSION_MEMORY,
      maxSendHeaderBlockLength: MAX_SENT_HEADER_BYTES,
      settings: { enablePush: false, maxHeaderListSize: MAX_HEADER_BYTES, initialWindowSize: STREAM_WINDOW },
    })
    this.#listen()
  }

  get isSound(): boolean {
    return this.#state !== 'retired' && !this.#session.closed && !this.#session.destroyed
  }

  get isFree(): boolean {
    return this.isSound && this.#active < this.#mostStreams
  }

  get isIdle(): boolean {
    return this.#active === 0
  }

  async exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Answer> {
    this.#active++
    try {
      return await this.#send(request, options)
    } catch (error) {
      // A dead connection looks like a slow server: the next request gets another one.
      this.#state = 'retired'
      throw error
    } finally {
      this.#active--
      if (this.#active === 0) this.#rest()
    }
  }

  async close(): Promise<void> {
    this.#state = 'retired'
    this.#session.destroy()
    this.#socket.destroy()
    await this.#closed
  }

  onClose(listener: () => void): void {
    void this.#closed.then(listener)
  }

  async #send(request: OutgoingRequest, options: ExchangeOptions): Promise<Answer> {
    // What came while nobody used it, such as its end, is seen before anything is sent: Node reads its sockets between
    // two turns.
    if (this.#state === 'used' && this.#active === 1) {
      await nextTurn()
      await nextTurn()
    }
    options.signal.throwIfAborted()
    if (this.#session.closed || this.#session.destroyed) throw new Unanswered({ isUntouched: true })
    if (this.#state === 'new') this.#state = 'used'
    this.#session.ref()
    const isTaken = (id: number) => id <= this.#lastTaken
    const exchange = new Http2Exchange(request.url.host, options, isTaken)
    return exchange.run(this.#session, request)
  }

  #rest(): void {
    if (this.#state === 'retired') void this.close()
    else this.#session.unref()
  }

  #listen(): void {
    const session = this.#session
    // Each request hears of it by its own stream.
    session.on('error', () => {})
    session.on('goaway', (_code, lastStreamId) => {
      this.#state = 'retired'
      this.#lastTaken = Math.min(this.#lastTaken, lastStreamId)
    })
    session.on('remoteSettings', ({ maxConcurrentStreams = MAX_STREAMS }) => {
      this.#mostStreams = Math.min(MAX_STREAMS, maxConcurrentStreams)
    })
    session.once('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW))
    session.setTimeout(IDLE_MS, () => {
      if (this.isIdle) void this.close()
    })
    session.once('close', () => this.#socket.destroy())
  }
}
