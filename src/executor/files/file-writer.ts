import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHUNK_BYTES, sealChunk } from '../../file-seal.ts'
import type { ByteSweep } from '../../redactor/index.ts'

interface WriterParts {
  key: Buffer
  sweep: ByteSweep
  /** Whether values are masked in it; otherwise they are only looked for. */
  isMasked: boolean
  store(chunk: number, sealed: Buffer): Promise<void>
  /** Told of so many bytes more before they are kept. @throws AppError RESPONSE_TOO_LARGE */
  grows(bytes: number): void
  signal: AbortSignal
}

// As much as is searched before others have their turn.
const TURN_BYTES = 16 * 1024

/** Takes the content of a file piece by piece, and keeps no more of it than a chunk. */
export class FileWriter {
  bytes = 0
  chunks = 0
  readonly #parts: WriterParts
  readonly #hash = createHash('sha256')
  /** As much of a chunk as there is: the last one is known as such only at the end. */
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  #filled = 0

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** @throws AppError RESPONSE_TOO_LARGE, TIMEOUT; the reason of the signal. */
  async write(piece: Uint8Array): Promise<void> {
    const { sweep, isMasked, signal } = this.#parts
    for (let at = 0; at < piece.byteLength; at += TURN_BYTES) {
      signal.throwIfAborted()
      const part = piece.subarray(at, at + TURN_BYTES)
      const redacted = sweep.push(part)
      await this.#keep(isMasked ? redacted : part)
      if (at > 0) await nextTurn()
    }
  }

  /** @returns the digest of the content. */
  async end(): Promise<string> {
    const rest = this.#parts.sweep.end()
    if (this.#parts.isMasked) await this.#keep(rest)
    await this.#seal(true)
    return this.#hash.digest('hex')
  }

  async #keep(bytes: Uint8Array): Promise<void> {
    this.#parts.grows(bytes.byteLength)
    this.bytes += bytes.byteLength
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#filled === CHUNK_BYTES) await this.#seal(false)
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#filled)
      this.#chunk.set(part, this.#filled)
      this.#filled += part.byteLength
      at += part.byteLength
    }
  }

  async #seal(isLast: boolean): Promise<void> {
    const content = this.#chunk.subarray(0, this.#filled)
    this.#hash.update(content)
    const sealed = sealChunk(this.#parts.key, this.chunks, isLast, content)
    await this.#parts.store(this.chunks++, sealed)
    this.#filled = 0
  }
}
