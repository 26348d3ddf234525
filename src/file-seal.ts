import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AppError } from './errors.ts'

/**
 * A file of a run at rest: chunks, each sealed with AES-256-GCM under a key of the file's own. The nonce is the chunk's
 * number and whether it is the last one, as in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015). So a chunk that was cut off, moved, repeated or
 * taken from another file does not open.
 */

/**
 * How many bytes of a file are in each chunk but the last. A larger one, as the text that PostgreSQL makes of it, would be among
 * V8's large objects, which wait for a full collection: a file would then take tens of megabytes.
 */
export const CHUNK_BYTES = 48 * 1024

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const COUNTER_AT = 7
const LAST_AT = 11

/** Of one file, and no other: a nonce occurs once under it. */
export const newFileKey = (): Buffer => randomBytes(KEY_BYTES)

/** @param number from 0. */
export function sealChunk(key: Uint8Array, number: number, isLast: boolean, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonceOf(number, isLast))
  const content = cipher.update(bytes)
  cipher.final()
  return Buffer.concat([content, cipher.getAuthTag()])
}

/** @throws AppError SECRET_UNREADABLE when it is not this very chunk of this very file. */
export function openChunk(key: Uint8Array, number: number, isLast: boolean, sealed: Uint8Array): Buffer {
  try {
    const end = sealed.byteLength - TAG_BYTES
    const decipher = createDecipheriv(ALGORITHM, key, nonceOf(number, isLast), { authTagLength: TAG_BYTES })
    decipher.setAuthTag(sealed.subarray(end))
    const content = decipher.update(sealed.subarray(0, end))
    // It gives nothing more, and throws when the tag is another.
    decipher.final()
    return content
  } catch {
    throw new AppError(
      'SECRET_UNREADABLE',
      'A file of this run was changed where it is stored, or is not whole.',
    )
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeUInt32BE(number, COUNTER_AT)
  nonce[LAST_AT] = isLast ? 1 : 0
  return nonce
}

/** Opens all chunks of a file, one after the other. @param read the sealed chunk of this number; undefined: there is none. */
export async function* openChunks(
  { key, chunks }: { key: Uint8Array; chunks: number },
  read: (number: number) => Promise<Uint8Array | undefined>,
): AsyncGenerator<Buffer, void> {
  for (let number = 0; number < chunks; number++) {
    yield openChunk(key, number, number === chunks - 1, (await read(number)) ?? new Uint8Array(TAG_BYTES))
  }
}
