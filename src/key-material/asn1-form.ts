import forge from 'node-forge'
import { fault } from './key-fault.ts'

const { asn1 } = forge
const { INTEGER, SEQUENCE, OCTETSTRING, BITSTRING, OID } = asn1.Type

/** What DER holds, by its outermost structure. */
export type Form =
  | 'pkcs12'
  | 'pkcs8'
  | 'pkcs1'
  | 'sec1'
  | 'encrypted'
  | 'spki'
  | 'rsaPublic'
  | 'certificate'
  | 'pkcs7'
  | 'other'

/**
 * Tells the forms of keys and certificates apart, which all begin alike.
 *
 * @throws KeyFault for DER that ends too early, and for one with more rounds than {@link MOST_ROUNDS}.
 */
export function formOf(der: Uint8Array): Form {
  const node = parse(der)
  refuseRounds(node)
  const [first, second, third] = childrenOf(node)
  if (first === undefined) return 'other'
  if (first.type === OID) return 'pkcs7'
  if (first.type === INTEGER) {
    if (second?.type === SEQUENCE) return versionOf(first) === 3 ? 'pkcs12' : 'pkcs8'
    if (second?.type === OCTETSTRING) return 'sec1'
    return third === undefined ? 'rsaPublic' : 'pkcs1'
  }
  if (first.type !== SEQUENCE) return 'other'
  if (second?.type === OCTETSTRING) return 'encrypted'
  if (second?.type === BITSTRING) return 'spki'
  return second?.type === SEQUENCE && third?.type === BITSTRING ? 'certificate' : 'other'
}

function parse(der: Uint8Array): forge.asn1.Asn1 {
  try {
    // node-forge's types do not know the options.
    const options = { strict: true, parseAllBytes: false, decodeBitStrings: false } as unknown as boolean
    return asn1.fromDer(Buffer.from(der).toString('latin1'), options)
  } catch {
    // The reason is dropped, because node-forge may quote what it read.
    throw fault('damaged')
  }
}

/** Stops a made-up file from computing for hours: PBKDF2 and PKCS#12 count their rounds in the file. */
const MOST_ROUNDS = 2_000_000

/** A sequence of salt and rounds is how PBES1, PBKDF2 and PKCS#12 have them (RFC 8018, A.2; RFC 7292, C). */
function refuseRounds(node: forge.asn1.Asn1): void {
  const children = childrenOf(node)
  const [first, second] = children
  if (first?.type === OCTETSTRING && second?.type === INTEGER && roundsOf(second) > MOST_ROUNDS)
    throw fault('rounds')
  const last = children.at(2)
  if (children.length === 3 && last?.type === INTEGER && children[1]?.type === OCTETSTRING) {
    if (roundsOf(last) > MOST_ROUNDS) throw fault('rounds')
  }
  for (const child of children) refuseRounds(child)
  // PKCS#12 wraps its content in octet strings.
  if (node.type === OCTETSTRING && typeof node.value === 'string' && node.value.startsWith('\x30')) {
    const inner = tryParse(node.value)
    if (inner !== undefined) refuseRounds(inner)
  }
}

function tryParse(bytes: string): forge.asn1.Asn1 | undefined {
  try {
    return asn1.fromDer(bytes, false)
  } catch {
    return undefined
  }
}

const childrenOf = (node: forge.asn1.Asn1): forge.asn1.Asn1[] => (Array.isArray(node.value) ? node.value : [])
const roundsOf = (node: forge.asn1.Asn1): number =>
  Number(`0x${Buffer.from(String(node.value), 'latin1').toString('hex') || '0'}`)
const versionOf = (node: forge.asn1.Asn1): number => (node.value === '\x03' ? 3 : 0)

/** The rounds of the MAC of a PKCS#12 file; 1 when it says none. */
export function macRounds(der: Uint8Array): number {
  const mac = childrenOf(parse(der))[2]
  const rounds = mac && childrenOf(mac)[2]
  return rounds?.type === INTEGER ? roundsOf(rounds) : 1
}

/** The RSA key of a key that is for RSA-PSS alone (RFC 4055): PKCS#1, which says nothing of what it is for. */
export function rsaInside(pkcs8: Uint8Array): Buffer {
  const inner = childrenOf(parse(pkcs8))[2]
  if (typeof inner?.value !== 'string') throw fault('damaged')
  return Buffer.from(inner.value, 'latin1')
}
