import type { Socket } from 'node:net'
import { Client } from 'undici'
import { AppError } from '../errors.ts'
import { bareHost } from '../host-name.ts'
import { decodeBody, tooLarge } from './decoded-body.ts'
import { type OutgoingRequest, reveal } from './outgoing-request.ts'

export interface Answer {
  status: number
  statusText: string
  /** Names in lower case. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array<ArrayBuffer>
}

export interface ExchangeOptions {
  signal: AbortSignal
  maxBytes: number
  /** Called whenever the server has said something. */
  onActivity: () => void
  /** Whether the body is of interest; if not, the connection ends after the headers. */
  wantsBody: (head: Omit<Answer, 'body'>) => boolean
}

const MAX_HEADER_BYTES = 64 * 1024
/** Of everything before the body, interim answers and a status line without end too. */
const MAX_HEAD_BYTES = 1024 * 1024
/** How many bytes a byte of the body may take on its way: chunks of one byte take six. */
const FRAMING = 8

/**
 * Sends one request over a connection of its own and reads the answer. The connection is not kept: one that
 * waits in a pool would carry a later request to an address that was not checked for it.
 * Rejects with whatever the network gives, or with the reason of the signal.
 */
export async function exchange(
  request: OutgoingRequest,
  socket: Socket,
  options: ExchangeOptions,
): Promise<Answer> {
  const client = clientOver(socket, request.url.origin)
  const host = bareHost(request.url)
  const volume = limitVolume(socket, host)
  try {
    const { statusCode, statusText, headers, body } = await client.request({
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: request.headers.flatMap((it) => [it.name, reveal(it.value)]),
      body: request.body?.bytes ?? null,
      signal: options.signal,
      reset: true,
    })
    // An error after the last read has no reader any more, and would end the process.
    body.on('error', () => {})
    options.onActivity()
    volume.allow(options.maxBytes * FRAMING)
    const head = { status: statusCode, statusText, headers: pairsOf(headers) }
    if (!options.wantsBody(head)) return { ...head, body: new Uint8Array() }
    const limits = { maxBytes: options.maxBytes, host }
    const bytes = await collect(body, limits, options.onActivity)
    // undici takes a reset for the end of a body that has no length, and what was cut off for the whole.
    if (wasReset(socket) && !hasLength(head)) throw socket.errored
    return { ...head, body: await decodeBody(bytes, valuesOf(head, 'content-encoding').join(), limits) }
  } finally {
    await client.destroy()
    socket.destroy()
  }
}

/**
 * Ends a connection over which too much comes. The client limits headers, and we the body; but a server can
 * also go on with what is neither, such as interim answers, extensions of chunks, or trailers.
 */
function limitVolume(socket: Socket, host: string): { allow(more: number): void } {
  let most = socket.bytesRead + MAX_HEAD_BYTES
  socket.on('readable', () => {
    if (socket.bytesRead <= most) return
    const text = `${host} answered with far more than a body and its headers.`
    socket.destroy(new AppError('RESPONSE_TOO_LARGE', text))
  })
  return {
    allow(more) {
      most += more
    },
  }
}

/** A client for exactly this connection. Its own timers are off: the signal knows the time. */
function clientOver(socket: Socket, origin: string): Client {
  let used = false
  return new Client(origin, {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: (_options, callback) => {
      const again = used
      used = true
      // Later, since the client overlooks a connection that is there at once, and then spins.
      setImmediate(() => {
        // The client connects again by itself when a connection breaks: to an address nobody has checked.
        if (again) callback(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), null)
        else callback(null, socket)
      })
    },
  })
}

function pairsOf(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((it): [string, string] => [name.toLowerCase(), it]),
  )
}

function valuesOf(head: Omit<Answer, 'body'>, header: string): string[] {
  return head.headers.filter(([name]) => name === header).map(([, value]) => value)
}

function wasReset({ errored }: Socket): boolean {
  return errored !== null && 'code' in errored && errored.code === 'ECONNRESET'
}

function hasLength(head: Omit<Answer, 'body'>): boolean {
  return valuesOf(head, 'content-length').length + valuesOf(head, 'transfer-encoding').length > 0
}

/**
 * Reads a body into one growing buffer. To keep the pieces would be simpler, but a server that sends one byte
 * at a time would then take a hundred times the limit.
 */
async function collect(
  body: AsyncIterable<Uint8Array>,
  limits: { maxBytes: number; host: string },
  onActivity: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(16 * 1024)
  let length = 0
  for await (const chunk of body) {
    onActivity()
    const needed = length + chunk.byteLength
    if (needed > limits.maxBytes) throw tooLarge(limits.host, limits.maxBytes)
    if (needed > buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, buffer.byteLength * 2))
      larger.set(buffer.subarray(0, length))
      buffer = larger
    }
    buffer.set(chunk, length)
    length = needed
  }
  return buffer.slice(0, length)
}
