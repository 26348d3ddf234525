import { AppError } from '../errors.ts'

/**
 * What the worker and the process of a plugin tell each other: frames of
 * `length of the JSON | length of the bytes | JSON | bytes`, both lengths as 32-bit numbers, big-endian.
 */
export interface Frame {
  readonly message: Readonly<Record<string, unknown>>
  /** Empty for most messages. */
  readonly bytes: Uint8Array
}

/** Sends to the process; resolves when it has room for more. */
export type Send = (message: object, bytes?: Uint8Array) => Promise<void> | undefined

const HEAD = 8
const NOTHING = new Uint8Array()

/** The longest piece of a body, an output or a connection (bytes). */
export const PIECE_BYTES = 64 * 1024
/** The longest message of a plugin's process (bytes of JSON): larger things come in pieces. */
export const LONGEST_MESSAGE = 1024 * 1024

export function toFrame(message: object, bytes: Uint8Array = NOTHING): Buffer {
  const json = Buffer.from(JSON.stringify(message))
  const frame = Buffer.allocUnsafe(HEAD + json.length + bytes.byteLength)
  frame.writeUInt32BE(json.length, 0)
  frame.writeUInt32BE(bytes.byteLength, 4)
  frame.set(json, HEAD)
  frame.set(bytes, HEAD + json.length)
  return frame
}

interface Limits {
  json: number
  bytes: number
  /** How the JSON is read. */
  parse(json: string): unknown
}

/** Takes frames out of what comes in. It holds one unfinished frame at most, of a length that is checked first. */
export class FrameReader {
  readonly #limits: Limits
  #chunks: Buffer[] = []
  #length = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** How much has come that is no whole frame yet, or has not been taken. */
  get waiting(): number {
    return this.#length
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /**
   * The next frame that is complete.
   *
   * @throws AppError STEP_FAILED when what came is no frame, or is too large for one.
   */
  next(): Frame | undefined {
    if (this.#length < HEAD) return undefined
    const head = this.#peek(HEAD)
    const [json, bytes] = [head.readUInt32BE(0), head.readUInt32BE(4)]
    if (json > this.#limits.json || bytes > this.#limits.bytes) throw broken()
    const whole = HEAD + json + bytes
    if (this.#length < whole) return undefined
    const frame = this.#peek(whole)
    this.#drop(whole)
    return {
      message: this.#parse(frame.subarray(HEAD, HEAD + json)),
      bytes: frame.subarray(HEAD + json, whole),
    }
  }

  #parse(json: Buffer): Readonly<Record<string, unknown>> {
    try {
      const value = this.#limits.parse(json.toString())
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>
    } catch {
      // The message of the error may quote what came.
    }
    throw broken()
  }

  #peek(length: number): Buffer {
    const [first] = this.#chunks
    if (first && first.length >= length) return first.subarray(0, length)
    const joined = Buffer.concat(this.#chunks)
    this.#chunks = [joined]
    return joined.subarray(0, length)
  }

  #drop(length: number): void {
    const [first = Buffer.alloc(0)] = this.#chunks
    this.#length -= length
    const rest = first.subarray(length)
    this.#chunks = rest.length > 0 ? [rest, ...this.#chunks.slice(1)] : this.#chunks.slice(1)
  }
}

function broken(): AppError {
  return new AppError('STEP_FAILED', 'The process of the plugin sent something that no plugin sends.')
}
