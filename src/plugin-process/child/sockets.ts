import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { currentCall, Tunnel } from './tunnel.ts'

const advice =
  'A step type reaches the network by context.http, or by a connection to the address that context.lookup has given it.'

export const noNetwork = (): Error => Object.assign(new Error(advice), { code: 'ERR_ACCESS_DENIED' })

interface Target {
  host?: string | undefined
  port?: number | string | undefined
  path?: string | undefined
}

/** What `net.connect` was given, in one of its many forms. */
function readTarget(args: readonly unknown[]): { target: Target; connected: (() => void) | undefined } {
  const [first, second] = args
  const callback = (Array.isArray(first) ? first : args).findLast((it) => typeof it === 'function')
  const connected = callback as (() => void) | undefined
  if (Array.isArray(first)) return { target: first[0] as Target, connected }
  if (typeof first === 'object' && first !== null) return { target: first as Target, connected }
  const host = typeof second === 'string' ? second : undefined
  return { target: { port: first as number, host }, connected }
}

function open({ host, port, path }: Target, connected: () => void): Tunnel {
  const call = currentCall.getStore()?.id
  if (call === undefined || path !== undefined || host === undefined || !net.isIP(host)) throw noNetwork()
  return new Tunnel(call, host, Number(port), connected)
}

const under = new WeakMap<object, Tunnel>()

/** `net.Socket.prototype.connect`, over the worker. The socket has no handle of the system. */
function connect(this: net.Socket, ...args: unknown[]): net.Socket {
  const { target, connected } = readTarget(args)
  if (connected) this.once('connect', connected)
  try {
    layOver(
      this,
      open(target, () => {
        Object.assign(this, { connecting: false })
        this.emit('connect')
        this.emit('ready')
      }),
    )
  } catch (error) {
    process.nextTick(() => this.destroy(error as Error))
  }
  return this
}

function layOver(socket: net.Socket, tunnel: Tunnel): void {
  const destroy = socket._destroy
  under.set(socket, tunnel)
  Object.assign(socket, {
    connecting: true,
    _read: () => tunnel.resume(),
    _write: tunnel.write.bind(tunnel),
    _writev: null,
    _final: (done: () => void) => tunnel.end(done),
    _destroy(error: Error | null, done: (error?: Error | null) => void) {
      if (under.has(socket)) tunnel.destroy()
      destroy.call(socket, error, done)
    },
  })
  tunnel.on('data', (chunk) => void (socket.push(chunk) || tunnel.pause()))
  tunnel.on('end', () => socket.push(null))
  tunnel.on('error', (error) => socket.destroy(error))
  tunnel.on('close', () => socket.destroy())
}

const connectTls = tls.connect

/** `tls.connect` over what the worker connects, and over a connection of this kind that was open before. */
function secured(...args: unknown[]): tls.TLSSocket {
  const options = { ...optionsOf(args) }
  const callback = args.findLast((it) => typeof it === 'function') as (() => void) | undefined
  return connectTls({ ...options, socket: lineOf(options) }, callback)
}

function optionsOf([first, second, third]: readonly unknown[]): tls.ConnectionOptions {
  if (typeof first === 'object' && first !== null) return first
  const more = [second, third].find((it) => typeof it === 'object' && it !== null)
  return { port: Number(first), ...(typeof second === 'string' && { host: second }), ...more }
}

function lineOf(options: tls.ConnectionOptions): Duplex {
  const { socket } = options
  if (socket === undefined) return open(options, () => undefined)
  const tunnel = under.get(socket)
  if (!tunnel) return socket
  // From now on TLS alone reads and writes what is below.
  under.delete(socket)
  for (const event of ['data', 'end', 'error', 'close']) tunnel.removeAllListeners(event)
  tunnel.on('close', () => socket.destroy())
  return tunnel
}

/** Lets connections go through the worker, and refuses the rest of `net` and `tls`. */
export function routeSockets(): void {
  const { prototype } = tls.TLSSocket as unknown as {
    prototype: { _wrapHandle(...args: unknown[]): unknown }
  }
  const wrap = prototype._wrapHandle
  // Without a stream it would make a socket of the system's.
  prototype._wrapHandle = function wrapStream(...args) {
    if (!args[0]) throw noNetwork()
    return wrap.apply(this, args)
  }
  Object.assign(net.Socket.prototype, { connect })
  Object.assign(tls, { connect: secured })
}
