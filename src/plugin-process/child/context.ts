import net from 'node:net'
import { toResponse } from '../../egress/response.ts'
import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import { oddIn } from '../../steps/odd-output.ts'
import type { HttpInit, ProtectOptions, RunFile, StepContext, StepFiles } from '../../steps/step-context.ts'
import { type Packed, packText, unpack, unpackText } from '../crossing.ts'
import { PIECE_BYTES } from '../frames.ts'
import { readError } from '../read-error.ts'
import { askNow, send } from './channel.ts'
import { openFiles, streamedBody } from './files.ts'

// The least time between two times that the worker is told how far a step is (milliseconds).
const PROGRESS_APART = 100

/** What the worker says of a call when it begins. */
export interface CallFacts {
  maxResponseBytes: number
  attempt: number
  idempotencyKey: string
  workspace: string
  run: string
  /** What the operator has set for the package. */
  config: Packed
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
  /** An answer of HTTP that is coming in. */
  head?: Readonly<Record<string, unknown>>
  pieces: Uint8Array[]
}

/** One call of a step type: its context, and what the worker answers. */
export class Call {
  readonly context: StepContext
  readonly obtained = new Set<Sensitive>()
  readonly #id: string
  readonly #aborter = new AbortController()
  readonly #pending = new Map<number, Pending>()
  #count = 0

  constructor(id: string, facts: CallFacts) {
    this.#id = id
    const write = (level: string) => (message: string, data?: object) =>
      this.#send({ t: 'log', level, message: String(message), data: jsonOf(data) })
    this.context = Object.freeze({
      ...facts,
      config: unpack(facts.config) as StepContext['config'],
      http: (url, init) => this.#http(url, init),
      lookup: async (host, port, { uses } = {}) => String(await this.#ask({ t: 'lookup', host, port, uses })),
      connect: async (host, port, { uses } = {}) => {
        const address = String(await this.#ask({ t: 'lookup', host, port, uses }))
        return net.connect({ host: address, port })
      },
      protect: (value, options) => this.#protect(String(value), options),
      cache: {
        get: async (key, options) => this.#kept(await this.#ask({ t: 'cache', does: 'get', key, options })),
        set: async (key, value, { expiresAt, ...options }) => {
          const given = { key, options, value: packText(value), expiresAt: expiresAt.getTime() }
          await this.#ask({ t: 'cache', does: 'set', ...given })
          return this.#obtain(typeof value === 'string' ? value : value.reveal())
        },
        delete: async (key, options) => void (await this.#ask({ t: 'cache', does: 'delete', key, options })),
      },
      files: openFiles({
        ask: (message, bytes) => this.#ask(message, undefined, bytes),
        askNow: (message) => this.#askNow(message)['found'],
        receive: (url, init, options) => this.#receive(url, init, options),
      }),
      progress: this.#tellProgress(),
      mask: (text) => this.#mask(String(text)),
      signal: this.#aborter.signal,
      log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    } satisfies StepContext)
  }

  /** As JSON, with what the step has obtained in its place: later steps need it, and the run knows it. */
  outputJson(output: unknown): string {
    const { obtained } = this
    const reveal = function (this: unknown, key: string, shown: unknown): unknown {
      const value = (this as Record<string, unknown>)[key]
      return value instanceof Sensitive && obtained.has(value) ? value.reveal() : shown
    }
    const odd = oddIn(output)
    if (odd) throw new AppError('STEP_FAILED', odd)
    try {
      return (JSON.stringify(output, reveal) as string | undefined) ?? 'null'
    } catch {
      // The message of the error may quote the output.
      throw new AppError('STEP_FAILED', 'The step gave back something that JSON cannot hold.')
    }
  }

  #protect(text: string, options: ProtectOptions = {}): Sensitive {
    this.#askNow({ t: 'protect', text, options })
    return this.#obtain(text)
  }

  #obtain(text: string): Sensitive {
    const made = new Sensitive(text)
    this.obtained.add(made)
    return made
  }

  #kept(packed: unknown): Sensitive | undefined {
    const text = unpackText(packed)
    return text === undefined ? undefined : this.#obtain(typeof text === 'string' ? text : text.reveal())
  }

  /** A step may say how far it is at every row: then it must not wait at every row. */
  #tellProgress(): StepContext['progress'] {
    let last = Number.NEGATIVE_INFINITY
    let told: number | undefined
    return (done, total) => {
      const isNews = done === total && done !== told
      if (performance.now() - last < PROGRESS_APART && !isNews) return
      last = performance.now()
      told = done
      this.#send({ t: 'progress', done, total })
    }
  }

  abort(error: unknown): void {
    this.#aborter.abort(readError(error))
  }

  heard(message: Readonly<Record<string, unknown>>, bytes: Uint8Array): void {
    const id = Number(message['id'])
    const pending = this.#pending.get(id)
    if (!pending) return
    if (message['t'] === 'reply' && message['head']) pending.head = message['head'] as Record<string, unknown>
    if (pending.head) {
      pending.pieces.push(new Uint8Array(bytes))
      if (message['last'] !== true) return
    }
    this.#pending.delete(id)
    if (message['error']) pending.reject(readError(message['error']))
    else pending.resolve(pending.head ? read(pending.head, pending.pieces) : message['value'])
  }

  #send(message: object, bytes?: Uint8Array): void {
    send({ ...message, call: this.#id }, bytes)
  }

  #ask(message: object, id = ++this.#count, bytes?: Uint8Array): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, pieces: [] })
      this.#send({ ...message, id }, bytes)
    })
  }

  #askNow(message: object): Readonly<Record<string, unknown>> {
    const answer = askNow({ ...message, call: this.#id })
    if (answer['error']) throw readError(answer['error'])
    return answer
  }

  #mask(text: string): string {
    return String(this.#askNow({ t: 'mask', text })['masked'])
  }

  async #http(url: string | URL | Sensitive, init?: HttpInit): Promise<Response> {
    return (await this.#exchange(url, init)).response
  }

  async #receive(...[url, init, options]: Parameters<StepFiles['receive']>) {
    return this.#exchange(url, init, { receive: options ?? {} })
  }

  async #exchange(
    url: string | URL | Sensitive,
    init: HttpInit = {},
    more: object = {},
  ): Promise<{ response: Response; file: RunFile | undefined }> {
    const { signal, body, headers, clientCertificate: certificate, ...rest } = init
    if (signal?.aborted) throw signal.reason
    const id = ++this.#count
    const streamed =
      body === undefined ? undefined : streamedBody(body, (it, bytes) => this.#ask(it, undefined, bytes))
    const kind = streamed?.kind ?? this.#sendBody(id, body as WholeBody)
    const request = {
      ...rest,
      url: packText(url instanceof URL ? url.href : url),
      headers: headersOf(headers).map(([name, value]) => [name, packText(value)]),
      body: kind,
      certificate: certificate && {
        content: packText(certificate.content),
        ...(certificate.passphrase && { passphrase: packText(certificate.passphrase) }),
      },
    }
    const cancel = () => this.#send({ t: 'cancel', id })
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const answer = this.#ask({ t: 'http', request, ...more }, id)
      // When the request ends before its body, what ends it says why.
      streamed?.pump().catch(() => undefined)
      return (await answer) as { response: Response; file: RunFile | undefined }
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Sends the body before the request. @returns what it is. */
  #sendBody(id: number, body: WholeBody): object | undefined {
    if (body === undefined) return undefined
    const isBytes = body instanceof Uint8Array
    const bytes = isBytes ? body : Buffer.from(typeof body === 'string' ? body : textOf(body))
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      this.#send({ t: 'body', id }, bytes.subarray(at, at + PIECE_BYTES))
    }
    if (isBytes) return { kind: 'bytes' }
    if (body instanceof URLSearchParams) return { kind: 'form' }
    return {
      kind: 'text',
      ...(typeof body !== 'string' && { sensitive: true, holdsSecret: body.holdsSecret }),
    }
  }
}

type WholeBody = string | Sensitive | Uint8Array | URLSearchParams | undefined

const textOf = (body: Sensitive | URLSearchParams): string =>
  body instanceof URLSearchParams ? body.toString() : body.reveal()

function headersOf(headers: HttpInit['headers']): (readonly [string, string | Sensitive])[] {
  if (headers === undefined) return []
  return Symbol.iterator in headers ? [...headers] : Object.entries(headers as Record<string, string>)
}

function jsonOf(data: object | undefined): unknown {
  if (!(data instanceof Error)) return data
  return { name: data.name, message: data.message, ...('code' in data && { code: data.code }) }
}

function read(head: Readonly<Record<string, unknown>>, pieces: readonly Uint8Array[]): unknown {
  if (head['piece'] === true) return new Uint8Array(Buffer.concat(pieces))
  return { response: responseOf(head, pieces), file: head['file'] }
}

function responseOf(head: Readonly<Record<string, unknown>>, pieces: readonly Uint8Array[]): Response {
  const { status, statusText, headers, url, redirected } = head as unknown as {
    status: number
    statusText: string
    headers: [string, string][]
    url: string
    redirected: boolean
  }
  const body = new Uint8Array(Buffer.concat(pieces))
  return toResponse({ status, statusText, headers, body }, new URL(url), redirected)
}
