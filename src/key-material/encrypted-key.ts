import { createPrivateKey, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { fault } from './key-fault.ts'
import { passphraseSpellings } from './passphrase-spellings.ts'
import { readPbes1 } from './pbes1.ts'

/**
 * Opens an encrypted private key in PEM: PKCS#8 (PBES2, the old PBES1 with DES, and PKCS#12's schemes with 3DES or RC2-40)
 * and those with `Proc-Type` and `DEK-Info` (RFC 1421). OpenSSL 3 refuses the oldest ciphers; node-forge reads them.
 *
 * @throws KeyFault; neither message nor cause quotes the content.
 */
export function openEncryptedKey(pem: string, passphrase: string | undefined): KeyObject {
  if (passphrase === undefined || passphrase === '') throw fault('locked')
  for (const spelling of new Set([passphrase, passphrase.normalize('NFC'), passphrase.normalize('NFD')])) {
    // On a wrong passphrase node-forge would compute PBES2's rounds in JavaScript for seconds, to fail as well.
    const key = readWithOpenSsl(pem, spelling) ?? (isPbes2(pem) ? undefined : readWithForge(pem, spelling))
    if (key) return key
  }
  throw fault('wrongPassphrase')
}

const isEncryptedPkcs8 = (pem: string): boolean => pem.includes('BEGIN ENCRYPTED PRIVATE KEY')

function readWithOpenSsl(pem: string, passphrase: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: 'pem', passphrase })
  } catch {
    return undefined
  }
}

/** Whether a key is encrypted with PBES2 (RFC 8018), whose ciphers OpenSSL 3 knows, and not with PBES1. */
function isPbes2(pem: string): boolean {
  const body = /^-----BEGIN ENCRYPTED PRIVATE KEY-----(.+?)-----END/s.exec(pem)?.[1] ?? ''
  const oid = forge.asn1.oidToDer('1.2.840.113549.1.5.13').getBytes()
  return Buffer.from(body, 'base64').includes(oid, 0, 'latin1')
}

function readWithForge(pem: string, passphrase: string): KeyObject | undefined {
  // OpenSSL names RC2 by its mode alone, node-forge by the length of its key too.
  const named = pem.replace(/^DEK-Info: RC2-CBC,/m, 'DEK-Info: RC2-128-CBC,')
  for (const password of passphraseSpellings(passphrase)) {
    try {
      const old = isEncryptedPkcs8(pem) ? readPbes1(pem, passphrase) : undefined
      return old ?? fromForgeKey(forge.pki.decryptRsaPrivateKey(named, password))
    } catch {
      // The next spelling.
    }
  }
  return undefined
}

/** The key that node-forge read, as one that OpenSSL works with. */
function fromForgeKey(key: forge.pki.rsa.PrivateKey): KeyObject {
  const der = forge.asn1.toDer(forge.pki.privateKeyToAsn1(key)).getBytes()
  return createPrivateKey({ key: Buffer.from(der, 'binary'), format: 'der', type: 'pkcs1' })
}
