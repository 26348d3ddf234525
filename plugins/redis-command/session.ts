import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AppError, type StepContext } from '../../src/steps/index.ts'
import { readReply } from './reply.ts'

export interface Server {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

/** The host and its port as messages name them. */
export const nameOf = ({ host, port }: Server): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

/**
 * Sends commands over a connection of their own, and reads a reply to each.
 *
 * @throws AppError of `connect`; REQUEST_FAILED, RESPONSE_TOO_LARGE, or the reason of the signal.
 */
export async function talk(
  server: Server,
  commands: readonly (readonly string[])[],
  { connect, signal, maxResponseBytes }: StepContext,
): Promise<unknown[]> {
  const line = await connect(server.host, server.port)
  const socket = server.tls ? secured(server, line) : line
  try {
    signal.throwIfAborted()
    await once(socket, server.tls ? 'secureConnect' : 'connect', { signal })
    socket.write(Buffer.concat(commands.map(encoded)))
    return await readReplies(socket, commands.length, maxResponseBytes)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) throw error
    // The words of such errors may hold addresses and what was sent.
    throw new AppError(
      'REQUEST_FAILED',
      `${nameOf(server)} cannot be reached, or does not speak Redis. Check port and TLS.`,
    )
  } finally {
    socket.destroy()
  }
}

/** The address was checked, so that the certificate alone says whose it is. */
function secured({ host }: Server, socket: Socket): Socket {
  return connectTls({ socket, ...(isIP(host) === 0 && { servername: host }) })
}

async function readReplies(socket: Socket, count: number, most: number): Promise<unknown[]> {
  const replies: unknown[] = []
  let bytes: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    if (bytes.length > most)
      throw new AppError('RESPONSE_TOO_LARGE', 'The reply is larger than a step may receive.')
    for (let read = readReply(bytes); read; read = readReply(bytes)) {
      replies.push(read.value)
      if (replies.length === count) return replies
      bytes = bytes.subarray(read.end)
    }
  }
  throw new AppError('REQUEST_FAILED', 'The server closed the connection before it had answered.')
}

/** A command is a list of texts with their lengths, so no text can become a second command. */
function encoded(parts: readonly string[]): Buffer {
  const texts = parts.map((it) => `$${Buffer.byteLength(it)}\r\n${it}\r\n`)
  return Buffer.from(`*${parts.length}\r\n${texts.join('')}`)
}
