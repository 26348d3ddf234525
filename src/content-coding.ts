import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const asDecoder = (work: unknown): Decoder =>
  promisify(
    work as (bytes: Uint8Array, options: object, done: (error: Error | null, it: Buffer) => void) => void,
  )

const raw = asDecoder(inflateRaw)
const withGzip = asDecoder(gunzip)
const withZlib = asDecoder(inflate)

/** Many senders end before the checksum. The data themselves say where they end (RFC 1951), so nothing is missing. */
const gzip: Decoder = (bytes, options) =>
  withGzip(bytes, options).catch((error: unknown) => {
    const start = isCut(error) ? gzipHeaderLength(bytes) : undefined
    if (start === undefined) throw error
    return raw(bytes.subarray(start), options)
  })

const deflate: Decoder = (bytes, options) => {
  // It means zlib's format; many servers send it without the frame, and so does every client read it.
  if (((bytes[0] ?? 0) & 0x0f) !== 8) return raw(bytes, options)
  return withZlib(bytes, options).catch((error: unknown) => {
    if (!isCut(error)) throw error
    return raw(bytes.subarray(2), options)
  })
}

const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  deflate,
  br: asDecoder(brotliDecompress),
  zstd: asDecoder(zstdDecompress),
}

/** The codings that can be undone, for a header that says so. */
export const KNOWN_CODINGS: string = 'gzip, deflate, br, zstd'

/** More layers than any sender needs; each one costs the time to inflate the limit. */
const MOST_LAYERS = 3

/** Why a body could not be decoded. */
export class CodingError extends Error {
  readonly reason: 'unknown' | 'layers' | 'large' | 'broken'

  constructor(reason: CodingError['reason']) {
    super(`coding: ${reason}`)
    this.reason = reason
  }
}

/**
 * Undoes a Content-Encoding (RFC 9110, section 8.4), the last layer first. The limit holds for every layer, so that a
 * small body that inflates to gigabytes (a gzip bomb) never gets the memory.
 *
 * @param maxBytes after each layer.
 * @throws CodingError
 */
export async function decodeContent(
  bytes: Uint8Array,
  header: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const layers = header
    .toLowerCase()
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '' && it !== 'identity')
  if (bytes.byteLength === 0) return bytes
  if (layers.some((it) => !Object.hasOwn(decoders, it))) throw new CodingError('unknown')
  if (layers.length > MOST_LAYERS) throw new CodingError('layers')
  let decoded = bytes
  for (const layer of layers.reverse()) decoded = await undone(decoded, layer, maxBytes)
  return decoded
}

async function undone(bytes: Uint8Array, layer: string, maxOutputLength: number): Promise<Uint8Array> {
  try {
    return (await decoders[layer]?.(bytes, { maxOutputLength })) ?? bytes
  } catch (error) {
    throw new CodingError(codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'large' : 'broken')
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
const isCut = (error: unknown): boolean => codeOf(error) === 'Z_BUF_ERROR'

/** How many bytes stand before the data of the first member (RFC 1952, section 2.3); undefined when that is cut too. */
function gzipHeaderLength(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? 0
  let at = 10
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256
  for (const flag of [8, 16]) if (flags & flag) at = bytes.indexOf(0, at) + 1 || bytes.length
  if (flags & 2) at += 2
  return at < bytes.length ? at : undefined
}
