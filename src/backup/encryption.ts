import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  hkdfSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { AppError } from '../errors.ts'
import type { RootKey } from '../vault/opening.ts'
import type { Certificate } from '../vault/sealing.ts'
import { type ByteReader, readBytes } from './byte-reader.ts'
import { refused } from './format.ts'

/*
 * An encrypted backup is one line of JSON, and then chunks.
 *
 * The line names the recipients as a General JWE does (RFC 7516, section 7.2.1): each has the file key, encrypted with
 * RSA-OAEP-256 for its certificate. The key of the chunks is derived from the file key and the whole line (HKDF, RFC 5869),
 * so that a changed line opens nothing.
 *
 * The chunks are the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance, 2015) with AES-256-GCM: 64 KiB each, the nonce is the number of the chunk and whether it is
 * the last. So a chunk that is missing, moved or repeated is noticed, and so is the end that is cut off.
 */
export const ENCRYPTED_TYPE = 'lockstep-backup-encrypted'
const FORMAT = 1
const CHUNK = 64 * 1024
const TAG = 16
const MAX_LINE = 256 * 1024

interface EncryptionHeader {
  type: string
  format: number
  recipients: { header: { alg: string; kid: string }; encrypted_key: string; certificate: string }[]
}

/** Encrypts bytes for the holders of certificates. */
export async function* encryptFor(
  certificates: readonly Certificate[],
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(32)
  const recipients = certificates.map(({ pem, fingerprint }) => ({
    header: { alg: 'RSA-OAEP-256', kid: fingerprint },
    encrypted_key: wrap(pem, fileKey).toString('base64url'),
    certificate: pem,
  }))
  const line = `${JSON.stringify({ type: ENCRYPTED_TYPE, format: FORMAT, recipients } satisfies EncryptionHeader)}\n`
  const key = keyOf(fileKey, line)
  fileKey.fill(0)
  yield Buffer.from(line)
  const bytes = readBytes(source)
  for (let number = 0; ; number++) {
    const chunk = await bytes.take(CHUNK)
    const isLast = !(await bytes.hasMore())
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast))
    yield Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
    if (isLast) return
  }
}

/**
 * Decrypts what {@link encryptFor} made.
 *
 * @param findKey gives the private key of one of these certificates (PEM).
 * @throws AppError INVALID_CONFIG for what was altered or cut off, KEY_MISMATCH for a key of nobody that it is for.
 */
export async function* decrypt(
  bytes: ByteReader,
  findKey: (certificates: readonly string[]) => Promise<RootKey>,
): AsyncGenerator<Buffer> {
  const line = await bytes.line(MAX_LINE)
  const { recipients } = readLine(line)
  const rootKey = await findKey(recipients.map(({ certificate }) => certificate))
  const { fingerprint } = rootKey.certificate
  const recipient = recipients.find(({ header }) => header.kid === fingerprint)
  if (!recipient)
    throw new AppError('KEY_MISMATCH', `This backup is not encrypted for the key ${fingerprint}.`)
  const fileKey = await rootKey
    .unwrap(Buffer.from(recipient.encrypted_key, 'base64url'))
    .catch((error: unknown) => {
      throw error instanceof AppError ? error : refused('its first line was altered.', error)
    })
  const key = keyOf(fileKey, line)
  fileKey.fill(0)
  for (let number = 0; ; number++) {
    const sealed = await bytes.take(CHUNK + TAG)
    const isLast = !(await bytes.hasMore())
    yield openChunk(key, nonceOf(number, isLast), sealed)
    if (isLast) return
  }
}

function openChunk(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    decipher.setAuthTag(sealed.subarray(-TAG))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()])
  } catch (cause) {
    throw refused('it was altered, or its end is missing.', cause)
  }
}

function readLine(line: string): EncryptionHeader {
  let header: Partial<EncryptionHeader> | undefined
  try {
    header = JSON.parse(line)
  } catch {
    throw refused('its first line is malformed.')
  }
  if (header?.type !== ENCRYPTED_TYPE || !Array.isArray(header.recipients))
    throw refused('its first line is malformed.')
  if (header.format !== FORMAT)
    throw refused('a newer Lockstep encrypted it. Restore it with that version or a newer one.')
  return header as EncryptionHeader
}

function wrap(certificate: string, fileKey: Buffer): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: createPublicKey(certificate), padding, oaepHash: 'sha256' }, fileKey)
}

const keyOf = (fileKey: Uint8Array, line: string): Buffer =>
  Buffer.from(hkdfSync('sha256', fileKey, line, ENCRYPTED_TYPE, 32))

/** 11 bytes of the number, and one that is 1 for the last chunk. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}
