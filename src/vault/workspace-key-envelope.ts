import { base64urlLength, isBase64url } from './base64url.ts'
import { decodeHeader, hasExactly, isObject } from './jose-header.ts'

/** One recipient of a sealed workspace key: a root or recovery certificate, by its fingerprint. */
export interface WorkspaceKeyRecipient {
  header: { alg: 'RSA-OAEP-256'; kid: string }
  encrypted_key: string
}

/**
 * A sealed workspace key: a General JWE (RFC 7516, section 7.2.1). The protected header holds `enc`, `cty`, `ws`
 * (workspace) and `wk` (the workspace key's kid: the name `kid` belongs to the recipients, and RFC 7516 section
 * 7.2.1 forbids it in both places). `alg` stands with the recipient, so that a recipient can be added or replaced
 * by wrapping the content key again, without touching what is authenticated.
 */
export interface GeneralJwe {
  protected: string
  iv: string
  ciphertext: string
  tag: string
  recipients: WorkspaceKeyRecipient[]
}

/** The most certificates that one workspace key is sealed to. */
export const MAX_RECIPIENTS = 32

const MAX_PART_LENGTH = 4096

/**
 * Checks the form of a sealed workspace key before any cryptography.
 *
 * @returns the rule that it breaks, or undefined.
 */
export function envelopeFault(workspace: string, kid: string, sealed: GeneralJwe): string | undefined {
  // It comes out of a database: its type is a hope.
  const jwe: unknown = sealed
  if (!isObject(jwe) || !hasExactly(jwe, ['protected', 'iv', 'ciphertext', 'tag', 'recipients'])) {
    return 'it must have exactly protected, iv, ciphertext, tag and recipients'
  }
  const { protected: encoded, iv, ciphertext, tag, recipients } = jwe
  if (!isPart(iv, 12) || !isPart(tag, 16) || !isPart(ciphertext)) return 'one of its parts is malformed'
  if (!isPart(encoded)) return 'its protected header is malformed'
  return headerFault(workspace, kid, encoded) ?? recipientsFault(recipients)
}

function headerFault(workspace: string, kid: string, encoded: string): string | undefined {
  const header = decodeHeader(encoded)
  if (!header || !hasExactly(header, ['enc', 'cty', 'ws', 'wk'])) {
    return 'its protected header must have exactly enc, cty, ws and wk'
  }
  const { enc, cty, ws, wk } = header
  if (enc !== 'A256GCM' || cty !== 'jwk+json') return 'its enc must be A256GCM and its cty jwk+json'
  // Stops a key that was moved to another workspace, and with it reading one's secrets through another.
  if (ws !== workspace) return 'its ws must be the workspace that it is read from'
  if (wk !== kid) return 'its wk must be the kid that it is read from'
  return undefined
}

function recipientsFault(recipients: unknown): string | undefined {
  if (!Array.isArray(recipients) || recipients.length === 0 || recipients.length > MAX_RECIPIENTS) {
    return `it must have 1 to ${MAX_RECIPIENTS} recipients`
  }
  if (!recipients.every(isRecipient)) {
    return 'each recipient must have exactly an encrypted_key and a header of alg RSA-OAEP-256 and kid'
  }
  // Stops an added second entry for one key, which would decide by its place whether the key opens.
  const kids = new Set(recipients.map((it) => it.header.kid))
  return kids.size === recipients.length ? undefined : 'two of its recipients have the same kid'
}

function isRecipient(value: unknown): value is WorkspaceKeyRecipient {
  if (!isObject(value) || !hasExactly(value, ['header', 'encrypted_key'])) return false
  const { header, encrypted_key: encryptedKey } = value
  if (!isObject(header) || !hasExactly(header, ['alg', 'kid'])) return false
  const { alg, kid } = header
  return (
    alg === 'RSA-OAEP-256' && typeof kid === 'string' && /^[0-9a-f]{64}$/.test(kid) && isPart(encryptedKey)
  )
}

function isPart(value: unknown, bytes?: number): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_PART_LENGTH) return false
  return isBase64url(value) && (bytes === undefined || value.length === base64urlLength(bytes))
}
