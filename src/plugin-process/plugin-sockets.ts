import { connect, type Socket } from 'node:net'
import { PIECE_BYTES, type Send } from './frames.ts'
import { type Message, odd } from './read-message.ts'

const MOST_SOCKETS = 64
// Of one connection: a step writes the next piece when the one before was passed on.
const MOST_WRITES = 16

/** The connections that the worker holds for one call: to addresses that its look-ups have given, and no others. */
export class PluginSockets {
  readonly #call: string
  readonly #send: Send
  readonly #allowed = new Set<string>()
  readonly #sockets = new Map<number, Socket>()
  readonly #writes = new WeakMap<Socket, number>()
  #room: Promise<void> | undefined

  readonly #mostBytes: number
  #bytes = 0

  /** @param mostBytes that all connections of the call together may bring. */
  constructor(call: string, send: Send, mostBytes: number) {
    this.#call = call
    this.#send = send
    this.#mostBytes = mostBytes
  }

  allow(address: string, port: number): void {
    this.#allowed.add(`${address} ${port}`)
  }

  /** @throws AppError STEP_FAILED when it is nothing that is said of a connection. */
  heard(message: Message, bytes: Uint8Array): void {
    const { t, socket: id, address, port } = message
    if (typeof id !== 'number') throw odd()
    if (t === 'connect')
      return void this.#connect(id, `${address} ${port}`, { host: String(address), port: Number(port) })
    const socket = this.#sockets.get(id)
    // One that has ended here meanwhile.
    if (!socket) return
    if (t === 'write') this.#write(id, socket, Buffer.from(bytes))
    else if (t === 'finish') socket.end()
    // Whoever says so without having read it gets no more into the memory of the worker.
    else if (t === 'taken') void Promise.resolve(this.#room).then(() => socket.resume())
    else if (t === 'destroy') socket.destroy()
    else throw odd()
  }

  /** @throws AppError STEP_FAILED when the step writes without waiting: what nobody reads would fill the memory. */
  #write(id: number, socket: Socket, bytes: Buffer): void {
    const waiting = (this.#writes.get(socket) ?? 0) + 1
    if (waiting > MOST_WRITES) throw odd()
    this.#writes.set(socket, waiting)
    socket.write(bytes, () => {
      this.#writes.set(socket, (this.#writes.get(socket) ?? 1) - 1)
      this.#tell(id, { t: 'written' })
    })
  }

  close(): void {
    for (const it of this.#sockets.values()) it.destroy()
    this.#sockets.clear()
  }

  #connect(id: number, place: string, target: { host: string; port: number }): void {
    // Stops a connection to an address that was not checked.
    if (!this.#allowed.has(place)) {
      const message = 'A step connects to the address that context.lookup has given it, and to no other.'
      return void this.#tell(id, { t: 'closed', message })
    }
    if (this.#sockets.size >= MOST_SOCKETS || this.#sockets.has(id)) throw odd()
    const socket = connect(target)
    this.#sockets.set(id, socket)
    socket.on('connect', () => this.#tell(id, { t: 'connected' }))
    socket.on('data', (chunk) => {
      this.#bytes += chunk.length
      if (this.#bytes > this.#mostBytes) {
        this.#tell(id, { t: 'closed', message: 'More came than a step may receive.' })
        this.#sockets.delete(id)
        return void socket.destroy()
      }
      // The next one when the step has taken this one.
      socket.pause()
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        this.#room = this.#tell(id, { t: 'data' }, chunk.subarray(at, at + PIECE_BYTES))
      }
    })
    socket.on('end', () => this.#tell(id, { t: 'ended' }))
    socket.on('error', ({ message }) => this.#tell(id, { t: 'closed', message }))
    socket.on('close', () => {
      if (this.#sockets.delete(id)) this.#tell(id, { t: 'closed' })
    })
  }

  #tell(id: number, says: object, bytes?: Uint8Array): Promise<void> | undefined {
    return this.#send({ t: 'socket', call: this.#call, says: { ...says, socket: id } }, bytes)
  }
}
