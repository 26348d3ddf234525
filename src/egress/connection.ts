import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type SecureContext } from 'node:tls'
import type { Destination } from './destination.ts'

/** How long one of several addresses may take before the next is tried beside it. */
const NEXT_ADDRESS_AFTER = 1_000

/** TLS with one of the protocols (ALPN), the first of them preferred. */
export interface TlsSettings {
  context: SecureContext
  protocols: readonly string[]
}

/**
 * Opens a connection to one of the addresses that were checked, and to no other: the look-up that the socket
 * would make by itself is replaced by the checked list. Without this, a name server could answer the check with
 * a public address and the connection with 127.0.0.1 (DNS rebinding).
 *
 * With `tls` the certificate must be the host's, not the address's. The signal ends the opening, and not what is opened.
 */
export function openConnection(
  destination: Destination,
  tls: TlsSettings | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const options = {
    host: destination.host,
    port: destination.port,
    lookup: pinTo(destination),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER,
  }
  const socket = tls ? connectTls({ ...options, ...tlsOptions(destination.host, tls) }) : connectTcp(options)
  socket.setNoDelay(true)
  return whileOpening(socket, signal, opened(socket, tls ? 'secureConnect' : 'connect'))
}

/**
 * Speaks TLS to the host through a connection that is already there: a tunnel. The signal ends the opening, and not
 * what is opened.
 */
export function startTls(
  carrier: Socket,
  host: string,
  tls: TlsSettings,
  signal: AbortSignal,
): Promise<Socket> {
  // Without the host, an address as the target would have its certificate compared with the proxy's name, so
  // that whoever holds the proxy's certificate could read what was meant for the target.
  const socket = connectTls({ socket: carrier, host, ...tlsOptions(host, tls) })
  // Neither outlives the other; that Node sees to it by itself is not documented.
  carrier.on('error', (error) => socket.destroy(error))
  carrier.once('close', () => socket.destroy())
  socket.once('close', () => carrier.destroy())
  return whileOpening(socket, signal, opened(socket, 'secureConnect'))
}

/** A step of opening a connection. If the signal fires before it is done, the socket is destroyed. */
export async function whileOpening<T>(socket: Socket, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const onAbort = () => socket.destroy(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await work
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  // Stays for good, since an error that nobody listens to would end the process.
  socket.on('error', reject)
  socket.once(event, () => resolve(socket))
  socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
  return promise
}

function tlsOptions(host: string, { context, protocols }: TlsSettings): ConnectionOptions {
  return {
    secureContext: context,
    // Said outright, since NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
    rejectUnauthorized: true,
    ALPNProtocols: [...protocols],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }
}

function pinTo({ addresses }: Destination): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0].address, addresses[0].family)
  }
}
