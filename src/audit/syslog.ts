import { createHash } from 'node:crypto'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import type { Egress } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { AuditTarget, Batch } from './stream.ts'

const TIMEOUT_MS = 10_000
// Of syslog over TLS (RFC 5425, section 4.1).
const TLS_PORT = 6514
// Facility 13 is the log audit, severity 6 is informational (RFC 5424, section 6.2.1).
const PRIORITY = 13 * 8 + 6

/**
 * Sends rows as syslog messages (RFC 5424) over TLS (RFC 5425), or over TCP to this machine, each with its length before it
 * (RFC 6587, section 3.4.1). The message is the line of an export. A connection is made for each batch, and the batch counts as
 * taken when the server has read to its end and closed its side: the protocol has no other answer.
 *
 * @param url `syslog+tls://host:port`, or `syslog+tcp://host:port`.
 * @param lookup finds public addresses and those that the operator allows.
 */
export function createSyslog(url: string, lookup: ReturnType<Egress['lookupForStep']>): AuditTarget {
  const target = new URL(url)
  const port = Number(target.port || TLS_PORT)
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    key: createHash('sha256').update(url).digest('hex'),
    name: target.host,
    async send({ lines }: Batch, signal: AbortSignal) {
      const address = await lookup(host, port)
      const bytes = Buffer.concat(lines.map(frameOf))
      const isTls = target.protocol === 'syslog+tls:'
      const servername = isIP(host) === 0 ? { servername: host } : {}
      const open = () =>
        isTls
          ? // Whatever the environment says, a stranger's certificate is not accepted.
            connectTls({ host: address, port, ...servername, rejectUnauthorized: true })
          : connectTcp({ host: address, port })
      await deliver(open, bytes, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]))
    },
  }
}

/** @throws AppError REQUEST_FAILED when not all of it was taken. */
async function deliver(open: () => Socket, bytes: Buffer, signal: AbortSignal): Promise<void> {
  // What is aborted already tells nobody any more: a server that never closes would keep a worker from stopping.
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = open()
  const stop = () => socket.destroy(new AppError('REQUEST_FAILED', 'The syslog server took too long.'))
  signal.addEventListener('abort', stop, { once: true })
  let hasEnded = false
  socket.on('end', () => {
    hasEnded = true
  })
  socket.on('error', reject)
  socket.on('close', () => {
    if (hasEnded && socket.writableFinished) return resolve()
    reject(new AppError('REQUEST_FAILED', 'The syslog server ended the connection before it had taken all.'))
  })
  // What a server says is nothing of the protocol.
  socket.resume()
  socket.end(bytes)
  return promise.finally(() => signal.removeEventListener('abort', stop))
}

interface Line {
  at?: string
  action?: string
}

/** A line of the export as a message with its length. */
function frameOf(line: string): Buffer {
  const { at = '-', action = 'checkpoint' } = JSON.parse(line) as Line
  const head = `<${PRIORITY}>1 ${at} ${printable(hostname(), 255)} lockstep ${process.pid} ${printable(action, 32)} - `
  // UTF-8 is announced by its byte order mark (RFC 5424, section 6.4). A message of ASCII has none.
  const message = /[^ -~]/.test(line) ? `\uFEFF${line}` : line
  const bytes = Buffer.from(head + message)
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

const printable = (text: string, length: number): string =>
  text.replaceAll(/[^!-~]/g, '_').slice(0, length) || '-'
