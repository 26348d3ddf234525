import { createPrivateKey, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { passphraseSpellings } from './passphrase-spellings.ts'

/**
 * Reads a private key in PEM: PKCS#8 (RFC 5208), encrypted PKCS#8 (PBES2, and the old PBES1 with 3DES or RC2) and
 * PKCS#1, encrypted or not. OpenSSL 3 refuses the oldest ciphers; node-forge reads them.
 *
 * @param file named in messages.
 * @throws AppError INVALID_CONFIG; no message and no cause quotes the content.
 */
export function readPrivateKeyPem(file: string, pem: string, passphrase?: Sensitive): KeyObject {
  const encrypted = pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || pem.includes('Proc-Type: 4,ENCRYPTED')
  if (encrypted && !passphrase) {
    throw new AppError('INVALID_CONFIG', `The private key in ${file} is encrypted and needs its passphrase.`)
  }
  // On a wrong passphrase node-forge would compute PBES2's rounds in JavaScript for seconds, to fail as well.
  const key = readWithOpenSsl(pem, passphrase) ?? (isPbes2(pem) ? undefined : readWithForge(pem, passphrase))
  if (key) return key
  const reason = encrypted
    ? 'does not open: the passphrase is wrong, it is damaged, or its cipher is not supported'
    : 'is damaged or of an unknown form'
  throw new AppError('INVALID_CONFIG', `The private key in ${file} ${reason}.`)
}

function readWithOpenSsl(pem: string, passphrase?: Sensitive): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: 'pem', passphrase: passphrase?.reveal() })
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

function readWithForge(pem: string, passphrase?: Sensitive): KeyObject | undefined {
  for (const password of passphraseSpellings(passphrase)) {
    try {
      return fromForgeKey(forge.pki.decryptRsaPrivateKey(pem, password))
    } catch {
      // The next spelling.
    }
  }
  return undefined
}

/** The key that node-forge read, as one that OpenSSL works with. */
export function fromForgeKey(key: forge.pki.rsa.PrivateKey): KeyObject {
  const der = forge.asn1.toDer(forge.pki.privateKeyToAsn1(key)).getBytes()
  return createPrivateKey({ key: Buffer.from(der, 'binary'), format: 'der', type: 'pkcs1' })
}
