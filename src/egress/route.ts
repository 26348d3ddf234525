import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { authorityOf } from '../host-name.ts'
import type { AllowEntry } from './allow-entry.ts'
import type { ClientCertificate } from './client-certificate.ts'
import { openConnection, startTls, type TlsSettings } from './connection.ts'
import { type Destination, findDestination, type Lookup } from './destination.ts'
import type { Peer } from './failure.ts'
import type { HttpConnection } from './http-connection.ts'
import { Http1Connection } from './http1-connection.ts'
import { Http2Connection } from './http2-connection.ts'
import { addressesForProxy } from './no-proxy.ts'
import { type OutgoingRequest, reveal } from './outgoing-request.ts'
import { type ProxyServer, type ProxySettings, proxyFor } from './proxy-settings.ts'
import { openTunnel } from './proxy-tunnel.ts'
import { readAddress } from './public-address.ts'

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

/** A way that a request may take now: its name was looked up and its addresses checked for this very request. */
export interface Route {
  /** Whom messages name when what goes along it fails. */
  peerName: string
  origin: string
  destination: Destination
  /** The addresses that may be connected to. Through a proxy, those that it may be asked for. */
  addresses: readonly string[]
  proxy: ProxyServer | undefined
  isSecure: boolean
  certificate: ClientCertificate | undefined
  /**
   * Connections with the same key may be used for each other, where the address is one of those. Whose the step is, is
   * a part of it: what a server does to the connection of one workspace never meets another's request.
   */
  key: string
}

/** HTTP/2 where the server speaks it, and else HTTP/1.1. */
const EITHER_PROTOCOL: readonly string[] = ['h2', 'http/1.1']
const HTTP1_ONLY: readonly string[] = ['http/1.1']

// Where only the proxy knows public names no request works, and this is what the operator has to hear.
const LOOKED_UP_HERE =
  ' The worker looks names up itself, although a proxy is set, to check the address: it needs a name server that knows the host, or an entry in its hosts file.'

/**
 * Finds the way of one request, direct or through a proxy. In both cases the name is looked up here, and every address
 * is checked.
 *
 * @param workspace of the step that sends the request.
 */
export async function findRoute(
  { url, certificate }: Pick<OutgoingRequest, 'url' | 'certificate'>,
  workspace: string,
  settings: RouteSettings,
  { peer, signal }: Attempt,
): Promise<Route> {
  const { host } = url
  const server = proxyFor(settings.proxy, url)
  peer.name = host
  peer.hint = server ? LOOKED_UP_HERE : ''
  const destination = await findDestination(url, settings, signal)
  peer.hint = ''
  const forProxy = settings.proxy && server ? addressesForProxy(settings.proxy.exceptions, destination) : []
  const proxy = forProxy.length > 0 ? server : undefined
  const addresses = proxy ? forProxy : destination.addresses.map((it) => it.address)
  const isSecure = url.protocol === 'https:'
  const identity = isSecure && certificate ? identityOf(certificate) : ''
  // The variable stands for the proxy with its credentials, which do not change while the process runs.
  const key = `${workspace} ${url.origin} ${proxy?.variable ?? ''} ${identity}`
  const peerName = proxy ? `${host} (through the proxy ${authorityOf(proxy.host, proxy.port)})` : host
  return { peerName, origin: url.origin, destination, addresses, proxy, isSecure, certificate, key }
}

/**
 * Opens a connection along a route. TLS is spoken with the target itself, under its own name: a proxy sees an address
 * and cipher text.
 *
 * @param onlyHttp1 also where the server speaks HTTP/2.
 */
export async function openRoute(
  route: Route,
  onlyHttp1: boolean,
  settings: RouteSettings,
  attempt: Attempt,
): Promise<HttpConnection> {
  const { destination, origin, proxy } = route
  const protocols = onlyHttp1 ? HTTP1_ONLY : EITHER_PROTOCOL
  const tls = route.isSecure ? { context: settings.contextFor(route.certificate), protocols } : undefined
  if (proxy) return openThroughProxy({ ...route, proxy }, tls, settings, attempt)
  const socket = await openConnection(destination, tls, attempt.signal)
  return speakHttp(socket, readAddress(socket.remoteAddress ?? '')?.toNormalizedString() ?? '', origin)
}

async function openThroughProxy(
  { peerName, origin, destination: { host, port }, addresses, proxy }: Route & { proxy: ProxyServer },
  tls: TlsSettings | undefined,
  settings: RouteSettings,
  { peer, signal, onActivity }: Attempt,
): Promise<HttpConnection> {
  // From here on it is the proxy that refuses or is silent, and the target has not been heard of.
  peer.name = `The proxy ${authorityOf(proxy.host, proxy.port)}`
  const tunnel = await openTunnel(
    proxy,
    { addresses, port },
    {
      lookup: settings.lookup,
      tls: proxy.secure ? { context: settings.contextFor(undefined), protocols: HTTP1_ONLY } : undefined,
      signal,
      onActivity,
    },
  )
  peer.name = peerName
  const socket = tls ? await startTls(tunnel.socket, host, tls, signal) : tunnel.socket
  return speakHttp(socket, tunnel.address, origin)
}

function speakHttp(
  socket: Socket & { alpnProtocol?: TLSSocket['alpnProtocol'] },
  address: string,
  origin: string,
) {
  return socket.alpnProtocol === 'h2'
    ? new Http2Connection(socket, address, origin)
    : new Http1Connection(socket, address, origin)
}

/** Who we are to the server, in place of the key and its passphrase, which need not lie in another place as well. */
function identityOf({ content, passphrase }: ClientCertificate): string {
  const parts = [reveal(content), passphrase === undefined ? null : reveal(passphrase)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
