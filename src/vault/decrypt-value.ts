import { createDecipheriv, type KeyObject } from 'node:crypto'
import { agreeOnContentKey } from './content-key.ts'
import { decodeHeader, isObject, type JsonObject } from './jose-header.ts'
import type { Agree } from './remember-agreements.ts'

export interface Decrypted {
  text: string
  /** The header's `pol`, as it is. Of the header that was decrypted with: only it is authenticated. */
  pol: unknown
}

const TAG_BYTES = 16

/**
 * Decrypts a compact JWE whose form has been checked, and gives its plaintext as text.
 *
 * @param agree gives the content key; it is agreed on anew unless told.
 * @throws Error when it was altered or the key is another; TypeError when it is not UTF-8.
 */
export async function decryptValue(
  sealed: string,
  key: KeyObject,
  agree: Agree = agreeOnContentKey,
): Promise<Decrypted> {
  const { plaintext, header } = decryptCompact(sealed, key, agree)
  try {
    // ignoreBOM keeps a leading U+FEFF, which belongs to the value.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
    return { text, pol: header['pol'] }
  } finally {
    plaintext.fill(0)
  }
}

/** @returns the plaintext, to be overwritten with zeros after use, and the header that it is authenticated with. */
function decryptCompact(
  sealed: string,
  privateKey: KeyObject,
  agree: Agree,
): { plaintext: Buffer; header: JsonObject } {
  const [encoded = '', encryptedKey, iv = '', ciphertext = '', tag = ''] = sealed.split('.')
  const header = decodeHeader(encoded)
  // The form again: a second lock in case its check is ever loosened.
  if (header?.['alg'] !== 'ECDH-ES' || header['enc'] !== 'A256GCM' || encryptedKey !== '') {
    throw new Error('It is no JWE of ours.')
  }
  const contentKey = agree(privateKey, ephemeralKey(header))
  const options = { authTagLength: TAG_BYTES }
  const decipher = createDecipheriv('aes-256-gcm', contentKey, Buffer.from(iv, 'base64url'), options)
  decipher.setAAD(Buffer.from(encoded))
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  const plaintext = decipher.update(Buffer.from(ciphertext, 'base64url'))
  try {
    // A stream cipher keeps nothing back, so that this only checks the tag.
    decipher.final()
    return { plaintext, header }
  } catch (error) {
    // Nobody may see what was not authenticated.
    plaintext.fill(0)
    throw error
  }
}

function ephemeralKey({ epk }: JsonObject) {
  if (isObject(epk) && epk['kty'] === 'OKP' && epk['crv'] === 'X25519' && typeof epk['x'] === 'string') {
    return { kty: 'OKP', crv: 'X25519', x: epk['x'] } as const
  }
  throw new Error('Its ephemeral key is no X25519 key.')
}
