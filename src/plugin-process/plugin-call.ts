import { AppError } from '../errors.ts'
import { hostMatches } from '../host-pattern.ts'
import { Sensitive } from '../sensitive.ts'
import type { HttpInit, StepContext } from '../steps/step-context.ts'
import { StepFailure } from '../steps/step-failure.ts'
import { packText, unpackText } from './crossing.ts'
import { PIECE_BYTES, type Send } from './frames.ts'
import type { Permissions } from './package.ts'
import { PluginFiles, readFileOptions } from './plugin-files.ts'
import { PluginLines } from './plugin-lines.ts'
import { PluginSockets } from './plugin-sockets.ts'
import { packError, readError } from './read-error.ts'
import {
  bodyOf,
  idOf,
  isRecord,
  isTexts,
  type Message,
  odd,
  parsed,
  readInit,
  readProtectOptions,
  textOf,
} from './read-message.ts'

export interface CallParts {
  id: string
  context: StepContext
  permissions: Permissions
  send: Send
}

// What a call may have under way: a step that does more waits for some of it.
const MOST_REQUESTS = 200
const MOST_BODY_BYTES = 64 * 1024 * 1024
// What a piece counts for at least. Only the last one of a body or an output is short.
const LEAST_PIECE_BYTES = 1024
/** The longest output of a step in a process of its own (bytes). */
export const MAX_OUTPUT_BYTES = 8 * 1024 * 1024

/**
 * One call of a step type in another process, as the worker sees it: what comes from there is taken for hostile, and all
 * that it is given is done by the context of the step, so that its rules hold.
 */
export class PluginCall {
  readonly done: Promise<string>
  /** Whether something may have happened outside: what was only computed can be computed again. */
  hasActed = false
  readonly #parts: CallParts
  readonly #end: { resolve(text: string): void; reject(error: unknown): void }
  readonly #sockets: PluginSockets
  readonly #files: PluginFiles
  readonly #lines: PluginLines
  readonly #requests = new Map<number, AbortController>()
  readonly #bodies = new Map<number, Buffer[]>()
  #output: Buffer[] = []
  #outputBytes = 0
  #bodyBytes = 0

  constructor(parts: CallParts) {
    this.#parts = parts
    this.#sockets = new PluginSockets(parts.id, parts.send, parts.context.maxResponseBytes)
    this.#files = new PluginFiles(parts.context.files)
    this.#lines = new PluginLines(parts.context)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.done = promise
    this.#end = { resolve, reject }
  }

  /** @throws AppError STEP_FAILED when it is nothing that a call says. */
  heard(message: Message, bytes: Uint8Array): void {
    switch (message['t']) {
      case 'output':
        return void this.#addOutput(bytes)
      case 'done':
        return void this.#finish()
      case 'threw':
        return void this.fail(this.#failure(message))
      case 'body':
        return void this.#addBody(idOf(message), bytes)
      case 'http':
        return void this.#answer(message, (signal) => this.#http(message, signal))
      case 'cancel':
        return void this.#requests.get(idOf(message))?.abort()
      case 'lookup':
        return void this.#answer(message, () => this.#lookup(message))
      case 'cache':
        return void this.#answer(message, () => this.#cache(message))
      case 'stream':
        return void this.#answer(message, () => this.#files.heard(message, bytes))
      case 'file':
        return void this.#answer(message, () => this.#file(message))
      case 'log':
      case 'print':
      case 'progress':
      case 'warning':
      case 'left':
        return void this.#lines.heard(message, bytes)
      default:
        return void this.#sockets.heard(message, bytes)
    }
  }

  /** Answers a step that waits for it without doing anything else. */
  answerNow({ t, text, options }: Message): object {
    const { mask, protect } = this.#parts.context
    if (t === 'find') return { found: this.#files.find(text) }
    if (t === 'mask') return { masked: mask(textOf(text)) }
    if (t !== 'protect') throw odd()
    protect(textOf(text), readProtectOptions(options))
    return {}
  }

  /** The error of a step, with the output that came with it. */
  #failure({ error, hasOutput }: Message): Error {
    const read = readError(error)
    if (hasOutput !== true) return read
    const at = read instanceof AppError ? read.at : undefined
    const { message } = read
    return new StepFailure(message, parsed(Buffer.concat(this.#output).toString()), at ? { at } : {})
  }

  async #cache({ does, key, options, value, expiresAt }: Message): Promise<unknown> {
    const { cache } = this.#parts.context
    const from = readProtectOptions(options)
    const at = textOf(key)
    if (does === 'get') {
      const found = await cache.get(at, from)
      return found === undefined ? null : packText(found)
    }
    const given = unpackText(value)
    if (does === 'delete') await cache.delete(at, from)
    else if (does === 'set' && given !== undefined && typeof expiresAt === 'number') {
      await cache.set(at, given, { ...from, expiresAt: new Date(expiresAt) })
    } else throw odd()
    return null
  }

  /** Ends the call and what it has begun. */
  fail(error: unknown): void {
    this.#end.reject(error)
    this.close()
  }

  close(): void {
    for (const it of this.#requests.values()) it.abort()
    this.#sockets.close()
    this.#files.close()
    this.#bodies.clear()
    this.#output = []
  }

  #addOutput(bytes: Uint8Array): void {
    this.#outputBytes += roomOf(bytes)
    if (this.#outputBytes > MAX_OUTPUT_BYTES) {
      const most = `${MAX_OUTPUT_BYTES / 1024 / 1024} MiB`
      return void this.fail(new AppError('RESPONSE_TOO_LARGE', `The step's output is over ${most}.`))
    }
    this.#output.push(Buffer.from(bytes))
  }

  #finish(): void {
    this.#end.resolve(Buffer.concat(this.#output).toString())
    this.close()
  }

  #addBody(id: number, bytes: Uint8Array): void {
    this.#bodyBytes += roomOf(bytes)
    if (this.#bodyBytes > MOST_BODY_BYTES || this.#bodies.size > MOST_REQUESTS) throw tooMuch()
    const pieces = this.#bodies.get(id) ?? []
    this.#bodies.set(id, pieces)
    pieces.push(Buffer.from(bytes))
  }

  /** Does what the step waits for, and tells it what became of that. */
  #answer(message: Message, work: (signal: AbortSignal) => Promise<unknown>): void {
    const id = idOf(message)
    if (this.#requests.size >= MOST_REQUESTS || this.#requests.has(id)) throw tooMuch()
    const aborter = new AbortController()
    this.#requests.set(id, aborter)
    this.hasActed = true
    const { send, id: call } = this.#parts
    void work(aborter.signal)
      .then((value) => (value === undefined ? undefined : send({ t: 'reply', call, id, value })))
      .catch((error: unknown) => send({ t: 'reply', call, id, error: packError(error) }))
      .finally(() => this.#requests.delete(id))
  }

  async #http(message: Message, signal: AbortSignal): Promise<undefined> {
    const id = idOf(message)
    const given = isRecord(message['request']) ? message['request'] : {}
    const url = unpackText(given['url']) ?? ''
    this.#assertPermitted('http', url instanceof Sensitive ? url.reveal() : url)
    // A host of the package's own may answer with a redirect to one that is none.
    const beforeHop = (hop: URL) => this.#assertPermitted('http', hop.href)
    const body = this.#bodies.get(id)
    this.#bodies.delete(id)
    for (const piece of body ?? []) this.#bodyBytes -= roomOf(piece)
    const sent = this.#files.bodyOf(given['body']) ?? bodyOf(given['body'], body)
    const init = { ...readInit(given), signal, beforeHop, ...sent }
    const { response, file } = await this.#exchange(url, init, message['receive'])
    const { status, statusText, url: from, redirected } = response
    const head = { status, statusText, headers: [...response.headers], url: from, redirected, file }
    await this.#sendBody(id, head, Buffer.from(await response.arrayBuffer()))
    return undefined
  }

  async #exchange(url: string | Sensitive, init: HttpInit, receive: unknown) {
    const { http, files } = this.#parts.context
    if (isRecord(receive)) return files.receive(url, init, readFileOptions(receive))
    return { response: await http(url, init), file: undefined }
  }

  async #file(message: Message): Promise<unknown> {
    const { does } = message
    if (does === 'write') return this.#files.write(message)
    if (does === 'read') return this.#files.open(message)
    if (does !== 'next') throw odd()
    const piece = await this.#files.next(message)
    if (!piece) return null
    await this.#sendBody(idOf(message), { piece: true }, Buffer.from(piece))
    return undefined
  }

  async #sendBody(id: number, head: object, bytes: Buffer): Promise<void> {
    const { send, id: call } = this.#parts
    const isShort = bytes.length <= PIECE_BYTES
    await send({ t: 'reply', call, id, head, last: isShort }, isShort ? bytes : undefined)
    for (let at = 0; !isShort && at < bytes.length; at += PIECE_BYTES) {
      const last = at + PIECE_BYTES >= bytes.length
      await send({ t: 'piece', call, id, last }, bytes.subarray(at, at + PIECE_BYTES))
    }
  }

  async #lookup({ host, port, uses }: Message): Promise<string> {
    if (typeof host !== 'string' || typeof port !== 'number') throw odd()
    this.#assertPermitted('tcp', `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`)
    const address = await this.#parts.context.lookup(host, port, isTexts(uses) ? { uses } : {})
    this.#sockets.allow(address, port)
    return address
  }

  /** Holds the package to what its manifest says. */
  #assertPermitted(protocol: string, url: string): void {
    const { hosts, protocols } = this.#parts.permissions
    if (protocols && !protocols.includes(protocol)) throw notPermitted(`${protocol} is none of its protocols`)
    if (!hosts) return
    const target = URL.parse(url)
    const port = Number(target?.port || (target?.protocol === 'http:' ? 80 : 443))
    if (target && hosts.some((it) => hostMatches(it, target.hostname, port))) return
    throw notPermitted(`${target?.hostname ?? 'what it names'} is none of its hosts`)
  }
}

/** Stops a plugin from filling the memory with pieces of no bytes: each takes room of its own. */
const roomOf = (piece: Uint8Array): number => Math.max(piece.byteLength, LEAST_PIECE_BYTES)

function notPermitted(why: string): AppError {
  const advice = 'Its package.json says under "lockstep" what it may reach'
  return new AppError(
    'DESTINATION_NOT_ALLOWED',
    `The step type's package may not do that: ${why}. ${advice}.`,
  )
}

const tooMuch = () => new AppError('STEP_FAILED', 'The step has begun too much at once.')
