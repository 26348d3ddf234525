import type { KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { AppError } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { passphraseSpellings } from './passphrase-spellings.ts'
import { fromForgeKey } from './private-key-pem.ts'

/**
 * Reads a PKCS#12 file (RFC 7292) in DER or BER: one RSA private key and its certificates. RC2 and 3DES, which
 * OpenSSL 3 refuses, are read as well.
 *
 * @throws AppError INVALID_CONFIG; no message and no cause quotes the content.
 */
export function readPkcs12(
  file: string,
  content: Uint8Array,
  passphrase?: Sensitive,
): { key: KeyObject; certificates: string[] } {
  const pfx = open(file, content, passphrase)
  const { pkcs8ShroudedKeyBag: shrouded = '', keyBag: plain = '', certBag = '' } = forge.pki.oids
  const keys = [shrouded, plain].flatMap((bagType) => pfx.getBags({ bagType })[bagType] ?? [])
  const key = keys[0]?.key
  if (keys.length !== 1 || !key) {
    throw new AppError('INVALID_CONFIG', `${file} must hold exactly one RSA private key.`)
  }
  const bags = pfx.getBags({ bagType: certBag })[certBag] ?? []
  const certificates = bags.flatMap(({ cert }) => (cert ? [forge.pki.certificateToPem(cert)] : []))
  return { key: fromForgeKey(key), certificates }
}

function open(file: string, content: Uint8Array, passphrase?: Sensitive): forge.pkcs12.Pkcs12Pfx {
  const [password = '', utf8] = passphraseSpellings(passphrase)
  const pfx = tryOpen(content, password) ?? (utf8 === undefined ? undefined : tryOpen(content, utf8, false))
  if (pfx) return pfx
  const reason = passphrase
    ? 'does not open: the passphrase is wrong, it is damaged, or its cipher is not supported'
    : 'is damaged or needs a passphrase'
  throw new AppError('INVALID_CONFIG', `The PKCS#12 file ${file} ${reason}.`)
}

/**
 * @param withMac false leaves the optional MacData out of the PFX: a MAC takes the passphrase in the other spelling
 *   than PBES2 does. That costs nothing: a key that was altered does not belong to its certificate.
 */
function tryOpen(content: Uint8Array, password: string, withMac = true): forge.pkcs12.Pkcs12Pfx | undefined {
  try {
    const asn1 = forge.asn1.fromDer(Buffer.from(content).toString('binary'), false)
    if (!withMac && Array.isArray(asn1.value)) asn1.value.splice(2)
    return forge.pkcs12.pkcs12FromAsn1(asn1, false, password)
  } catch {
    // node-forge's message may quote what it read, so it is not kept as a cause.
    return undefined
  }
}
