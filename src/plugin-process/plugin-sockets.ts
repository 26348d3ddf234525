import { connect, type Socket } from 'node:net'
import { PIECE_BYTES, type Send } from './frames.ts'
import { type Message, odd } from './read-message.ts'

const MOST_SOCKETS = 64

/** The connections that the worker holds for one call: to addresses that its look-ups have given, and no others. */
export class PluginSockets {
  readonly #call: string
  readonly #send: Send
  readonly #allowed = new Set<string>()
  readonly #sockets = new Map<number, Socket>()

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
    if (t === 'write') socket.write(Buffer.from(bytes), () => this.#tell(id, { t: 'written' }))
    else if (t === 'finish') socket.end()
    else if (t === 'taken') socket.resume()
    else if (t === 'destroy') socket.destroy()
    else throw odd()
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
        this.#tell(id, { t: 'data' }, chunk.subarray(at, at + PIECE_BYTES))
      }
    })
    socket.on('end', () => this.#tell(id, { t: 'ended' }))
    socket.on('error', ({ message }) => this.#tell(id, { t: 'closed', message }))
    socket.on('close', () => {
      if (this.#sockets.delete(id)) this.#tell(id, { t: 'closed' })
    })
  }

  #tell(id: number, says: object, bytes?: Uint8Array): void {
    void this.#send({ t: 'socket', call: this.#call, says: { ...says, socket: id } }, bytes)
  }
}
