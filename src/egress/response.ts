import { AppError } from '../errors.ts'
import { bareHost } from '../host-name.ts'
import type { Answer } from './answer.ts'

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** The answer in the shape of `fetch`: `url` is the last hop's, and may hold a value that a server put there. */
export function toResponse(answer: Answer, url: URL, redirected: boolean): Response {
  try {
    const init = {
      status: answer.status,
      statusText: /^[\t\x20-\x7e\x80-\xff]*$/.test(answer.statusText) ? answer.statusText : '',
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    }
    const response = withoutBody.has(answer.status)
      ? new Response(null, init)
      : new WholeResponse(answer.body, init)
    Object.defineProperty(response, 'url', { value: url.href })
    Object.defineProperty(response, 'redirected', { value: redirected })
    return response
  } catch {
    // A status beyond 599 or a header that no text can hold. The reason would quote it.
    throw new AppError('REQUEST_FAILED', `${bareHost(url)} answered with something that is not HTTP.`)
  }
}

type BodyMember =
  | 'body'
  | 'bodyUsed'
  | 'bytes'
  | 'arrayBuffer'
  | 'text'
  | 'json'
  | 'blob'
  | 'formData'
  | 'clone'

// Types of the DOM declare the members of a body as methods, those of Node as properties, which no method may override.
// Authors of plugins compile this file with either.
const ResponseHead: new (body: null, init: ResponseInit) => Omit<Response, BodyMember> = Response

/**
 * A Response whose body is here as a whole. Its stream, which takes longer to make than all the rest, is made only for
 * who asks for it.
 */
class WholeResponse extends ResponseHead implements Pick<Response, BodyMember> {
  readonly #bytes: Uint8Array<ArrayBuffer>
  #isRead: boolean
  #streaming: Response | undefined

  constructor(bytes: Uint8Array<ArrayBuffer>, init: ResponseInit) {
    super(null, init)
    this.#bytes = bytes
    this.#isRead = false
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
    return new TextDecoder().decode(await this.bytes())
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
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
    if (this.#isRead || this.#streaming) return undefined
    this.#isRead = true
    return this.#bytes
  }

  /** The same with a stream. One whose body was read by us refuses to be read, as the standard has it. */
  #asStream(): Response {
    if (!this.#streaming) {
      const { status, statusText, headers } = this
      this.#streaming = new Response(this.#bytes, { status, statusText, headers })
      if (this.#isRead) void this.#streaming.arrayBuffer()
    }
    return this.#streaming
  }
}
