import { CodingError, decodeContent } from '../content-coding.ts'
import { AppError } from '../errors.ts'

// As `Accept-Encoding` of every request says.
const REQUESTED = /^(?:(?:x-)?gzip|deflate|br|identity|[\s,])*$/i

/**
 * Undoes a Content-Encoding, within the limit at every layer. What is not encoded as it says, in an
 * encoding that was not asked for, is left as it is.
 *
 * @throws AppError RESPONSE_TOO_LARGE, REQUEST_FAILED
 */
export async function decodeBody(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string,
  { maxBytes, host }: { maxBytes: number; host: string },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await decodeContent(bytes, encoding, maxBytes))
  } catch (error) {
    if (!(error instanceof CodingError)) throw error
    const isOurs = REQUESTED.test(encoding)
    if (error.reason === 'unknown' || (error.reason === 'broken' && !isOurs)) return bytes
    if (error.reason === 'large') throw tooLarge(host, maxBytes)
    throw new AppError('REQUEST_FAILED', `${host} sent a body that cannot be decompressed.`)
  }
}

export function tooLarge(host: string, maxBytes: number): AppError {
  return new AppError('RESPONSE_TOO_LARGE', `${host} answered with more than ${maxBytes} bytes.`)
}
