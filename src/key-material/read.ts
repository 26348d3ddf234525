import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { formOf } from './asn1-form.ts'
import { openEncryptedKey } from './encrypted-key.ts'
import { fault, several } from './key-fault.ts'
import { hasPem, type PemBlock, readPemBlocks, toPem } from './pem-blocks.ts'
import { readPkcs12 } from './pkcs12.ts'

/** What was found. Certificates are PEM. */
export interface KeyMaterial {
  readonly keys: KeyObject[]
  readonly publicKeys: KeyObject[]
  readonly certificates: string[]
}

const MAX_BYTES = 1024 * 1024
/** Base64 of base64 of JSON of PEM: more layers are no accident. */
const MOST_LAYERS = 6
const MOST_KEYS = 10

/**
 * Reads keys and certificates as people paste and programs write them: PEM (RFC 7468) of every kind, however its line breaks
 * were written, DER, JWK (RFC 7517), PKCS#12, the JSON of a service account, each also in base64, in quotes, or as a string of
 * JSON.
 *
 * @param passphrase of what is encrypted; one that is not needed is no fault.
 * @throws KeyFault with the same words for the same fault, whatever it is read for. They hold nothing of the content.
 */
export function readKeyMaterial(content: string | Uint8Array, passphrase?: string): KeyMaterial {
  if (content.length > MAX_BYTES) throw fault('tooLarge')
  return typeof content === 'string' ? ofText(content, passphrase, 0) : ofBytes(content, passphrase, 0)
}

function ofBytes(bytes: Uint8Array, passphrase: string | undefined, layer: number): KeyMaterial {
  if (bytes.length === 0) throw fault('empty')
  if (bytes[0] === 0x30 && !isText(bytes)) return ofDer(bytes, passphrase)
  // PowerShell writes UTF-16.
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return ofText(new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes), passphrase, layer)
}

/** DER begins with the character 0, as hexadecimal DER does. */
const isText = (bytes: Uint8Array): boolean =>
  bytes.subarray(0, 64).every((it) => it >= 0x20 || it === 10 || it === 13)

function ofText(given: string, passphrase: string | undefined, layer: number): KeyMaterial {
  const text = unquoted(given)
  if (text === '') throw fault('empty')
  if (layer > MOST_LAYERS) throw fault('unknown')
  if (/^[{[]/.test(text)) return ofJson(text, passphrase, layer)
  refuseOthers(text)
  if (hasPem(text)) return ofBlocks(readPemBlocks(text), passphrase)
  const bytes = ofCode(text)
  if (bytes === undefined) throw fault('unknown')
  return bytes[0] === 0x30 || layer < MOST_LAYERS
    ? ofInner(bytes, passphrase, layer + 1)
    : ofBytes(bytes, passphrase, layer)
}

/** Any word is base64 of something, so what is found in it must be a key to be taken for one. */
function ofInner(bytes: Uint8Array, passphrase: string | undefined, layer: number): KeyMaterial {
  if (bytes[0] === 0x30 && bytes.length >= 32) return ofBytes(bytes, passphrase, layer)
  const text = new TextDecoder('utf-8').decode(bytes)
  if (hasPem(text) || /^\s*[{["']/.test(text) || ofCode(text) !== undefined)
    return ofText(text, passphrase, layer)
  throw fault('unknown')
}

/** Without white space, and quotes of a shell or of JSON, around it. */
function unquoted(given: string): string {
  let text = given
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    text = text.trim().replace(/^[\ufeff\u200b\s]+/, '')
    const inner = withoutQuotes(text)
    if (inner === text) return text
    text = inner
  }
  return text
}

function withoutQuotes(text: string): string {
  const [quote = ''] = text
  const end = /[;,]$/.test(text) ? text.length - 2 : text.length - 1
  if (!/["'`]/.test(quote) || text.charAt(end) !== quote || end < 1) return text
  try {
    const inner: unknown = quote === '"' ? JSON.parse(text.slice(0, end + 1)) : undefined
    if (typeof inner === 'string') return inner
  } catch {
    // Quotes of a shell, around several lines.
  }
  return text.slice(1, end)
}

function refuseOthers(text: string): void {
  if (/BEGIN OPENSSH PRIVATE KEY|^ssh-(?:rsa|ed25519) |^ecdsa-sha2-/.test(text)) throw fault('openSsh')
  if (/^PuTTY-User-Key-File/.test(text)) throw fault('putty')
  if (/BEGIN PGP /.test(text)) throw fault('pgp')
  if (/<RSAKeyValue>|<\?xml/.test(text)) throw fault('xml')
}

/** Base64 or hexadecimal of something; undefined for other text. */
function ofCode(text: string): Buffer | undefined {
  const bare = text.replace(/^data:[\w./+-]{0,100}(?:;[\w=-]{1,40})*;base64,/, '').replace(/\s+|\\[rn]/g, '')
  if (bare.length < 40) return undefined
  if (/^30[0-9a-f]+$/i.test(bare) && bare.length % 2 === 0) return Buffer.from(bare, 'hex')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return undefined
  return Buffer.from(bare, /[-_]/.test(bare) ? 'base64url' : 'base64')
}

function ofJson(text: string, passphrase: string | undefined, layer: number): KeyMaterial {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message may quote the text. A line break as it is in the PEM of the JSON is the usual fault.
    if (hasPem(text)) return ofBlocks(readPemBlocks(text), passphrase)
    throw fault('damaged')
  }
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof one !== 'object' || one === null) throw fault('json')
  const { keys } = one as { keys?: unknown }
  if (Array.isArray(keys)) return together(keys.map((it) => ofMembers(it, passphrase, layer)))
  return ofMembers(one, passphrase, layer)
}

function ofMembers(value: unknown, passphrase: string | undefined, layer: number): KeyMaterial {
  const members = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >
  // A service account of Google, and what others name alike.
  const pem = ['private_key', 'privateKey', 'private_key_pem', 'key_data']
    .map((it) => members[it])
    .find((it) => typeof it === 'string')
  if (typeof pem === 'string') return ofText(pem, passphrase, layer + 1)
  return ofJwk(members as JsonWebKey)
}

function ofJwk(jwk: JsonWebKey): KeyMaterial {
  if (jwk.kty === 'oct') throw fault('shared')
  if (jwk.kty === undefined) throw fault('json')
  try {
    if (jwk.d === undefined)
      return { keys: [], publicKeys: [createPublicKey({ key: jwk, format: 'jwk' })], certificates: [] }
    return { keys: [createPrivateKey({ key: jwk, format: 'jwk' })], publicKeys: [], certificates: [] }
  } catch {
    throw fault('damaged')
  }
}

function ofBlocks(blocks: readonly PemBlock[], passphrase: string | undefined): KeyMaterial {
  // What says how a key is made stands before it: the curve of an EC key, the group of Diffie and Hellman.
  const found = blocks.filter(({ label }) => !/PARAMETERS$/.test(label))
  const keys = found.filter(({ label }) => label.endsWith('PRIVATE KEY')).length
  // Stops a text of many encrypted keys from computing for each of them.
  if (keys > MOST_KEYS) throw several(keys)
  return together(found.map((it) => ofBlock(it, passphrase)))
}

function ofBlock(block: PemBlock, passphrase: string | undefined): KeyMaterial {
  const { label, der, pem, isEncrypted } = block
  if (/CERTIFICATE REQUEST$/.test(label)) throw fault('request')
  if (label === 'PKCS7' || label === 'CMS') throw fault('pkcs7')
  const form = label === 'TRUSTED CERTIFICATE' || isEncrypted ? undefined : formOf(der)
  if (label === 'ENCRYPTED PRIVATE KEY' || isEncrypted || form === 'encrypted') {
    return { keys: [openEncryptedKey(pem, passphrase)], publicKeys: [], certificates: [] }
  }
  if (/CERTIFICATE$/.test(label))
    return ofCertificate(label === 'TRUSTED CERTIFICATE' ? pem : toPem('CERTIFICATE', der.toString('base64')))
  return ofDer(der, passphrase)
}

function ofDer(der: Uint8Array, passphrase: string | undefined): KeyMaterial {
  const form = formOf(der)
  const base64 = Buffer.from(der).toString('base64')
  const none = { keys: [], publicKeys: [], certificates: [] }
  if (form === 'pkcs12') return { ...none, ...readPkcs12(der, passphrase) }
  if (form === 'encrypted')
    return { ...none, keys: [openEncryptedKey(toPem('ENCRYPTED PRIVATE KEY', base64), passphrase)] }
  if (form === 'certificate') return ofCertificate(toPem('CERTIFICATE', base64))
  if (form === 'pkcs7') throw fault('pkcs7')
  if (form === 'other') throw fault('unknown')
  const key = Buffer.from(der)
  try {
    if (form === 'spki')
      return { ...none, publicKeys: [createPublicKey({ key, format: 'der', type: 'spki' })] }
    if (form === 'rsaPublic')
      return { ...none, publicKeys: [createPublicKey({ key, format: 'der', type: 'pkcs1' })] }
    return { ...none, keys: [createPrivateKey({ key, format: 'der', type: form })] }
  } catch {
    throw fault('damaged')
  }
}

function ofCertificate(pem: string): KeyMaterial {
  try {
    return { keys: [], publicKeys: [], certificates: [new X509Certificate(pem).toString()] }
  } catch {
    throw fault('damaged')
  }
}

function together(list: readonly KeyMaterial[]): KeyMaterial {
  return {
    keys: list.flatMap((it) => it.keys),
    publicKeys: list.flatMap((it) => it.publicKeys),
    certificates: list.flatMap((it) => it.certificates),
  }
}
