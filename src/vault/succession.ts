import { readNeighbour } from './key-statements.ts'
import { readSigningCertificate, type SigningCertificate } from './statement.ts'

/** That a signer named the one that came after it, with what it needs to be verified. */
export interface Succession {
  /** PEM of the signer that says so. */
  certificate: string
  /** The statement, a compact JWS. */
  statement: string
}

// Far more rotations than an instance ever sees.
const MAX_STEPS = 200

/**
 * Whether signers named one another from the one that is trusted to the one that is met. Each statement is verified
 * with the key of the one before, so that nobody without one of these keys can lengthen the chain.
 */
export async function leadsTo(
  successions: readonly Succession[],
  trusted: string,
  met: string,
): Promise<boolean> {
  const links = await Promise.all(successions.slice(0, MAX_STEPS).map(readLink))
  const reached = new Set([trusted])
  // A set grows while it is gone through.
  for (const fingerprint of reached) {
    for (const link of links) if (link?.from === fingerprint) reached.add(link.to)
  }
  return reached.has(met)
}

async function readLink({ certificate: pem, statement }: Succession) {
  try {
    const certificate = await readSigningCertificate(pem)
    const to = await readNeighbour(certificate, 'lockstep-successor', statement)
    return { from: certificate.fingerprint, to }
  } catch {
    // What does not verify says nothing.
    return undefined
  }
}

/** A signer as the database keeps it. */
export interface KnownSigner extends SigningCertificate {
  /** By which the signer before named this one. */
  endorsement?: string | null | undefined
  /** By which this one named the signer before. */
  predecessor?: string | null | undefined
  /** The recipients that this one vouches for; null until it is in force. */
  recipients?: string | null | undefined
}

/**
 * Whose statements a process trusts that holds the key of `own`: those that its key was named by itself to follow
 * or to be followed by. A row that nobody signed counts for nothing.
 *
 * A signer that is not in force yet has no statement of its own. Until then it believes whoever named it.
 */
export async function trustedSigners(
  rows: readonly KnownSigner[],
  own: SigningCertificate,
): Promise<Map<string, SigningCertificate>> {
  const trusted = new Map([[own.fingerprint, own]])
  const trust = (row: SigningCertificate) => void trusted.set(row.fingerprint, row)
  // A map grows while it is gone through.
  for (const signer of trusted.values()) {
    for (const row of rows) if (await isNamed(signer, 'lockstep-successor', row.endorsement, row)) trust(row)
  }
  let last: SigningCertificate | undefined = own
  while (last) {
    const before = await findPredecessor(rows, last)
    last = before && !trusted.has(before.fingerprint) ? before : undefined
    if (before) trust(before)
  }
  return trusted
}

async function findPredecessor(
  rows: readonly KnownSigner[],
  signer: SigningCertificate,
): Promise<KnownSigner | undefined> {
  const row = rows.find((it) => it.fingerprint === signer.fingerprint)
  for (const before of rows) {
    if (await isNamed(signer, 'lockstep-predecessor', row?.predecessor, before)) return before
    const waits = row && !row.recipients && !row.predecessor
    if (waits && (await isNamed(before, 'lockstep-successor', row.endorsement, row))) return before
  }
  return undefined
}

async function isNamed(
  by: SigningCertificate,
  typ: 'lockstep-successor' | 'lockstep-predecessor',
  statement: string | null | undefined,
  { fingerprint }: SigningCertificate,
): Promise<boolean> {
  if (!statement) return false
  return readNeighbour(by, typ, statement).then(
    (named) => named === fingerprint,
    () => false,
  )
}
