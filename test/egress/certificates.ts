import forge from 'node-forge'

export interface Issued {
  key: string
  cert: string
}

/** A certificate authority for one test file. */
export class TestAuthority {
  readonly #keys = forge.pki.rsa.generateKeyPair(2048)
  readonly #certificate = forge.pki.createCertificate()
  readonly #subject = [{ name: 'commonName', value: 'Lockstep test authority' }]

  constructor() {
    const certificate = this.#certificate
    prepare(certificate, this.#keys.publicKey)
    certificate.setSubject(this.#subject)
    certificate.setIssuer(this.#subject)
    certificate.setExtensions([{ name: 'basicConstraints', cA: true }])
    certificate.sign(this.#keys.privateKey, forge.md.sha256.create())
  }

  get pem(): string {
    return forge.pki.certificateToPem(this.#certificate)
  }

  /** A certificate for names and addresses; `expired` means since yesterday. */
  issue(names: readonly string[], options: { expired?: boolean } = {}): Issued {
    const keys = forge.pki.rsa.generateKeyPair(2048)
    const certificate = forge.pki.createCertificate()
    prepare(certificate, keys.publicKey)
    if (options.expired) certificate.validity.notAfter = new Date(Date.now() - 86_400_000)
    certificate.setSubject([{ name: 'commonName', value: names[0] ?? '' }])
    certificate.setIssuer(this.#subject)
    const altNames = names.map((name) =>
      /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
    )
    certificate.setExtensions([{ name: 'subjectAltName', altNames }])
    certificate.sign(this.#keys.privateKey, forge.md.sha256.create())
    return {
      key: forge.pki.privateKeyToPem(keys.privateKey),
      cert: forge.pki.certificateToPem(certificate),
    }
  }
}

/** The pair as base64 of a PKCS#12 file. */
export function toPkcs12(issued: Issued, passphrase: string, algorithm: '3des' | 'aes256'): string {
  const key = forge.pki.privateKeyFromPem(issued.key)
  const store = forge.pkcs12.toPkcs12Asn1(key, forge.pki.certificateFromPem(issued.cert), passphrase, {
    algorithm,
  })
  return forge.util.encode64(forge.asn1.toDer(store).getBytes())
}

let serial = 1

function prepare(certificate: forge.pki.Certificate, publicKey: forge.pki.rsa.PublicKey): void {
  certificate.publicKey = publicKey
  certificate.serialNumber = (serial++).toString(16).padStart(2, '0')
  certificate.validity.notBefore = new Date(Date.now() - 2 * 86_400_000)
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
}
