import { calculateJwkThumbprint } from 'jose'
import { AppError } from '../errors.ts'
import { readWorkspaceKeyStatement } from './key-statements.ts'
import type { PublicWorkspaceKey } from './seal-value.ts'
import { readSigningCertificate, type SigningCertificate } from './statement.ts'
import { leadsTo, type Succession } from './succession.ts'

/** A sealing key as the API gives it, with what vouches for it. */
export interface SealingKey extends PublicWorkspaceKey {
  /** The statement of the root key, or of the key that signs in its place; null: nothing vouches for the key. */
  signature?: string | null | undefined
  /** PEM of that key's certificate. */
  rootCertificate?: string | null | undefined
  successions?: readonly Succession[] | undefined
}

/** What a client remembers of a workspace's key. All of it is public. */
export interface Pin {
  /** Of the certificate whose key vouches. */
  fingerprint: string
  kid: string
  generation: number
}

export interface Trust {
  /** What this client remembers of the workspace. */
  pin?: Pin | undefined
  /** Fingerprints that it remembers of other workspaces at the same place: one root key vouches for all of them. */
  others?: readonly string[] | undefined
  /** The fingerprint that a person has given: it alone counts, over a remembered one too. */
  given?: string | undefined
}

/**
 * Checks what vouches for a sealing key, before anything is sealed with it: stops a proxy, or whoever writes to the
 * database, from putting a key of theirs in its place. Without anything remembered or given, the first key is believed.
 *
 * @returns what to remember; undefined when nothing vouches for the key and nothing was remembered or given.
 * @throws AppError KEY_MISMATCH with both fingerprints, or with the rule that failed.
 */
export async function checkSealingKey(
  workspace: string,
  key: SealingKey,
  { pin, others = [], given }: Trust,
): Promise<Pin | undefined> {
  const expected = given ?? pin?.fingerprint
  const { signature, rootCertificate } = key
  if (typeof signature !== 'string' || typeof rootCertificate !== 'string') {
    if (expected === undefined && others.length === 0) return undefined
    throw unvouched(workspace, expected ?? others.join(', '))
  }
  const certificate = await readSigningCertificate(rootCertificate)
  const { fingerprint } = certificate
  const trusted = expected === undefined ? others : [expected]
  if (trusted.length > 0 && !(await isTrusted(trusted, given, key, fingerprint))) {
    throw otherSigner(workspace, trusted.join(', '), fingerprint)
  }
  const generation = await readKey(workspace, key, certificate, signature)
  const isSame = pin && (given === undefined || given === pin.fingerprint)
  if (isSame) refuseOlder(workspace, pin, { kid: key.kid, generation })
  return { fingerprint, kid: key.kid, generation }
}

async function isTrusted(
  trusted: readonly string[],
  given: string | undefined,
  { successions = [] }: SealingKey,
  met: string,
): Promise<boolean> {
  if (trusted.includes(met)) return true
  // A person who names a fingerprint means that one.
  if (given !== undefined) return false
  for (const fingerprint of trusted) if (await leadsTo(successions, fingerprint, met)) return true
  return false
}

async function readKey(
  workspace: string,
  { kid, jwk: { kty, crv, x } }: SealingKey,
  certificate: SigningCertificate,
  signature: string,
): Promise<number> {
  // The statement is about a kid: stops another key under the kid of the right one.
  if ((await calculateJwkThumbprint({ kty, crv, x }, 'sha256')) !== kid) {
    throw new AppError('KEY_MISMATCH', `The public key of workspace ${workspace} is not the key ${kid}.`)
  }
  return readWorkspaceKeyStatement(certificate, { workspace, kid }, signature)
}

/** Stops a replaced key, whose private half may have been seen, from being served again. */
function refuseOlder(workspace: string, pin: Pin, met: { kid: string; generation: number }): void {
  const isKnown = met.kid === pin.kid && met.generation === pin.generation
  if (isKnown || (met.kid !== pin.kid && met.generation > pin.generation)) return
  throw new AppError(
    'KEY_MISMATCH',
    `The key ${met.kid} of workspace ${workspace} (number ${met.generation}) is not the one that was used before, ` +
      `${pin.kid} (number ${pin.generation}), and not a newer one. Nothing was sent.`,
  )
}

function unvouched(workspace: string, expected: string): AppError {
  return new AppError(
    'KEY_MISMATCH',
    `Nothing vouches for the key of workspace ${workspace}, and ${expected} did before. Nothing was sent. A new ` +
      'workspace is vouched for within seconds, while a worker runs.',
  )
}

function otherSigner(workspace: string, expected: string, met: string): AppError {
  return new AppError(
    'KEY_MISMATCH',
    [
      `The key of workspace ${workspace} is vouched for by another root key. Nothing was sent.`,
      `  expected: ${expected}`,
      `  found:    ${met}`,
    ].join('\n'),
  )
}
