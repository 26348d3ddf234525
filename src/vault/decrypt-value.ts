import { type CryptoKey, compactDecrypt } from 'jose'

/**
 * Decrypts a compact JWE whose form has been checked, and gives its plaintext as text.
 *
 * @throws what jose throws when it was altered or the key is another; TypeError when it is not UTF-8.
 */
export async function decryptValue(sealed: string, key: CryptoKey): Promise<string> {
  // The allowed algorithms again: a second lock in case the check of the form is ever loosened.
  const allowed = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] }
  const { plaintext } = await compactDecrypt(sealed, key, allowed)
  try {
    // ignoreBOM keeps a leading U+FEFF, which belongs to the value.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
  } finally {
    plaintext.fill(0)
  }
}
