/**
 * The vault for the side that seals: public keys alone. The API and the domain import this file and never
 * `opening.ts`.
 */
import { sealInNode } from './seal-in-node.ts'
import type { PublicWorkspaceKey } from './seal-value.ts'
import type { At } from './sealed-value.ts'

export {
  type AuditCheckpoint,
  type AuditCut,
  peekAuditStatement,
  verifyAuditStatement,
} from './audit-statements.ts'
export { type Certificate, readCertificate, readStoredCertificate } from './certificate.ts'
export { createWorkspaceKey, type NewWorkspaceKey } from './create-workspace-key.ts'
export {
  type KeyStatement,
  readRecipients,
  readWorkspaceKeyStatement,
} from './key-statements.ts'
export { createRunSeal, sealInNode } from './seal-in-node.ts'
export type { PublicJwk, PublicWorkspaceKey } from './seal-value.ts'
export {
  type At,
  checkSealedValue,
  MAX_CLIENT_SEALED_BYTES as maxClientSealedBytes,
  MAX_SEALED_BYTES as maxSealedBytes,
  sealedValueSize,
} from './sealed-value.ts'
export { type Signer, type SigningCertificate, statementSigner } from './statement.ts'
export type { KnownSigner, Succession } from './succession.ts'
export type { SealingKey } from './vouched-key.ts'
export { type GeneralJwe, MAX_RECIPIENTS as maxRecipients } from './workspace-key-envelope.ts'

/** Turns a value into what may be stored, for one row: a compact JWE (RFC 7516, section 7.1). */
export interface Sealer {
  /** @throws what {@link sealInNode} throws. */
  seal(at: At, value: string): Promise<string>
}

/**
 * @param keys where the current key of a workspace is read from, at every sealing.
 * @param seal what seals, where it is not to be done at once or under a key of its own.
 */
export function createSealer(
  keys: { currentKey(workspace: string): Promise<PublicWorkspaceKey> },
  seal = sealInNode,
): Sealer {
  return {
    seal: async (at, value) => seal(await keys.currentKey(at.workspace), at, value),
  }
}
