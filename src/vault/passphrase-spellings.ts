import forge from 'node-forge'
import type { Sensitive } from '../sensitive.ts'

/**
 * The spellings of a passphrase to give to node-forge. PKCS#12 and its old ciphers take it as UTF-16 (RFC 7292,
 * appendix B.1), PBES2 as bytes, in practice UTF-8; node-forge passes one string on to both. They differ
 * beyond ASCII only.
 */
export function passphraseSpellings(passphrase?: Sensitive): string[] {
  const password = passphrase?.reveal() ?? ''
  return [...new Set([password, forge.util.encodeUtf8(password)])]
}
