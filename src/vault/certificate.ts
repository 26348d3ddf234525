import { type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'

/** An X.509 certificate (RFC 5280) of an RSA key that workspace keys can be sealed to. */
export interface Certificate {
  /** The one certificate, without anything that stood around it. */
  pem: string
  /** SHA-256 over the DER, lower-case hex. */
  fingerprint: string
  subject: string
  notBefore: Date
  notAfter: Date
  /** Length of the RSA modulus. */
  bits: number
}

const MIN_BITS = 2048
const MAX_BITS = 16_384
const MAX_PEM_LENGTH = 64 * 1024

/**
 * Reads a certificate that an operator gives now: the rules of {@link readStoredCertificate}, and `now` lies in
 * its validity.
 *
 * @throws AppError INVALID_CONFIG that says which rule failed.
 */
export function readCertificate(pem: string, now = databaseTime()): Certificate {
  const certificate = readStoredCertificate(pem)
  if (now < certificate.notBefore) refuse(`it is valid only from ${certificate.notBefore.toISOString()}`)
  if (now > certificate.notAfter) refuse(`it expired on ${certificate.notAfter.toISOString()}`)
  return certificate
}

/**
 * Reads a certificate that is in use already: exactly one, RSA (rsaEncryption) of 2048 to 16384 bits, a public
 * exponent of at least 3, and `keyEncipherment` in the key usage extension if there is one (RFC 5280, section
 * 4.2.1.3). Its dates are not a rule: an expired certificate must not take the secrets with it.
 *
 * @throws AppError INVALID_CONFIG that says which rule failed.
 */
export function readStoredCertificate(pem: string): Certificate {
  if (pem.length > MAX_PEM_LENGTH) refuse('it is over 64 KiB long')
  // Stops an operator from handing us the key that must stay offline.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    refuse('a private key stands next to it; give the certificate alone')
  const count = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g)?.length ?? 0
  if (count !== 1) refuse(`exactly one PEM certificate is needed, ${count} found`)
  const x509 = parse(pem)
  const bits = checkKey(x509.publicKey)
  const normal = x509.toString()
  checkKeyUsage(normal)
  return {
    pem: normal,
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: x509.subject?.replaceAll('\n', ', ') ?? '',
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    bits,
  }
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    return refuse('it is not a readable X.509 certificate')
  }
}

function checkKey(key: KeyObject): number {
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa')
    refuse(`its key must be RSA, not ${key.asymmetricKeyType ?? 'unknown'}`)
  if (bits < MIN_BITS || bits > MAX_BITS)
    refuse(`its RSA key must have ${MIN_BITS} to ${MAX_BITS} bits, not ${bits}`)
  // With an exponent of 1 a "sealed" key would lie open.
  if (publicExponent < 3n) refuse('its RSA exponent must be at least 3')
  return bits
}

/** node:crypto shows the extended key usage only, so node-forge reads the key usage. */
function checkKeyUsage(pem: string): void {
  let usage: { keyEncipherment?: boolean } | undefined
  try {
    usage = forge.pki.certificateFromPem(pem).getExtension('keyUsage') as typeof usage
  } catch {
    refuse('its extensions are not readable')
  }
  if (usage && usage.keyEncipherment !== true) refuse('its key usage does not include keyEncipherment')
}

function refuse(rule: string): never {
  throw new AppError('INVALID_CONFIG', `The certificate cannot be used: ${rule}.`)
}
