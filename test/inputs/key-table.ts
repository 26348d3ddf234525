import { generateKeyPairSync } from 'node:crypto'
import { makeKeyFiles, PASSPHRASE } from './key-files.ts'

export const files = makeKeyFiles()
export const base64 = (content: string | Buffer) => Buffer.from(content).toString('base64')
export const account = {
  type: 'service_account',
  project_id: 'shop',
  private_key: files.pem,
  client_email: 'a@b.test',
}

/** How people and programs write one PEM, and where that comes from. */
export const spellings: readonly [what: string, write: (pem: string) => string | Buffer][] = [
  ['as openssl writes it', (pem) => pem],
  ['line breaks as \\n (.env files, CI variables)', (pem) => pem.replaceAll('\n', '\\n')],
  ['line breaks as \\\\n (JSON in JSON)', (pem) => pem.replaceAll('\n', '\\\\n')],
  ['line breaks as \\r\\n', (pem) => pem.replaceAll('\n', '\\r\\n')],
  ['Windows line breaks', (pem) => pem.replaceAll('\n', '\r\n')],
  ['line breaks of an old Mac', (pem) => pem.replaceAll('\n', '\r')],
  ['blanks for line breaks (a field of one line)', (pem) => pem.replaceAll('\n', ' ')],
  ['no line breaks', (pem) => pem.replaceAll('\n', '')],
  ['double quotes (.env)', (pem) => `"${pem}"`],
  ['single quotes', (pem) => `'${pem.replaceAll('\n', '\\n')}'\n`],
  ['a string of JSON', (pem) => JSON.stringify(pem)],
  ['indentation (a block of YAML)', (pem) => pem.replace(/^/gm, '    ')],
  ['quote marks of a mail', (pem) => pem.replace(/^/gm, '> ')],
  ['dashes of a word processor', (pem) => pem.replaceAll('-----', '—')],
  ['white space and a byte order mark', (pem) => `\ufeff \n${pem}\n\n`],
  [
    'header lines (RFC 7468)',
    (pem) => pem.replace('-----\n', '-----\nComment: made by hand\nX-Host: a:b\n\n'),
  ],
  ['base64 (Kubernetes, CI variables)', base64],
  ['base64 in quotes (.env)', (pem) => `"${base64(pem)}"`],
  ['base64 in lines', (pem) => base64(pem).replace(/.{64}/g, '$&\n')],
  ['base64 of base64', (pem) => base64(base64(pem))],
  ['UTF-16 (PowerShell)', (pem) => Buffer.from(`\ufeff${pem}`, 'utf16le')],
]

export const pairs: readonly [form: string, content: string, passphrase?: string][] = [
  ['PKCS#8', files.pem + files.cert],
  ['PKCS#1', files.pkcs1 + files.cert],
  ['SEC1', files.sec1 + files.ecCert],
  ['SEC1 with EC PARAMETERS', files.sec1WithParameters + files.ecCert],
  ['Ed25519', files.ed + files.edCert],
  ['encrypted PKCS#8', files.encrypted + files.cert, PASSPHRASE],
  [
    'encrypted PKCS#8, its passphrase in NFD (macOS)',
    files.encrypted + files.cert,
    PASSPHRASE.normalize('NFD'),
  ],
  ['encrypted PKCS#8 with 3DES', files.encryptedDes + files.cert, PASSPHRASE],
  ['encrypted PKCS#1 with Proc-Type and DEK-Info', files.encryptedOld + files.cert, PASSPHRASE],
  ['PKCS#12 of OpenSSL 3', base64(files.p12), PASSPHRASE],
  ['PKCS#12 of OpenSSL 1 with RC2', base64(files.p12Old), PASSPHRASE],
  ['PKCS#12 without a MAC', base64(files.p12NoMac), PASSPHRASE],
  ['PKCS#12 of an EC key', base64(files.p12Ec), PASSPHRASE],
  ['PKCS#12 as a data URI', `data:application/x-pkcs12;base64,${base64(files.p12)}`, PASSPHRASE],
  ['PKCS#12 in hexadecimal', files.p12.toString('hex'), PASSPHRASE],
  ['Bag Attributes around', files.bags],
  ['a line of .env', JSON.stringify(files.pem + files.cert)],
  ['the same key twice', files.pem + files.pkcs1 + files.cert],
]

const other = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
export const CANARY = 'CANARY-passphrase'

/** Faults and the words for them, wherever the content is given. */
export const faults: readonly [what: string, content: string, words: string, passphrase?: string][] = [
  ['nothing', ' \n', 'holds nothing'],
  ['a password', 'CANARY-hunter2', 'holds no key that can be read'],
  ['a long word of base64', base64('CANARY-hunter2'.repeat(9)), 'holds no key that can be read'],
  ['the public half', files.public, 'holds a public key, and the private key is needed'],
  ['the public half in base64', base64(files.public), 'holds a public key, and the private key is needed'],
  ['a certificate alone', files.cert, 'holds a certificate without its private key'],
  [
    'a certificate alone, DER in base64',
    base64(files.certDer),
    'holds a certificate without its private key',
  ],
  ['two keys', files.pem + other + files.cert, 'holds 2 private keys, and one is needed'],
  [
    'an encrypted key without passphrase',
    files.encrypted + files.cert,
    'is encrypted and needs its passphrase',
  ],
  [
    'an old encrypted key without passphrase',
    files.encryptedOld + files.cert,
    'is encrypted and needs its passphrase',
  ],
  ['PKCS#12 without passphrase', base64(files.p12), 'is encrypted and needs its passphrase'],
  ['a wrong passphrase', files.encrypted + files.cert, 'does not open: the passphrase is wrong', CANARY],
  [
    'a wrong passphrase of old',
    files.encryptedOld + files.cert,
    'does not open: the passphrase is wrong',
    CANARY,
  ],
  ['a wrong passphrase of PKCS#12', base64(files.p12Old), 'does not open: the passphrase is wrong', CANARY],
  ['PEM without its end', files.pem.slice(0, 700), 'is cut off: its PEM begins, and has no END line'],
  [
    'PEM without its middle',
    files.pem.slice(0, 700) + files.pem.slice(-40) + files.cert,
    'is damaged or cut off',
  ],
  ['half a PKCS#12', base64(files.p12.subarray(0, 900)), 'is damaged or cut off', PASSPHRASE],
  [
    'a key of OpenSSH',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
    'in the form of OpenSSH',
  ],
  ['a key of PuTTY', 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none', 'in the form of PuTTY'],
  ['a request', files.request, 'holds a request for a certificate'],
  ['PKCS#7', files.pkcs7, 'holds PKCS#7, which has no private key'],
  ['other JSON', '{"client_id": "CANARY"}', 'holds JSON without a key'],
  ['half a JWK', '{"kty": "RSA", "d": "CANARY', 'is damaged or cut off'],
  ['a shared secret as JWK', '{"kty":"oct","k":"Q0FOQVJZ"}', 'holds a shared secret'],
]
