/**
 * Why keys or certificates cannot be read, in words for after what holds them: "the client certificate", the name of a file.
 * The words are a closed list, so that they hold nothing of the content.
 */
export class KeyFault extends Error {
  override readonly name = 'KeyFault'
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string) {
    super(message)
    this.kind = kind
  }
}

type FaultKind = keyof typeof FAULTS | 'several'

const OPENSSL = '`openssl pkcs8 -topk8 -v2 aes-256-cbc -provider legacy -provider default`'

const FAULTS = {
  empty: 'holds nothing',
  unknown: 'holds no key that can be read: it is neither PEM, nor JWK, nor DER or PKCS#12 in base64',
  tooLarge: 'is over 1 MiB large, which no key is',
  damaged: 'is damaged or cut off. Copy all of it once more',
  noEnd: 'is cut off: its PEM begins, and has no END line. Copy all of it once more',
  public: 'holds a public key, and the private key is needed',
  certificateOnly: 'holds a certificate without its private key',
  noCertificate: 'holds no certificate beside its private key',
  certificateWanted: 'holds a key, and a certificate is needed',
  mismatch: 'holds no certificate that belongs to its private key',
  locked: 'is encrypted and needs its passphrase',
  wrongPassphrase: `does not open: the passphrase is wrong, it is damaged, or its cipher is not supported (${OPENSSL} writes a key anew)`,
  rounds: 'asks for more rounds to derive its key than any program writes',
  openSsh: 'holds a key in the form of OpenSSH. `ssh-keygen -p -m PKCS8 -f FILE` writes it as PEM',
  putty:
    'holds a key in the form of PuTTY. PuTTYgen exports it as an OpenSSH key, and `ssh-keygen -p -m PKCS8 -f FILE` writes that as PEM',
  pgp: 'holds a key of OpenPGP, which is for mail and files',
  request: 'holds a request for a certificate. Take what the authority made of it, with the private key',
  pkcs7:
    'holds PKCS#7, which has no private key. `openssl pkcs7 -print_certs` writes its certificates as PEM',
  xml: 'holds a key in XML. Write it as PEM',
  json: 'holds JSON without a key: neither a JWK, nor a service account with its private_key',
  shared: 'holds a shared secret (a JWK of kind oct), and a private key is needed',
  jwkPublic: 'holds a public JWK, without its member d: the private key is needed',
} as const

export const several = (count: number): KeyFault =>
  new KeyFault('several', `holds ${count} private keys, and one is needed. Keep one`)

export const fault = (kind: keyof typeof FAULTS): KeyFault => new KeyFault(kind, FAULTS[kind])
