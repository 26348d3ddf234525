import { AsyncLocalStorage } from 'node:async_hooks'
import { Duplex } from 'node:stream'
import { PIECE_BYTES } from '../frames.ts'
import { send } from './channel.ts'

/** The call that the code at hand works for. Its console has counters, timers and groups of its own. */
export const currentCall = new AsyncLocalStorage<{ readonly id: string; console?: Console }>()

const tunnels = new Map<number, Tunnel>()
let count = 0

type Done = (error?: Error | null) => void

/** A connection that the worker makes, to an address that `context.lookup` has given. */
export class Tunnel extends Duplex {
  readonly #id = ++count
  readonly #call: string
  #connected: (() => void) | undefined
  #written: Done | undefined
  #isTaken: boolean = true

  constructor(call: string, address: string, port: number, connected: () => void) {
    super({ emitClose: true })
    this.#call = call
    this.#connected = connected
    tunnels.set(this.#id, this)
    this.#send({ t: 'connect', address, port })
  }

  #send(message: object, bytes?: Uint8Array): void {
    send({ ...message, call: this.#call, socket: this.#id }, bytes)
  }

  override _read(): void {
    if (this.#isTaken) return
    this.#isTaken = true
    this.#send({ t: 'taken' })
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    const rest = chunk.subarray(PIECE_BYTES)
    // The next piece follows when the worker has passed this one on.
    this.#written = (error) => (error || rest.length === 0 ? done(error) : this._write(rest, _encoding, done))
    this.#send({ t: 'write' }, chunk.subarray(0, PIECE_BYTES))
  }

  override _final(done: Done): void {
    this.#send({ t: 'finish' })
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    tunnels.delete(this.#id)
    this.#send({ t: 'destroy' })
    this.#written?.(error ?? new Error('The connection was closed.'))
    done(error)
  }

  /** Takes what the worker says of it. */
  heard({ t, message }: Readonly<Record<string, unknown>>, bytes: Uint8Array): void {
    if (t === 'connected') this.#connected?.()
    if (t === 'data') {
      this.#isTaken = false
      // Asks for more through _read once this was read.
      this.push(Buffer.from(bytes))
    }
    if (t === 'written') {
      const written = this.#written
      this.#written = undefined
      written?.()
    }
    if (t === 'ended') this.push(null)
    if (t === 'closed') this.destroy(typeof message === 'string' ? new Error(message) : undefined)
  }
}

export function heardOfSocket(message: Readonly<Record<string, unknown>>, bytes: Uint8Array): void {
  tunnels.get(Number(message['socket']))?.heard(message, bytes)
}
