import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { type Certificate, readStoredCertificate } from './certificate.ts'
import { encryptPrivateKey } from './encrypt-private-key.ts'
import { issueSelfSigned } from './issue-certificate.ts'

const BITS = 3072
const MAX_SUBJECT_LENGTH = 64
const MAX_YEARS = 100

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
 * Makes a root key: RSA 3072 and a self-signed X.509 v3 certificate (RFC 5280), see issueSelfSigned.
 *
 * @throws AppError INVALID_CONFIG for a subject or a number of years out of bounds.
 */
export async function createRootKey(options: RootKeyOptions = {}): Promise<NewRootKey> {
  const { subject = 'Lockstep root key', now = databaseTime(), years = 10, passphrase } = options
  if (subject.length === 0 || subject.length > MAX_SUBJECT_LENGTH) {
    throw new AppError('INVALID_CONFIG', `A root key's subject has 1 to ${MAX_SUBJECT_LENGTH} characters.`)
  }
  if (!Number.isInteger(years) || years < 1 || years > MAX_YEARS) {
    throw new AppError('INVALID_CONFIG', `A root key is valid for 1 to ${MAX_YEARS} years.`)
  }
  // OpenSSL makes the key in a fraction of the time that node-forge takes; node-forge issues the certificate.
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS })
  const certificatePem = issueSelfSigned(privateKey, { subject, now, years })
  const keyPem = passphrase
    ? await encryptPrivateKey(privateKey, passphrase)
    : privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { pem: new Sensitive(keyPem + certificatePem), certificate: readStoredCertificate(certificatePem) }
}
