import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { type Certificate, readStoredCertificate } from './certificate.ts'
import { encryptPrivateKey } from './encrypt-private-key.ts'

const bits = 3072
const maxSubjectLength = 64
const maxYears = 100

export interface NewRootKey {
  /** One PEM file: the private key (PKCS#8, encrypted when a passphrase was given) and the certificate. */
  pem: Sensitive
  certificate: Certificate
}

export interface RootKeyOptions {
  /** The certificate's common name: 1 to 64 characters. */
  subject?: string
  now?: Date
  /** Validity, 1 to 100. Its end is a reminder to rotate: an expired root key still opens. */
  years?: number
  /** Encrypts the private key, see {@link encryptPrivateKey}. */
  passphrase?: Sensitive | undefined
}

/**
 * Makes a root key: RSA 3072 and a self-signed X.509 v3 certificate (RFC 5280) with `keyEncipherment` as its one
 * key usage.
 *
 * @throws AppError INVALID_CONFIG for a subject or a number of years out of bounds.
 */
export async function createRootKey(options: RootKeyOptions = {}): Promise<NewRootKey> {
  const { subject = 'Lockstep root key', now = new Date(), years = 10, passphrase } = options
  if (subject.length === 0 || subject.length > maxSubjectLength) {
    throw new AppError('INVALID_CONFIG', `A root key's subject has 1 to ${maxSubjectLength} characters.`)
  }
  if (!Number.isInteger(years) || years < 1 || years > maxYears) {
    throw new AppError('INVALID_CONFIG', `A root key is valid for 1 to ${maxYears} years.`)
  }
  // OpenSSL makes the key in a fraction of the time that node-forge takes; node-forge issues the certificate.
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
  const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const certificatePem = issueCertificate(pkcs8, subject, now, years)
  const keyPem = passphrase ? await encryptPrivateKey(privateKey, passphrase) : pkcs8
  return { pem: new Sensitive(keyPem + certificatePem), certificate: readStoredCertificate(certificatePem) }
}

function issueCertificate(pkcs8: string, subject: string, now: Date, years: number): string {
  const key = forge.pki.privateKeyFromPem(pkcs8)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = serialNumber()
  certificate.validity.notBefore = new Date(now)
  certificate.validity.notAfter = new Date(now)
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  // UTF8String, as RFC 5280 section 4.1.2.4 wants it; the types know tag classes only, the value is a type.
  const utf8: number = forge.asn1.Type.UTF8
  const name = [{ name: 'commonName', value: subject, valueTagClass: utf8 }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', keyEncipherment: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(key, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate).replaceAll('\r', '')
}

/** 16 random bytes with the top bits 01: positive, never zero, always of the same length (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes.toString('hex')
}
