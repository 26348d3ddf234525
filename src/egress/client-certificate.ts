import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import forge from 'node-forge'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'

const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids

export interface ClientCertificate {
  /** PEM with the key and the certificate chain, or PKCS#12 in base64. */
  content: string | Sensitive
  passphrase?: string | Sensitive | undefined
}

/** Both as PEM; the certificate of the key stands first in the chain. */
interface KeyAndChain {
  key: string | Buffer
  cert: string
}

/** Reads the certificate for TLS. Throws `INVALID_FIELD`, which says nothing of the content. */
export function readClientCertificate(certificate: ClientCertificate): KeyAndChain {
  const content = reveal(certificate.content).trim()
  const passphrase = certificate.passphrase === undefined ? undefined : reveal(certificate.passphrase)
  try {
    const options = content.includes('-----BEGIN ')
      ? readPem(content, passphrase)
      : readPkcs12(content, passphrase)
    // Fails now if key and certificate do not belong together, rather than in the middle of a handshake.
    createSecureContext(options)
    return options
  } catch {
    // The reason is dropped: messages of OpenSSL and node-forge may quote what they could not read.
    throw new AppError(
      'INVALID_FIELD',
      'The client certificate cannot be read. It has to be PEM with the private key and the certificate, or PKCS#12 in base64, and its passphrase has to be right.',
    )
  }
}

function readPem(pem: string, passphrase: string | undefined): KeyAndChain {
  const blocks = pem.match(/-----BEGIN [A-Z0-9 ]+-----[^-]+-----END [A-Z0-9 ]+-----/g) ?? []
  const keys = blocks.filter((it) => it.includes('PRIVATE KEY-----'))
  const certificates = blocks.filter((it) => it.includes('BEGIN CERTIFICATE-----'))
  const [key] = keys
  if (key === undefined || keys.length > 1) throw new Error('needs one key')
  return assemble(key, certificates, passphrase)
}

/** By node-forge, since OpenSSL 3 refuses the old ciphers that most PKCS#12 files in use are written with. */
function readPkcs12(base64: string, passphrase = ''): KeyAndChain {
  const der = forge.util.createBuffer(Buffer.from(base64, 'base64').toString('binary'))
  const store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(der), passphrase)
  const bags = store.safeContents.flatMap((it) => it.safeBags)
  const keys = bags.filter((it) => isKeyBag(it.type)).map(keyPem)
  const certificates = bags.filter((it) => it.type === certBag).map(certificatePem)
  const [key] = keys
  if (key === undefined || keys.length > 1) throw new Error('needs one key')
  return assemble(key, certificates, undefined)
}

function isKeyBag(type: string): boolean {
  return type === keyBag || type === pkcs8ShroudedKeyBag
}

// node-forge understands RSA alone; of other keys and certificates it hands out the ASN.1.
function keyPem(bag: forge.pkcs12.Bag): string {
  return bag.key ? forge.pki.privateKeyToPem(bag.key) : toPem('PRIVATE KEY', bag.asn1)
}

function certificatePem(bag: forge.pkcs12.Bag): string {
  return bag.cert ? forge.pki.certificateToPem(bag.cert) : toPem('CERTIFICATE', bag.asn1)
}

function toPem(label: string, asn1: forge.asn1.Asn1): string {
  const der = Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
}

/** Puts the certificate of the key first, as TLS wants it; stores keep them in any order. */
function assemble(pem: string, certificates: readonly string[], passphrase: string | undefined): KeyAndChain {
  const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase })
  const own = certificates.find((it) => new X509Certificate(it).checkPrivateKey(key))
  if (own === undefined) throw new Error('no certificate of the key')
  const chain = [own, ...certificates.filter((it) => it !== own)]
  return { key: key.export({ type: 'pkcs8', format: 'pem' }), cert: chain.join('\n') }
}

function reveal(value: string | Sensitive): string {
  return value instanceof Sensitive ? value.reveal() : value
}
