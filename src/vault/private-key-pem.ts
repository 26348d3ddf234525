import { createPrivateKey, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { passphraseSpellings } from './passphrase-spellings.ts'
import { readPbes1 } from './pbes1.ts'

/**
 * Reads a private key in PEM: PKCS#8 (RFC 5208), encrypted PKCS#8 (PBES2, the old PBES1 with DES, and PKCS#12's
 * schemes with 3DES or RC2-40) and PKCS#1, encrypted (RFC 1421, `Proc-Type` and `DEK-Info`) or not. OpenSSL 3 refuses
 * the oldest ciphers; node-forge reads them.
 *
 * @param file named in messages.
 * @throws AppError INVALID_CONFIG; no message and no cause quotes the content.
 */
export function readPrivateKeyPem(file: string, pem: string, passphrase?: Sensitive): KeyObject {
  const encrypted = isEncryptedPkcs8(pem) || pem.includes('Proc-Type: 4,ENCRYPTED')
  if (encrypted && !passphrase) {
    throw new AppError('INVALID_CONFIG', `The private key in ${file} is encrypted and needs its passphrase.`)
  }
  // On a wrong passphrase node-forge would compute PBES2's rounds in JavaScript for seconds, to fail as well.
  const key = readWithOpenSsl(pem, passphrase) ?? (isPbes2(pem) ? undefined : readWithForge(pem, passphrase))
  if (key) return key
  const reason = encrypted
    ? 'does not open: the passphrase is wrong, it is damaged, or its cipher is not supported ' +
      '(`openssl pkcs8 -topk8 -v2 aes-256-cbc -provider legacy -provider default` writes it anew)'
    : 'is damaged or of an unknown form'
  throw new AppError('INVALID_CONFIG', `The private key in ${file} ${reason}.`)
}

const isEncryptedPkcs8 = (pem: string): boolean => pem.includes('BEGIN ENCRYPTED PRIVATE KEY')

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
  // OpenSSL names RC2 by its mode alone, node-forge by the length of its key too.
  const named = pem.replace(/^DEK-Info: RC2-CBC,/m, 'DEK-Info: RC2-128-CBC,')
  for (const password of passphraseSpellings(passphrase)) {
    try {
      const old = isEncryptedPkcs8(pem) ? readPbes1(pem, passphrase?.reveal() ?? '') : undefined
      return old ?? fromForgeKey(forge.pki.decryptRsaPrivateKey(named, password))
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
