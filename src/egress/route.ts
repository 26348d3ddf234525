import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { bareHost } from '../host-name.ts'
import type { AllowEntry } from './allow-entry.ts'
import type { ClientCertificate } from './client-certificate.ts'
import { openConnection, startTls } from './connection.ts'
import { findDestination, type Lookup } from './destination.ts'
import type { Peer } from './failure.ts'
import { addressesForProxy } from './no-proxy.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { type ProxySettings, proxyFor } from './proxy-settings.ts'
import { authorityOf, openTunnel } from './proxy-tunnel.ts'

export interface RouteSettings {
  allow: readonly AllowEntry[]
  lookup: Lookup
  proxy: ProxySettings | undefined
  contextFor: (certificate: ClientCertificate | undefined) => SecureContext
}

export interface Attempt {
  /** Is set to whom the attempt is talking to. */
  peer: Peer
  signal: AbortSignal
  onActivity: () => void
}

// Where only the proxy knows public names no request works, and this is what the operator has to hear.
const LOOKED_UP_HERE =
  ' The worker looks names up itself, although a proxy is set, to check the address: it needs a name server that knows the host, or an entry in its hosts file.'

/**
 * A connection for one request, direct or through a proxy. In both cases the name is looked up here, every address is
 * checked, and TLS is spoken with the target itself, under its own name: a proxy sees an address and cipher text.
 */
export async function connect(
  request: Pick<OutgoingRequest, 'url' | 'certificate'>,
  settings: RouteSettings,
  { peer, signal, onActivity }: Attempt,
): Promise<Socket> {
  const { url, certificate } = request
  const host = bareHost(url)
  const server = proxyFor(settings.proxy, url)
  Object.assign(peer, { name: host, hint: server ? LOOKED_UP_HERE : '' })
  const context = url.protocol === 'https:' ? settings.contextFor(certificate) : undefined
  const destination = await findDestination(url, settings, signal)
  peer.hint = ''
  const addresses = settings.proxy ? addressesForProxy(settings.proxy.exceptions, destination) : []
  if (!server || addresses.length === 0) return openConnection(destination, context, signal)
  const proxyName = authorityOf(server.host, server.port)
  // From here on it is the proxy that refuses or is silent, and the target has not been heard of.
  peer.name = `The proxy ${proxyName}`
  const tunnel = await openTunnel(
    server,
    { addresses, port: destination.port },
    {
      lookup: settings.lookup,
      context: server.secure ? settings.contextFor(undefined) : undefined,
      signal,
      onActivity,
    },
  )
  peer.name = `${host} (through the proxy ${proxyName})`
  return context ? startTls(tunnel, host, context) : tunnel
}
