import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { rsaInside } from './asn1-form.ts'
import { fault, several } from './key-fault.ts'
import { type KeyMaterial, readKeyMaterial } from './read.ts'

export { KeyFault } from './key-fault.ts'
export { readKeyMaterial } from './read.ts'

/**
 * The one private key.
 *
 * @throws KeyFault
 */
export function readPrivateKey(content: string | Uint8Array, passphrase?: string): KeyObject {
  return onlyKey(readKeyMaterial(content, passphrase))
}

/**
 * A key for RSA-PSS alone as a plain RSA key, for libraries that know no other. The caller sees to it that it signs by PSS.
 *
 * @throws KeyFault
 */
export function asPlainRsa(key: KeyObject): KeyObject {
  const der = key.export({ type: 'pkcs8', format: 'der' })
  return createPrivateKey({ key: rsaInside(der), format: 'der', type: 'pkcs1' })
}

/** The one private key, and the certificates with its own first, as TLS wants them. */
export interface KeyAndChain {
  readonly key: KeyObject
  readonly chain: readonly string[]
}

/**
 * The one private key with its certificate.
 *
 * @param known further certificates among which its own may be.
 * @throws KeyFault
 */
export function readKeyAndChain(
  content: string | Uint8Array,
  passphrase?: string,
  known: readonly string[] = [],
): KeyAndChain {
  const material = readKeyMaterial(content, passphrase)
  const key = onlyKey(material)
  const certificates = [...material.certificates, ...known]
  if (certificates.length === 0) throw fault('noCertificate')
  const own = certificates.find((it) => belongsTo(it, key))
  if (own === undefined) throw fault('mismatch')
  // Some programs write the same certificate twice.
  return { key, chain: [...new Set([own, ...material.certificates])] }
}

function belongsTo(pem: string, key: KeyObject): boolean {
  try {
    // Compared as bytes: where keys differ, OpenSSL leaves an error behind, which the next key would be refused for.
    return spkiOf(new X509Certificate(pem).publicKey).equals(spkiOf(createPublicKey(key)))
  } catch {
    return false
  }
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

function onlyKey({ keys, publicKeys, certificates }: KeyMaterial): KeyObject {
  const [key] = keys
  const different = new Set(keys.map((it) => it.export({ type: 'pkcs8', format: 'der' }).toString('base64')))
  if (different.size > 1) throw several(different.size)
  if (key !== undefined) return key
  throw fault(publicKeys.length > 0 ? 'public' : certificates.length > 0 ? 'certificateOnly' : 'unknown')
}

/**
 * Options of TLS to trust these certificates instead of the usual authorities: those of an authority, or of one server. A
 * server that shows exactly one of them is the one that was meant, whatever name stands in it. So certificates can be checked
 * that a provider's servers sign themselves.
 *
 * @throws KeyFault
 */
export function trustOptions(content: string): ConnectionOptions {
  const { keys, publicKeys, certificates } = readKeyMaterial(content)
  if (certificates.length === 0)
    throw fault(keys.length + publicKeys.length > 0 ? 'certificateWanted' : 'unknown')
  const given = new Set(certificates.map((it) => new X509Certificate(it).fingerprint256))
  return {
    ca: certificates,
    allowPartialTrustChain: true,
    checkServerIdentity: (host, peer) =>
      given.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
  }
}
