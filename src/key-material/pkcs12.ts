import { createPrivateKey, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { macRounds } from './asn1-form.ts'
import { fault } from './key-fault.ts'
import { passphraseSpellings } from './passphrase-spellings.ts'
import { toPem } from './pem-blocks.ts'

const { certBag = '', keyBag = '', pkcs8ShroudedKeyBag = '' } = forge.pki.oids

/**
 * Reads a PKCS#12 file (RFC 7292) in DER or BER: its private keys and its certificates, of any kind. RC2 and 3DES, which
 * OpenSSL 3 refuses, are read as well, and passphrases beyond ASCII as each program spells them.
 *
 * @throws KeyFault; neither message nor cause quotes the content.
 */
export function readPkcs12(
  content: Uint8Array,
  passphrase: string | undefined,
): { keys: KeyObject[]; certificates: string[] } {
  const bags = open(content, passphrase).safeContents.flatMap((it) => it.safeBags)
  try {
    const keys = bags.filter(({ type }) => type === keyBag || type === pkcs8ShroudedKeyBag).map(keyOf)
    return { keys, certificates: bags.filter(({ type }) => type === certBag).map(certificateOf) }
  } catch {
    throw fault('damaged')
  }
}

// node-forge understands RSA alone; of other keys and certificates it hands out the ASN.1.
function keyOf(bag: forge.pkcs12.Bag): KeyObject {
  const pem = bag.key ? forge.pki.privateKeyToPem(bag.key) : pemOf('PRIVATE KEY', bag.asn1)
  return createPrivateKey(pem)
}

function certificateOf(bag: forge.pkcs12.Bag): string {
  return bag.cert ? forge.pki.certificateToPem(bag.cert).replaceAll('\r', '') : pemOf('CERTIFICATE', bag.asn1)
}

const pemOf = (label: string, asn1: forge.asn1.Asn1): string =>
  toPem(label, Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary').toString('base64'))

// node-forge derives the MAC's key in JavaScript, some hundred rounds in a millisecond.
const MOST_MAC_ROUNDS = 20_000

function open(content: Uint8Array, passphrase: string | undefined): forge.pkcs12.Pkcs12Pfx {
  const spellings = passphraseSpellings(passphrase ?? '')
  const withMac = macRounds(content) <= MOST_MAC_ROUNDS
  for (const password of spellings) {
    const pfx = (withMac && tryOpen(content, password)) || undefined
    if (pfx) return pfx
  }
  // A MAC takes the passphrase in another spelling than PBES2 does. Without it nothing is lost: a key that was altered
  // does not belong to its certificate.
  for (const password of isAscii(passphrase ?? '') && withMac ? [] : spellings) {
    const pfx = tryOpen(content, password, false)
    if (pfx) return pfx
  }
  throw fault(passphrase === undefined || passphrase === '' ? 'locked' : 'wrongPassphrase')
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** @param withMac false leaves the optional MacData out of the PFX. */
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
