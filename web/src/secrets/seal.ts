import type { Client } from 'urql'
import { AppError } from '../../../src/errors.ts'
import type { Policy } from '../../../src/secret/policy.ts'
import type { PublicJwk } from '../../../src/vault/seal-value.ts'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { SealingKeyDocument } from '../gql/graphql.ts'

/** A value that only the worker can open, or why there is none. */
export type Sealing = { sealedValue: string } | { problem: Problem }

const cannotSeal: Problem = {
  code: 'CANNOT_SEAL',
  message:
    'This browser cannot seal the value. Open Lockstep over HTTPS, in an up-to-date Chrome, Firefox, Edge or Safari.',
  canRetry: false,
}

const loadVault = () => import('../../../src/vault/seal-value.ts')

/** Fetches what sealing needs, so that it takes no time later. */
export async function prepareSealing(client: Client, workspace: string): Promise<void> {
  await Promise.allSettled([loadVault(), fetchKey(client, workspace, 'network-only')])
}

/**
 * Seals a value and its policy for the workspace's key, in the browser: what leaves it is of no use to anyone but the
 * worker.
 */
export async function sealInBrowser(
  client: Client,
  at: { workspace: string; name: string },
  value: string,
  policy: Policy,
): Promise<Sealing> {
  const answer = await fetchKey(client, at.workspace, 'cache-first')
  if (answer.error) return { problem: problemOf(answer.error) }
  const key = answer.data?.sealingKey
  if (!key || !isPublicJwk(key.jwk)) return { problem: cannotSeal }
  const vault = await loadVault().catch(() => undefined)
  if (!vault) return { problem: networkProblem() }
  try {
    return { sealedValue: await vault.sealValue({ kid: key.kid, jwk: key.jwk }, at, value, policy) }
  } catch (error) {
    if (!(error instanceof AppError)) return { problem: cannotSeal }
    return { problem: { code: error.code, message: error.message, canRetry: false } }
  }
}

/**
 * What to tell when a value was not saved. It left the form when it was sent, so it has to come again from where it
 * came from. When the API refused the seal, the workspace has another key now, which is fetched for the next attempt.
 */
export async function afterRefusal(
  client: Client,
  workspace: string,
  problem: Problem | undefined,
): Promise<Problem | undefined> {
  if (!problem) return undefined
  const again = 'Nothing was saved; the value has to be pasted again.'
  if (problem.code !== 'SEALED_VALUE_REJECTED') return { ...problem, message: `${problem.message} ${again}` }
  await fetchKey(client, workspace, 'network-only')
  return { ...problem, message: `The key of this workspace has changed meanwhile. ${again}` }
}

function fetchKey(client: Client, workspace: string, requestPolicy: 'cache-first' | 'network-only') {
  return client.query(SealingKeyDocument, { workspace }, { requestPolicy }).toPromise()
}

function isPublicJwk(jwk: unknown): jwk is PublicJwk {
  return (
    typeof jwk === 'object' &&
    jwk !== null &&
    'kty' in jwk &&
    jwk.kty === 'OKP' &&
    'crv' in jwk &&
    jwk.crv === 'X25519' &&
    'x' in jwk &&
    typeof jwk.x === 'string'
  )
}
