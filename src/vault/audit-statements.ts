import { decodeHeader, type JsonObject } from './jose-header.ts'
import {
  readStatement,
  refusal,
  type Signer,
  type SigningCertificate,
  signStatement,
  statementSigner,
} from './statement.ts'

/** That the audit chain of a workspace has this hash at this place. */
export interface AuditCheckpoint {
  workspace: string
  sequence: number
  /** SHA-256, lower-case hex. */
  hash: string
}

/** That the rows from `first` to `sequence` were dropped with age, and that the last of them had this hash. */
export interface AuditCut extends AuditCheckpoint {
  first: number
}

const seconds = (now: Date): number => Math.floor(now.getTime() / 1000)

/** @param now by the database's clock. */
export function signAuditCheckpoint(
  signer: Signer,
  { workspace, sequence, hash }: AuditCheckpoint,
  now: Date,
): Promise<string> {
  const payload = { ws: workspace, sequence, hash, iat: seconds(now) }
  return signStatement(signer, 'lockstep-audit-checkpoint', payload)
}

/** @param now by the database's clock. */
export function signAuditCut(
  signer: Signer,
  { workspace, first, sequence, hash }: AuditCut,
  now: Date,
): Promise<string> {
  const payload = { ws: workspace, first, sequence, hash, iat: seconds(now) }
  return signStatement(signer, 'lockstep-audit-cut', payload)
}

/** What a checkpoint or a cut says, whoever signed it; undefined for anything else. */
export function peekAuditStatement(
  statement: string,
): (AuditCheckpoint & { first: number | undefined; at: Date }) | undefined {
  const content = decodeHeader(statement.split('.')[1] ?? '')
  return content && contentOf(content)
}

function contentOf({ ws, sequence, hash, first, iat }: JsonObject) {
  const isRead =
    typeof ws === 'string' && isPlace(sequence) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)
  if (!isRead || !isPlace(iat) || !(first === undefined || isPlace(first))) return undefined
  return { workspace: ws, sequence, hash, first, at: new Date(iat * 1000) }
}

/**
 * Verifies a checkpoint or a cut.
 *
 * @param trusted certificates by fingerprint: those of the root key and of the ones before it.
 * @throws AppError KEY_MISMATCH that says which rule failed.
 */
export async function verifyAuditStatement(
  trusted: ReadonlyMap<string, SigningCertificate>,
  statement: string,
  kind: 'checkpoint' | 'cut',
): Promise<void> {
  const signer = statementSigner(statement)
  const certificate = signer === undefined ? undefined : trusted.get(signer)
  if (!certificate) throw refusal(`its signer ${signer ?? 'none'} is not the root key, nor one before it`)
  const members = ['ws', ...(kind === 'cut' ? ['first'] : []), 'sequence', 'hash', 'iat']
  const content = await readStatement(certificate, `lockstep-audit-${kind}`, statement, members)
  if (!contentOf(content)) throw refusal('its content is malformed')
}

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
