import forge from 'node-forge'

/**
 * The spellings of a passphrase to give to node-forge. PKCS#12 and its old ciphers take it as UTF-16 (RFC 7292,
 * appendix B.1), PBES2 as bytes, in practice UTF-8; node-forge passes one string on to both. They differ
 * beyond ASCII only, where macOS and other systems also type one letter as two characters (NFD).
 */
export function passphraseSpellings(passphrase: string): string[] {
  const letters = [passphrase, passphrase.normalize('NFC'), passphrase.normalize('NFD')]
  return [...new Set(letters.flatMap((it) => [it, forge.util.encodeUtf8(it)]))]
}
