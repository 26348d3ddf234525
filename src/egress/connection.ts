import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type SecureContext } from 'node:tls'
import type { Destination } from './destination.ts'

/** How long one of several addresses may take before the next is tried beside it. */
const NEXT_ADDRESS_AFTER = 1_000

/**
 * Opens a connection to one of the addresses that were checked, and to no other: the look-up that the socket
 * would make by itself is replaced by the checked list. Without this, a name server could answer the check with
 * a public address and the connection with 127.0.0.1 (DNS rebinding).
 *
 * With a `context` it speaks TLS, and the certificate must be the host's, not the address's. The signal destroys
 * the socket whenever it fires, so no socket outlives the request it was opened for.
 */
export function openConnection(
  destination: Destination,
  context: SecureContext | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const options = {
    host: destination.host,
    port: destination.port,
    lookup: pinTo(destination),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER,
  }
  const socket = context
    ? connectTls({ ...options, ...tlsOptions(destination.host, context) })
    : connectTcp(options)
  const onAbort = () => socket.destroy(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  socket.setNoDelay(true)
  socket.on('error', reject)
  socket.once(context ? 'secureConnect' : 'connect', () => resolve(socket))
  socket.once('close', () => {
    signal.removeEventListener('abort', onAbort)
    reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
  })
  return promise
}

/**
 * Speaks TLS to the host through a connection that is already there: a tunnel. The signal of the carrier's own
 * {@link openConnection} ends both.
 */
export function startTls(carrier: Socket, host: string, context: SecureContext): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  // Without the host, an address as the target would have its certificate compared with the proxy's name, so
  // that whoever holds the proxy's certificate could read what was meant for the target.
  const socket = connectTls({ socket: carrier, host, ...tlsOptions(host, context) })
  // Neither outlives the other; that Node sees to it by itself is not documented.
  carrier.on('error', (error) => socket.destroy(error))
  socket.on('error', reject)
  socket.once('secureConnect', () => resolve(socket))
  socket.once('close', () => {
    carrier.destroy()
    reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
  })
  return promise
}

function tlsOptions(host: string, context: SecureContext): ConnectionOptions {
  return {
    secureContext: context,
    // Said outright, since NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }
}

function pinTo({ addresses }: Destination): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0].address, addresses[0].family)
  }
}
