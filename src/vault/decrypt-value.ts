import { type CryptoKey, compactDecrypt } from 'jose'

export interface Decrypted {
  text: string
  /** The header's `pol`, as it is. Of the header that was decrypted with: only it is authenticated. */
  pol: unknown
}

/**
 * Decrypts a compact JWE whose form has been checked, and gives its plaintext as text.
 *
 * @throws what jose throws when it was altered or the key is another; TypeError when it is not UTF-8.
 */
export async function decryptValue(sealed: string, key: CryptoKey): Promise<Decrypted> {
  // The allowed algorithms again: a second lock in case the check of the form is ever loosened.
  const allowed = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] }
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, allowed)
  try {
    // ignoreBOM keeps a leading U+FEFF, which belongs to the value.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
    return { text, pol: protectedHeader['pol'] }
  } finally {
    plaintext.fill(0)
  }
}
