import type { Client } from 'urql'
import { AppError } from '../../../src/errors.ts'
import type { Policy } from '../../../src/secret/policy.ts'
import type { PublicWorkspaceKey } from '../../../src/vault/seal-value.ts'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { SealingKeyDocument } from '../gql/graphql.ts'
import { checkVouching, loadCheck, sealingKeyIn } from '../keys/vouching.ts'

/** A value that only the worker can open, or why there is none. */
export type Sealing = { sealedValue: string } | { problem: Problem }

const cannotSeal: Problem = {
  code: 'CANNOT_SEAL',
  message:
    'This browser cannot seal the value. Open Lockstep over HTTPS, in an up-to-date Chrome, Firefox, Edge or Safari.',
  canRetry: false,
}

const loadVault = () => import('../../../src/vault/seal-value.ts')

/** Loads what sealing needs, so that saving takes no longer. */
export async function prepareSealing(client: Client, workspace: string): Promise<void> {
  await Promise.allSettled([loadVault(), loadCheck(), fetchKey(client, workspace, 'network-only')])
}

/**
 * Seals a value and its policy for the workspace's key, in the browser. What leaves the browser only the worker can
 * open.
 */
export async function sealInBrowser(
  client: Client,
  at: { workspace: string; name: string },
  value: string,
  policy: Policy,
): Promise<Sealing> {
  const vault = await loadVault().catch(() => undefined)
  if (!vault) return { problem: networkProblem() }
  try {
    const key = await findKey(client, at.workspace)
    if ('problem' in key) return key
    return { sealedValue: await vault.sealValue(key, at, value, policy) }
  } catch (error) {
    if (!(error instanceof AppError)) return { problem: cannotSeal }
    return { problem: { code: error.code, message: error.message, canRetry: false } }
  }
}

/**
 * The problem to show when a value was not saved. What was typed stays in the form. When the API refused the seal, the
 * workspace has another key now, which is loaded for the next attempt.
 */
export async function afterRefusal(
  client: Client,
  workspace: string,
  problem: Problem | undefined,
): Promise<Problem | undefined> {
  if (!problem) return undefined
  const again = 'Nothing was saved, and the value is still in its field.'
  if (problem.code !== 'SEALED_VALUE_REJECTED') return { ...problem, message: `${problem.message} ${again}` }
  await fetchKey(client, workspace, 'network-only')
  return { ...problem, message: `The key of this workspace has changed meanwhile. ${again} Save again.` }
}

function fetchKey(client: Client, workspace: string, requestPolicy: 'cache-first' | 'network-only') {
  return client.query(SealingKeyDocument, { workspace }, { requestPolicy }).toPromise()
}

/**
 * The workspace's key, once its signature was checked. A refused key from the cache is loaded again and checked once
 * more.
 */
async function findKey(
  client: Client,
  workspace: string,
): Promise<PublicWorkspaceKey | { problem: Problem }> {
  let refused: Problem = cannotSeal
  for (const requestPolicy of ['cache-first', 'network-only'] as const) {
    const answer = await fetchKey(client, workspace, requestPolicy)
    if (answer.error) return { problem: problemOf(answer.error) }
    const key = sealingKeyIn(answer.data)
    if (!key) return { problem: cannotSeal }
    const vouching = await checkVouching(workspace, key)
    if (vouching.state !== 'refused') return { kid: key.kid, jwk: key.jwk }
    const advice = 'Nothing was saved. An admin compares the fingerprints under Keys.'
    refused = { code: 'KEY_MISMATCH', message: `${vouching.message} ${advice}`, canRetry: false }
  }
  return { problem: refused }
}
