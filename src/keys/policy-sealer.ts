import { currentKey, type KeyCheck } from '../domain/workspace-keys.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { isNoWider, type Policy, readPolicy } from '../secret/policy.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import {
  listChangedPolicies,
  type Resealed,
  replaceSealedSecrets,
  type SealedSecret,
} from '../store/sealed-secrets.ts'
import type { Store } from '../store/store.ts'
import type { Opener } from '../vault/opening.ts'
import { type PublicWorkspaceKey, sealInNode } from '../vault/sealing.ts'

/** How a row's policy relates to the sealed one, or why the sealed one cannot be read. */
export type PolicyState =
  | { state: 'same' | 'missing' | 'narrower' | 'wider'; policy: Policy; value: string }
  | { state: 'unreadable'; reason: string }

/** Opens a value and compares its row's policy with the one that the ciphertext authenticates. */
export async function examinePolicy(
  opener: Opener,
  workspace: string,
  { name, sealed, policy: ofRow }: SealedSecret,
): Promise<PolicyState> {
  try {
    const { value, policy: sealedIn } = await opener.openWithPolicy({ workspace, name }, sealed)
    const policy = readStored(name, ofRow)
    const opened = { policy, value: value.reveal() }
    if (!sealedIn) return { state: 'missing', ...opened }
    const authenticated = readStored(name, sealedIn)
    if (!isNoWider(policy, authenticated)) return { state: 'wider', ...opened }
    return { state: isNoWider(authenticated, policy) ? 'same' : 'narrower', ...opened }
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') {
      return { state: 'unreadable', reason: error.message }
    }
    throw error
  }
}

function readStored(name: string, policy: Policy | null): Policy {
  try {
    if (policy) return readPolicy(policy)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  throw new AppError('SECRET_UNREADABLE', `The policy of the secret ${name} cannot be read.`)
}

/**
 * The value sealed again with its row's policy, unless the row allows more than the sealed policy. This stops an
 * attacker who can write the row from having a worker seal a wider policy.
 */
export async function sealAnew(
  key: PublicWorkspaceKey,
  workspace: string,
  { name, sealed: was }: SealedSecret,
  examined: PolicyState,
): Promise<Resealed | { name: string; reason: string }> {
  if (examined.state === 'unreadable') return { name, reason: examined.reason }
  if (examined.state === 'wider') return { name, reason: widerThanSealed(name) }
  const { policy, value } = examined
  return { name, was, policy, sealed: await sealInNode(key, { workspace, name }, value, policy) }
}

export const widerThanSealed = (name: string): string =>
  `The policy of the secret ${name} allows more than the one that is sealed in with its value, which is the one that ` +
  'counts. An admin can narrow it, or enter the value again.'

const BATCH = 100
// The rest waits for the next run of the clock.
const MOST_AT_ONCE = 2000

export interface PolicySealer {
  /**
   * Seals the policies of rows that changed since the last time. A secret for which this fails is skipped and
   * logged once.
   */
  sealChanged(stopping: AbortSignal): Promise<void>
}

interface PolicySealerParts {
  store: Store
  opener: Opener
  /** Stops a key that an attacker wrote into the database from sealing opened values. */
  isVouched: KeyCheck
  log: Logger
}

export function createPolicySealer(parts: PolicySealerParts): PolicySealer {
  const { store, log } = parts
  // The skipped secrets, each with its sealed value and its policy at that time.
  const left = new Map<string, string>()
  const reach = new Reach(log)
  const seal = async (stopping: AbortSignal, of?: string) => {
    let after = { workspace: '', name: '' }
    for (let count = 0; count < MOST_AT_ONCE && !stopping.aborted; ) {
      const rows = await listChangedPolicies(store.em(), { after, limit: BATCH }, of)
      const last = rows.at(-1)
      if (!last) return
      const news = rows.filter((row) => left.get(keyOf(row)) !== stateOf(row))
      for (const [workspace, those] of Map.groupBy(news, (row) => row.workspace)) {
        const reasons = await sealRows(parts, workspace, those)
        for (const row of those.filter(({ name }) => reasons.has(name))) {
          left.set(keyOf(row), stateOf(row))
          log.warn({ workspace, secret: row.name, reason: reasons.get(row.name) }, 'policy not sealed in')
        }
      }
      after = last
      count += news.length
    }
  }
  return {
    async sealChanged(stopping) {
      await reach.all(
        () => listWorkspaces(store.em()),
        () => seal(stopping),
        (workspace) => seal(stopping, workspace),
      )
    },
  }
}

const keyOf = (row: { workspace: string; name: string }) => `${row.workspace}/${row.name}`
const stateOf = ({ sealed, policy }: SealedSecret) => `${JSON.stringify(policy)} ${sealed.slice(-32)}`

/** @returns why policies could not be sealed, by name of the secret. */
async function sealRows(
  { store, opener, isVouched }: PolicySealerParts,
  workspace: string,
  rows: readonly SealedSecret[],
): Promise<ReadonlyMap<string, string>> {
  const key = await currentKey(store.em(), workspace, isVouched)
  const work = rows.map(async (row) =>
    sealAnew(key, workspace, row, await examinePolicy(opener, workspace, row)),
  )
  const sealed = await Promise.all(work)
  const changes = sealed.filter((it) => 'was' in it)
  await store.inTransaction((tx) => replaceSealedSecrets(tx, workspace, key.kid, changes))
  return new Map(sealed.flatMap((it) => ('reason' in it ? [[it.name, it.reason] as const] : [])))
}
