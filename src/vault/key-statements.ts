import {
  readStatement,
  refusal,
  type Signer,
  type SigningCertificate,
  type StatementType,
  signStatement,
} from './statement.ts'

const seconds = (now: Date): number => Math.floor(now.getTime() / 1000)

/** That a public key is a workspace's. */
export interface KeyStatement {
  workspace: string
  /** The thumbprint of the key (RFC 7638). */
  kid: string
  /** 1 for a workspace's first key, one more with each rotation: an older key never passes for the newer. */
  generation: number
}

export function signWorkspaceKey(
  signer: Signer,
  { workspace, kid, generation }: KeyStatement,
  now = new Date(),
): Promise<string> {
  const payload = { kid, ws: workspace, generation, iat: seconds(now) }
  return signStatement(signer, 'lockstep-workspace-key', payload)
}

/**
 * Verifies what vouches for the key of a workspace.
 *
 * @returns its generation.
 * @throws AppError KEY_MISMATCH that says which rule failed.
 */
export async function readWorkspaceKeyStatement(
  certificate: SigningCertificate,
  at: { workspace: string; kid: string },
  statement: string,
): Promise<number> {
  const members = ['kid', 'ws', 'generation', 'iat']
  const content = await readStatement(certificate, 'lockstep-workspace-key', statement, members)
  const { kid, ws, generation } = content
  // Stops a key of another workspace, whose members could then read what is sealed.
  if (ws !== at.workspace) throw refusal(`it is about the workspace ${String(ws)}, not ${at.workspace}`)
  if (kid !== at.kid) throw refusal(`it is about the key ${String(kid)}, not ${at.kid}`)
  if (!isCount(generation)) throw refusal('its generation must be a whole number from 1')
  return generation
}

/** Whom workspace keys are sealed for: root and recovery certificates. */
export interface RecipientsStatement {
  /** Fingerprints, sorted. */
  recipients: string[]
  /** One more with each change. */
  version: number
}

export function signRecipients(
  signer: Signer,
  { recipients, version }: RecipientsStatement,
  now = new Date(),
): Promise<string> {
  const sorted = [...new Set(recipients)].sort((one, other) => (one < other ? -1 : 1))
  const payload = { recipients: sorted, version, iat: seconds(now) }
  return signStatement(signer, 'lockstep-recipients', payload)
}

/** @throws AppError KEY_MISMATCH that says which rule failed. */
export async function readRecipients(
  certificate: SigningCertificate,
  statement: string,
): Promise<RecipientsStatement> {
  const members = ['recipients', 'version', 'iat']
  const content = await readStatement(certificate, 'lockstep-recipients', statement, members)
  const { recipients, version } = content
  const isList = Array.isArray(recipients) && recipients.every((it): it is string => typeof it === 'string')
  if (!isList || !isCount(version)) throw refusal('its recipients or its version are malformed')
  return { recipients, version }
}

type Neighbour = Extract<StatementType, 'lockstep-successor' | 'lockstep-predecessor'>

/** That another key signs after this one, or that this one goes on with what another has signed. */
export function signNeighbour(signer: Signer, typ: Neighbour, fingerprint: string): Promise<string> {
  return signStatement(signer, typ, { fingerprint, iat: seconds(new Date()) })
}

/** @returns the other's fingerprint. @throws AppError KEY_MISMATCH that says which rule failed. */
export async function readNeighbour(
  certificate: SigningCertificate,
  typ: Neighbour,
  statement: string,
): Promise<string> {
  const { fingerprint } = await readStatement(certificate, typ, statement, ['fingerprint', 'iat'])
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{64}$/.test(fingerprint)) {
    throw refusal('its fingerprint is malformed')
  }
  return fingerprint
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
