import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import type { Answer } from './answer.ts'

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** Beyond it a Response refuses a status, though servers send them (RFC 9110, section 15). */
const LAST_STATUS = 599
const UTF8 = new TextDecoder()
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// The bytes of a header, each as a character.
const HEADER_VALUE = /^[^\0\r\n\u0100-\uffff]*$/

/** The answer in the shape of `fetch`: `url` is the last hop's, and may hold a value that a server put there. */
export function toResponse(answer: Answer, url: URL, redirected: boolean): Response {
  const { status, headers } = answer
  // RFC 9110, section 15: three digits. A header that no text can hold: Response itself would refuse and quote it.
  if (!(status >= 200 && status <= 999) || !headers.every(isHeader)) {
    throw new AppError('REQUEST_FAILED', `${url.host} answered with something that is not HTTP.`)
  }
  return new WholeResponse(answer, url, redirected)
}

const isHeader = ([name, value]: Answer['headers'][number]): boolean =>
  TOKEN.test(name) && HEADER_VALUE.test(value)

/**
 * A Response to `instanceof`, and with none of what one is made of. Types of the DOM declare the members of a body as
 * methods, those of Node as properties, which no method may override; authors of plugins compile this file with either.
 */
const ResponseShape = function noInsides() {} as unknown as new () => object
ResponseShape.prototype = Response.prototype

/**
 * A Response whose body is here as a whole. Headers and streams take longer to make than all the rest, so they are made
 * for who asks for them.
 */
class WholeResponse extends ResponseShape implements Response {
  readonly #answer: Answer
  readonly #url: URL
  readonly #redirected: boolean
  #headers: Headers | undefined
  #isRead: boolean = false
  #streaming: Response | undefined

  constructor(answer: Answer, url: URL, redirected: boolean) {
    super()
    this.#answer = answer
    this.#url = url
    this.#redirected = redirected
  }

  get status(): number {
    return this.#answer.status
  }

  get statusText(): string {
    const { statusText } = this.#answer
    return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusText) ? statusText : ''
  }

  get ok(): boolean {
    return this.status < 300
  }

  get type(): 'default' {
    return 'default'
  }

  get url(): string {
    return this.#url.href
  }

  get redirected(): boolean {
    return this.#redirected
  }

  get headers(): Headers {
    this.#headers ??= new Headers(
      this.#answer.headers.map(([name, value]): [string, string] => [name, value]),
    )
    return this.#headers
  }

  get body(): Response['body'] {
    return this.#asStream().body
  }

  get bodyUsed(): boolean {
    return this.#isRead || this.#streaming?.bodyUsed === true
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#take() ?? new Uint8Array(await this.#asStream().arrayBuffer())
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = await this.bytes()
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)
  }

  async text(): Promise<string> {
    const bytes = this.#take()
    return bytes ? UTF8.decode(bytes) : this.#asStream().text()
  }

  /** As `fetch` has it, but a number that a double cannot hold is an `ExactNumber`. */
  async json(): Promise<unknown> {
    return parseJson(await this.text(), 'value')
  }

  async blob(): Promise<Blob> {
    return this.#asStream().blob()
  }

  async formData(): Promise<FormData> {
    return this.#asStream().formData()
  }

  clone(): Response {
    return this.#asStream().clone()
  }

  /** The body, for the first who reads it; nothing once there is a stream. */
  #take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#isRead || this.#streaming || withoutBody.has(this.status)) return undefined
    this.#isRead = true
    return this.#answer.body
  }

  /** The same with a stream. One whose body was read by us refuses to be read, as the standard has it. */
  #asStream(): Response {
    if (!this.#streaming) {
      const { status, statusText, headers } = this
      const body = withoutBody.has(status) ? null : this.#answer.body
      this.#streaming = new Response(body, { status: Math.min(status, LAST_STATUS), statusText, headers })
      if (status > LAST_STATUS) Object.defineProperty(this.#streaming, 'status', { value: status })
      if (this.#isRead) void this.#streaming.arrayBuffer()
    }
    return this.#streaming
  }
}
