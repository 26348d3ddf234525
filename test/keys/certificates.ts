import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import forge from 'node-forge'

export interface CertificateOptions {
  bits?: number
  /** Days from now. */
  from?: number
  until?: number
  keyEncipherment?: boolean
}

/** A self-signed certificate that may break any rule, and its private key: both PEM. */
export function makeCertificate(options: CertificateOptions = {}): { certificate: string; key: string } {
  const { bits = 2048, from = -1, until = 365, keyEncipherment = true } = options
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const pem = exportKey(privateKey)
  const key = forge.pki.privateKeyFromPem(pem)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = daysFromNow(from)
  certificate.validity.notAfter = daysFromNow(until)
  const name = [{ name: 'commonName', value: 'Test recovery' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([{ name: 'keyUsage', keyEncipherment, digitalSignature: !keyEncipherment }])
  certificate.sign(key, forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), key: pem }
}

const exportKey = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString()
const daysFromNow = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60 * 1000)

/** Certificates that must not become a recipient, and the message of the refusal. */
export const unfit: [string, () => string, string][] = [
  ['that has expired', () => makeCertificate({ from: -30, until: -1 }).certificate, 'it expired on'],
  ['that is not valid yet', () => makeCertificate({ from: 2 }).certificate, 'it is valid only from'],
  [
    'whose key is too short',
    () => makeCertificate({ bits: 1024 }).certificate,
    '2048 to 16384 bits, not 1024',
  ],
  [
    'whose key is not for encrypting keys',
    () => makeCertificate({ keyEncipherment: false }).certificate,
    'keyEncipherment',
  ],
]

/** Writes a PEM file that only its owner may read. @returns its name. */
export async function writePem(file: string, ...pems: string[]): Promise<string> {
  await writeFile(file, pems.join('\n'), { mode: 0o600 })
  return file
}
