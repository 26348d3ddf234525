import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'

export interface CertificateOptions {
  /** The common name. */
  subject: string
  now: Date
  years: number
}

/**
 * Issues a self-signed X.509 v3 certificate (RFC 5280). Its key usages are `keyEncipherment`, for workspace keys, and
 * `digitalSignature`, for what vouches for them.
 *
 * @returns PEM.
 */
export function issueSelfSigned(key: KeyObject, options: CertificateOptions): string {
  const signer = forge.pki.privateKeyFromPem(key.export({ format: 'pem', type: 'pkcs8' }).toString())
  const publicKey = forge.pki.setRsaPublicKey(signer.n, signer.e)
  return issue(publicKey, { ...options, issuer: options.subject, signer })
}

/**
 * Issues such a certificate for a key that cannot sign (a KMS key for decryption, say). A key that is thrown away
 * at once signs instead: what counts is the certificate's fingerprint, and nothing ever asks who issued it.
 *
 * @returns PEM.
 */
export async function issueForPublicKey(key: KeyObject, options: CertificateOptions): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const signer = forge.pki.privateKeyFromPem(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  const publicKey = forge.pki.publicKeyFromPem(key.export({ format: 'pem', type: 'spki' }).toString())
  return issue(publicKey, { ...options, issuer: 'Lockstep throw-away key', signer })
}

interface Issuing extends CertificateOptions {
  issuer: string
  signer: forge.pki.rsa.PrivateKey
}

function issue(publicKey: forge.pki.rsa.PublicKey, options: Issuing): string {
  const { now, years } = options
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  certificate.serialNumber = serialNumber()
  certificate.validity.notBefore = new Date(now)
  certificate.validity.notAfter = new Date(now)
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  certificate.setSubject(commonName(options.subject))
  certificate.setIssuer(commonName(options.issuer))
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', keyEncipherment: true, digitalSignature: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(options.signer, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate).replaceAll('\r', '')
}

function commonName(value: string): forge.pki.CertificateField[] {
  // UTF8String, as RFC 5280 section 4.1.2.4 wants it; the types know tag classes only, the value is a type.
  const utf8: number = forge.asn1.Type.UTF8
  return [{ name: 'commonName', value, valueTagClass: utf8 }]
}

/** 16 random bytes with the top bits 01: positive, never zero, always of the same length (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes.toString('hex')
}
