import { once } from 'node:events'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { AppError } from '../errors.ts'

/** Takes the body of an answer while it comes in. */
export interface AnswerSink {
  write(piece: Uint8Array): Promise<void>
  end(): Promise<void>
  /** The rest will not come. */
  abort(): Promise<void>
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
}

/**
 * The sink behind what undoes a Content-Encoding. It is undone piece by piece, so that a small body that inflates to
 * gigabytes (a gzip bomb) meets the limit of the sink on its way.
 *
 * @param encoding the header; empty for none.
 * @throws AppError REQUEST_FAILED for one that was not asked for.
 */
export function decoded(sink: AnswerSink, encoding: string, host: string): AnswerSink {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it && it !== 'identity')
  const [layer] = layers
  if (layer === undefined) return sink
  const open = layers.length === 1 && Object.hasOwn(decoders, layer) ? decoders[layer] : undefined
  if (!open)
    throw new AppError('REQUEST_FAILED', `${host} sent a body in an encoding that was not asked for.`)
  const decoder = open()
  const pumped = pump(decoder, sink, host)
  // It may fail before anybody waits for it.
  pumped.catch(() => undefined)
  return {
    async write(piece) {
      if (!decoder.write(piece)) await Promise.race([once(decoder, 'drain').catch(() => undefined), pumped])
    },
    async end() {
      decoder.end()
      await pumped
      await sink.end()
    },
    async abort() {
      decoder.destroy()
      await pumped.catch(() => undefined)
      await sink.abort()
    },
  }
}

async function pump(decoder: Transform, sink: AnswerSink, host: string): Promise<void> {
  try {
    for await (const piece of decoder) await sink.write(piece as Uint8Array)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('REQUEST_FAILED', `${host} sent a body that cannot be decompressed.`)
  }
}
