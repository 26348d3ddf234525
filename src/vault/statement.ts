import { base64url, compactVerify, importX509 } from 'jose'
import { AppError } from '../errors.ts'
import { isBase64url } from './base64url.ts'
import { decodeHeader, hasExactly, type JsonObject } from './jose-header.ts'

/** What a statement is about; its `typ` (RFC 7515, section 4.1.9), so that none passes for one of another kind. */
export type StatementType =
  | 'lockstep-workspace-key'
  | 'lockstep-recipients'
  | 'lockstep-successor'
  | 'lockstep-predecessor'
  | 'lockstep-audit-checkpoint'
  | 'lockstep-audit-cut'

/** A certificate by whose key statements are signed. */
export interface SigningCertificate {
  pem: string
  /** SHA-256 over the DER, lower-case hex. */
  fingerprint: string
}

/** Whatever can make PS256 signatures (RFC 7518, section 3.5): the root key, or the key that signs in its place. */
export interface Signer {
  readonly certificate: SigningCertificate
  /** @returns the signature: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 bytes of salt. */
  sign(input: Uint8Array): Promise<Uint8Array>
}

const MAX_LENGTH = 64 * 1024
const encode = (value: object): string => base64url.encode(JSON.stringify(value))

/** A statement: a compact JWS (RFC 7515, section 7.1) whose header has exactly `alg`, `kid` and `typ`. */
export async function signStatement(signer: Signer, typ: StatementType, payload: object): Promise<string> {
  const input = `${statementHeader(signer.certificate.fingerprint, typ)}.${encode(payload)}`
  return `${input}.${base64url.encode(await signer.sign(new TextEncoder().encode(input)))}`
}

/** The encoded header that statements of a signer begin with. */
export const statementHeader = (fingerprint: string, typ: StatementType): string =>
  encode({ alg: 'PS256', kid: fingerprint, typ })

/** The fingerprint of the certificate that a statement says it is signed by; nothing is verified. */
export function statementSigner(statement: string): string | undefined {
  const kid = decodeHeader(statement.split('.', 1)[0] ?? '')?.['kid']
  return typeof kid === 'string' ? kid : undefined
}

/**
 * Reads a statement that was signed by the key of `certificate`.
 *
 * @param members that the payload has, and no others.
 * @throws AppError KEY_MISMATCH that says which rule failed.
 */
export async function readStatement(
  certificate: SigningCertificate,
  typ: StatementType,
  statement: string,
  members: readonly string[],
): Promise<JsonObject> {
  const parts = statement.split('.')
  const [header = '', payload = ''] = parts
  const isCompact = statement.length <= MAX_LENGTH && parts.length === 3 && parts.every(isBase64url)
  if (!isCompact) throw refusal('it is not a compact JWS')
  // Stops other algorithms (none, HS256 with the certificate as its key, RS256) before any cryptography, a statement
  // of another kind, and every header member that would make a JOSE library do something else.
  if (header !== statementHeader(certificate.fingerprint, typ)) {
    throw refusal(`its header is not that of ${typ} by ${certificate.fingerprint} with PS256`)
  }
  const key = await publicKeyOf(certificate)
  try {
    await compactVerify(statement, key, { algorithms: ['PS256'] })
  } catch {
    throw refusal(`the key of ${certificate.fingerprint} did not sign it`)
  }
  const content = decodeHeader(payload)
  if (!content || !hasExactly(content, members)) throw refusal(`it must say exactly ${members.join(', ')}`)
  return content
}

async function publicKeyOf({ pem, fingerprint }: SigningCertificate) {
  const own = await readSigningCertificate(pem)
  // Stops another certificate that stands under the fingerprint of the right one.
  if (own.fingerprint !== fingerprint) throw refusal('its certificate has another fingerprint')
  return importX509(own.pem, 'PS256').catch(() => {
    throw refusal('its certificate is not readable, or not for RSA')
  })
}

/**
 * The certificate in a PEM text, with the fingerprint of what is in it. It runs in browsers too, so it checks neither
 * issuer nor dates: what counts is whether the fingerprint is the one that was pinned.
 *
 * @throws AppError KEY_MISMATCH when there is not exactly one certificate.
 */
export async function readSigningCertificate(pem: string): Promise<SigningCertificate> {
  const body = pem.length <= MAX_LENGTH ? ONE_CERTIFICATE.exec(pem)?.[1]?.replace(/\s/g, '') : undefined
  if (body === undefined) throw refusal('its certificate is not one certificate in PEM')
  const der = Uint8Array.from(atob(body), (it) => it.charCodeAt(0))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
  const fingerprint = [...digest].map((it) => it.toString(16).padStart(2, '0')).join('')
  return { pem: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`, fingerprint }
}

const ONE_CERTIFICATE =
  /^\s*-----BEGIN CERTIFICATE-----\s((?:[A-Za-z0-9+/]{4}|\s)+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)\s*-----END CERTIFICATE-----\s*$/

export function refusal(rule: string): AppError {
  return new AppError('KEY_MISMATCH', `A signed statement about keys is refused: ${rule}.`)
}
