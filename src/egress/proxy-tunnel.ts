import { request } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../errors.ts'
import { authorityOf } from '../host-name.ts'
import { openConnection, type TlsSettings, whileOpening } from './connection.ts'
import { addressesOf, type Destination, type Lookup } from './destination.ts'
import { TunnelRefusal } from './failure.ts'
import type { ProxyServer } from './proxy-settings.ts'

/** Of the proxy's answer; a tunnel needs one line. */
const MAX_ANSWER_BYTES = 16 * 1024

/** Of one host, after which it counts as not reachable: its name server may answer with thousands. */
const MOST_ADDRESSES = 4

export interface TunnelOptions {
  lookup: Lookup
  /** For a proxy that is spoken to over TLS; without any client certificate of a step. */
  tls: TlsSettings | undefined
  signal: AbortSignal
  onActivity: () => void
}

/**
 * A connection through the proxy to one of the checked addresses. The proxy is asked for the address and not for the
 * name: its own look-up might find another one, which nobody has checked (DNS rebinding, split DNS).
 *
 * A target on plain http gets a tunnel too. The usual request with an absolute URL lets the proxy look the name up,
 * and invites it to log, cache and rewrite the URL and headers. (What is sent over plain http stays readable to the
 * proxy, as to everybody on the way.)
 */
export async function openTunnel(
  server: ProxyServer,
  target: { addresses: readonly string[]; port: number },
  options: TunnelOptions,
): Promise<{ socket: Socket; address: string }> {
  const proxy = await findProxy(server, options)
  let refusal: TunnelRefusal | undefined
  for (const address of target.addresses.slice(0, MOST_ADDRESSES)) {
    const socket = await openConnection(proxy, options.tls, options.signal)
    options.onActivity()
    try {
      const tunnel = askForTunnel(server, authorityOf(address, target.port), socket)
      await whileOpening(socket, options.signal, tunnel)
      options.onActivity()
      return { socket, address }
    } catch (error) {
      socket.destroy()
      // A proxy without IPv6 says so of the first address; the next one may do. Any other refusal stands.
      if (!(error instanceof TunnelRefusal) || error.status < 500) throw error
      refusal ??= error
    }
  }
  throw refusal ?? new Error('no address')
}

/** How messages name a host and port, and requests an address and port. */
/** The operator's choice, so it may be anywhere, the private network included. */
async function findProxy({ host, port }: ProxyServer, options: TunnelOptions): Promise<Destination> {
  const [first, ...others] = await addressesOf(host, options.lookup, options.signal)
  if (!first) throw Object.assign(new Error('no address'), { code: 'ENODATA' })
  return { host, port, addresses: [first, ...others] }
}

/** Sends CONNECT and waits for the answer, or for the end of the socket. */
function askForTunnel(server: ProxyServer, authority: string, socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const ask = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
    maxHeaderSize: MAX_ANSWER_BYTES,
    insecureHTTPParser: false,
    createConnection: () => socket,
  })
  // Meant for the tunnel, and a proxy might take it for a reason to end it.
  ask.removeHeader('connection')
  if (server.authorization) ask.setHeader('proxy-authorization', server.authorization.reveal())
  ask.on('error', reject)
  ask.on('connect', ({ statusCode = 0 }, _socket, early) => {
    if (statusCode < 200 || statusCode > 299) reject(new TunnelRefusal(statusCode, server.variable))
    // Nothing was asked of the target yet. Passed on, these bytes would be its answer (response splitting).
    else if (early.length > 0) reject(unasked(server))
    else resolve()
  })
  ask.end()
  return promise
}

function unasked({ host, port }: ProxyServer): AppError {
  return new AppError(
    'REQUEST_FAILED',
    `The proxy ${authorityOf(host, port)} sent more than an answer when asked for a tunnel.`,
  )
}
