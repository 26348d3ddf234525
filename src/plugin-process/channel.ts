import type { Duplex } from 'node:stream'
import { AppError } from '../errors.ts'
import { type Frame, FrameReader, LONGEST_MESSAGE, PIECE_BYTES, toFrame } from './frames.ts'

export interface ChannelEvents {
  frame(frame: Frame): void
  /** The other side has closed it, or sent what is no frame. */
  ended(error: AppError | undefined): void
}

// How long (milliseconds) frames are handled before everybody else has a turn: a plugin may send as many as it likes.
const TURN_MS = 10

// What waits to be read: the inputs and answers of many calls at once are less.
const MOST_UNREAD_BYTES = 256 * 1024 * 1024

/** The worker's end of the connection to the process of a plugin. */
export class Channel {
  readonly #stream: Duplex
  readonly #events: ChannelEvents
  readonly #reader = new FrameReader({ json: LONGEST_MESSAGE, bytes: 2 * PIECE_BYTES, parse: JSON.parse })
  #isWorking: boolean = false
  #isOver: boolean = false

  constructor(stream: Duplex, events: ChannelEvents) {
    this.#stream = stream
    this.#events = events
    stream.on('data', (chunk: Buffer) => {
      this.#reader.add(chunk)
      if (!this.#isWorking) this.#work()
    })
    stream.on('error', () => this.#end(undefined))
    stream.on('close', () => this.#end(undefined))
  }

  /** @returns what to wait for before more is sent, when the other side is slower. */
  send(message: object, bytes?: Uint8Array): Promise<void> | undefined {
    if (this.#isOver || this.#stream.write(toFrame(message, bytes))) return undefined
    // Stops a plugin that asks and does not read from filling the memory.
    if (this.#stream.writableLength > MOST_UNREAD_BYTES)
      this.#end(new AppError('STEP_FAILED', 'The process of the plugin does not read what it asked for.'))
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done)
        this.#stream.off('close', done)
        resolve()
      }
      this.#stream.on('drain', done)
      this.#stream.on('close', done)
    })
  }

  close(): void {
    this.#isOver = true
    this.#stream.destroy()
  }

  #work(): void {
    this.#isWorking = true
    const until = performance.now() + TURN_MS
    try {
      for (;;) {
        const frame = this.#isOver ? undefined : this.#reader.next()
        if (!frame) break
        this.#events.frame(frame)
        if (performance.now() < until) continue
        this.#stream.pause()
        setImmediate(() => this.#work())
        return
      }
    } catch (error) {
      this.#end(
        error instanceof AppError ? error : new AppError('STEP_FAILED', 'The plugin was not understood.'),
      )
    }
    this.#isWorking = false
    this.#stream.resume()
  }

  #end(error: AppError | undefined): void {
    if (this.#isOver) return
    this.close()
    this.#events.ended(error)
  }
}
