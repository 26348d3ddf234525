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

export interface ExchangeOptions {
  signal: AbortSignal
  /** Of the body, before and after decompression. */
  maxBytes: number
  /** Called whenever the server has said something. */
  onActivity: () => void
  /** Whether the body is of interest. */
  wantsBody: (head: Head) => boolean
}

/** Takes an answer as it comes in, and holds the limits of its body. */
export class IncomingAnswer {
  readonly #host: string
  readonly #options: ExchangeOptions
  #head: Head | undefined
  #isWanted = true
  #buffer = new Uint8Array()
  #length = 0

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

  /** Throws what {@link ExchangeOptions.wantsBody} throws. */
  begin(head: Head): void {
    this.#options.onActivity()
    this.#isWanted = this.#options.wantsBody(head)
    this.#head = head
  }

  /**
   * Puts a piece behind the others in one growing buffer. To keep the pieces would be simpler, but a server that sends
   * one byte at a time would then take a hundred times the limit.
   *
   * @throws AppError RESPONSE_TOO_LARGE
   */
  add(chunk: Uint8Array): void {
    this.#options.onActivity()
    if (!this.isWanted) return
    const needed = this.#length + chunk.byteLength
    if (needed > this.#options.maxBytes) throw tooLarge(this.#host, this.#options.maxBytes)
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
  }

  /** The whole answer, its body decompressed. Call it once, after {@link begin}. */
  async read(head: Head): Promise<Answer> {
    const bytes =
      this.#length === this.#buffer.byteLength ? this.#buffer : this.#buffer.slice(0, this.#length)
    const encoding = valuesOf(head, 'content-encoding').join()
    if (encoding === '' || bytes.byteLength === 0) return { ...head, body: bytes }
    const limits = { maxBytes: this.#options.maxBytes, host: this.#host }
    return { ...head, body: await decodeBody(bytes, encoding, limits) }
  }
}

export function valuesOf(head: Head, header: string): string[] {
  return head.headers.filter(([name]) => name === header).map(([, value]) => value)
}
