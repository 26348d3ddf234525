import { type AnswerSink, decoded } from './answer-sink.ts'
import { decodeBody, tooLarge } from './decoded-body.ts'

/** What comes before the body of an answer. */
export interface Head {
  status: number
  /** Empty in HTTP/2, which has none. */
  statusText: string
  /** Names in lower case. */
  headers: readonly (readonly [name: string, value: string])[]
}

export interface Answer extends Head {
  body: Uint8Array<ArrayBuffer>
}

/** @returns undefined for an answer that is to be kept as a whole. */
export type OpenSink = (head: Head) => Promise<AnswerSink> | undefined

export interface ExchangeOptions {
  signal: AbortSignal
  /** Of the body, before and after decompression. */
  maxBytes: number
  /** Called whenever the server has said something. */
  onActivity: () => void
  /** Whether the body is of interest. */
  wantsBody: (head: Head) => boolean
  /** Where the body goes while it comes in. */
  sink?: OpenSink | undefined
  /** Waits until there is memory for so many bytes of a body; negative: so many are not needed. */
  room: (bytes: number) => Promise<void>
}

// A body from this size on (bytes) waits for memory.
const LARGE = 1024 * 1024

/** Takes an answer as it comes in, and holds the limits of its body. */
export class IncomingAnswer {
  readonly #host: string
  readonly #options: ExchangeOptions
  #head: Head | undefined
  #isWanted = true
  #buffer = new Uint8Array()
  #length = 0
  /** How much of the body there is memory for. */
  #room = 0
  /** As the server announces it; 0 when it does not, or means something else than what is read. */
  #announced = 0
  #drain: AnswerSink | undefined
  /** What the sink still does, if there is one. */
  #sinking: Promise<void> | undefined

  /** @param host for messages. */
  constructor(host: string, options: ExchangeOptions) {
    this.#host = host
    this.#options = options
  }

  /** `undefined` until the headers have come. */
  get head(): Head | undefined {
    return this.#head
  }

  /** Whether the body will be part of the answer. What comes of another one is dropped. */
  get isWanted(): boolean {
    return this.#isWanted
  }

  /**
   * Throws what {@link ExchangeOptions.wantsBody} throws.
   *
   * @returns what to wait for before more may come.
   */
  begin(head: Head): Promise<void> | undefined {
    this.#options.onActivity()
    this.#isWanted = this.#options.wantsBody(head)
    this.#head = head
    const opening: Promise<AnswerSink> | undefined = this.isWanted ? this.#options.sink?.(head) : undefined
    if (opening) return this.#sink(opening, valuesOf(head, 'content-encoding').join())
    const length = Number(valuesOf(head, 'content-length')[0] ?? 0)
    if (length <= this.#options.maxBytes) this.#announced = length
    return this.isWanted && this.#announced >= LARGE ? this.#roomFor(this.#announced) : undefined
  }

  /**
   * Puts a piece behind the others in one growing buffer. To keep the pieces would be simpler, but a server that sends
   * one byte at a time would then take a hundred times the limit.
   *
   * @returns what to wait for before more may come.
   * @throws AppError RESPONSE_TOO_LARGE
   */
  add(chunk: Uint8Array): Promise<void> | undefined {
    // undici says "no bytes" when it goes on after a wait. To wait for these would begin the next round at once, for ever, and
    // nothing else in this process would have its turn until the server sends more.
    if (chunk.byteLength === 0) return undefined
    this.#options.onActivity()
    if (!this.isWanted) return undefined
    if (this.#sinking) return this.#write(chunk)
    const needed = this.#length + chunk.byteLength
    if (needed > this.#options.maxBytes) throw tooLarge(this.#host, this.#options.maxBytes)
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2, this.#announced))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
    return this.#room < needed && needed >= LARGE ? this.#roomFor(this.#options.maxBytes) : undefined
  }

  /** The whole answer, its body decompressed. Call it once, after {@link begin}. */
  async read(head: Head): Promise<Answer> {
    if (this.#sinking) {
      await this.#sinking
      await this.#drain?.end()
      return { ...head, body: new Uint8Array() }
    }
    const answer = await this.#decode(head)
    const { byteLength } = answer.body
    // A body of unknown length has asked for the longest one, and a compressed one for too little.
    if (this.#room > 0 || byteLength >= LARGE) await this.#roomFor(byteLength)
    return answer
  }

  #sink(opening: Promise<AnswerSink>, encoding: string): Promise<void> {
    this.#sinking = opening.then((sink) => {
      this.#drain = decoded(sink, encoding, this.#host)
    })
    return this.#sinking
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    this.#sinking = this.#sinking?.then(() => this.#drain?.write(chunk))
    return this.#sinking
  }

  async #roomFor(bytes: number): Promise<void> {
    const more = bytes - this.#room
    this.#room = bytes
    await this.#options.room(more)
  }

  async #decode(head: Head): Promise<Answer> {
    const bytes = this.#buffer.subarray(0, this.#length)
    this.#buffer = new Uint8Array()
    const encoding = valuesOf(head, 'content-encoding').join()
    if (encoding === '' || bytes.byteLength === 0) return { ...head, body: bytes }
    const limits = { maxBytes: this.#options.maxBytes, host: this.#host }
    return { ...head, body: await decodeBody(bytes, encoding, limits) }
  }
}

export function valuesOf(head: Head, header: string): string[] {
  return head.headers.filter(([name]) => name === header).map(([, value]) => value)
}
