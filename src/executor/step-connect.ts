import { connect as open, type Socket } from 'node:net'
import { AppError } from '../errors.ts'
import type { StepContext } from '../steps/index.ts'

// How often (milliseconds) it is looked at how much has come.
const LOOK_MS = 20

interface ConnectParts {
  lookup: StepContext['lookup']
  maxResponseBytes: number
  signal: AbortSignal
}

/**
 * Connections of one step, to addresses that were checked. They end with the step, whatever it forgets: when it is told to
 * stop, when it has ended, and when more came over them than a step may receive.
 *
 * @returns what opens one, and what closes all of them.
 */
export function createConnect({ lookup, maxResponseBytes, signal }: ConnectParts): {
  connect: StepContext['connect']
  close(): void
} {
  const sockets = new Set<Socket>()
  /** What came over those that are closed. */
  let bytes = 0
  let watch: NodeJS.Timeout | undefined
  const end = (error?: Error) => {
    for (const it of sockets) it.destroy(error)
  }
  const stop = () => end(asError(signal.reason))
  // The socket of TLS reads past what a listener of this one would see, so that its count is looked at.
  const look = () => {
    const all = [...sockets].reduce((sum, it) => sum + it.bytesRead, bytes)
    if (all > maxResponseBytes) end(tooMuch(maxResponseBytes))
  }
  signal.addEventListener('abort', stop, { once: true })
  const connect: StepContext['connect'] = async (host, port, options) => {
    const address = await lookup(host, port, options)
    signal.throwIfAborted()
    const socket = open({ host: address, port })
    sockets.add(socket)
    watch ??= setInterval(look, LOOK_MS)
    socket.once('close', () => {
      bytes += socket.bytesRead
      sockets.delete(socket)
    })
    // An author who does not listen must not end the worker.
    socket.on('error', () => undefined)
    return socket
  }
  const close = () => {
    clearInterval(watch)
    signal.removeEventListener('abort', stop)
    end()
  }
  return { connect, close }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error('aborted'))

function tooMuch(most: number): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `More came over the connections of this step than it may receive: ${most} bytes.`,
  )
}
