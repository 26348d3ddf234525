import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { AppError } from '../errors.ts'

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const inflateEither: Decoder = (bytes, options) =>
  // `deflate` means zlib's format; many servers send it without the frame, and so does every client read it.
  promisify<Uint8Array, { maxOutputLength: number }, Buffer>(
    ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw,
  )(bytes, options)

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip),
  'x-gzip': promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: inflateEither,
  br: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(brotliDecompress),
}

/** More layers than any server needs; each one costs the time to inflate the limit. */
const MOST_LAYERS = 3

/**
 * Undoes a Content-Encoding. The limit holds for every layer, so that a small body that inflates to gigabytes
 * (a gzip bomb) never gets the memory. An encoding that was not asked for is left as it is.
 */
export async function decodeBody(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string,
  limits: { maxBytes: number; host: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '' && it !== 'identity')
  if (bytes.byteLength === 0 || layers.some((it) => !Object.hasOwn(decoders, it))) return bytes
  if (layers.length > MOST_LAYERS) throw unreadable(limits.host)
  let decoded = bytes
  for (const layer of layers.reverse()) {
    decoded = new Uint8Array(await decodeLayer(decoded, layer, limits))
  }
  return decoded
}

async function decodeLayer(
  bytes: Uint8Array,
  layer: string,
  limits: { maxBytes: number; host: string },
): Promise<Uint8Array> {
  try {
    return (await decoders[layer]?.(bytes, { maxOutputLength: limits.maxBytes })) ?? bytes
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(limits.host, limits.maxBytes)
    }
    throw unreadable(limits.host)
  }
}

export function tooLarge(host: string, maxBytes: number): AppError {
  return new AppError('RESPONSE_TOO_LARGE', `${host} answered with more than ${maxBytes} bytes.`)
}

function unreadable(host: string): AppError {
  return new AppError('REQUEST_FAILED', `${host} sent a body that cannot be decompressed.`)
}
