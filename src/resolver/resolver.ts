import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { type Policy, readPolicy } from '../secret/policy.ts'
import type { Sensitive } from '../sensitive.ts'
import { AuditEvent } from '../store/entities/index.ts'
import { newRowId } from '../store/row-id.ts'
import type { HandedSecret } from '../store/runs/run-job.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Opener } from '../vault/opening.ts'

export interface ResolvedSecret {
  value: Sensitive
  /** Every one of these policies must allow where the value goes. */
  policies: readonly Policy[]
}

/** The step that asks, as the audit log names it. */
export interface ResolveRequest {
  workspace: string
  run: string
  step: string
  names: readonly string[]
}

export interface Resolver {
  /**
   * Returns the values of all secrets that one step names. Their use is recorded before any is opened. If it
   * cannot be recorded, or one of them does not exist, none is opened.
   *
   * @throws AppError SECRET_NOT_FOUND, naming every missing secret; SECRET_UNREADABLE
   */
  resolve(request: ResolveRequest): Promise<ReadonlyMap<string, ResolvedSecret>>
  /**
   * The values of secrets whose use by a step is on record already.
   *
   * @throws AppError SECRET_UNREADABLE
   */
  open(workspace: string, handed: readonly HandedSecret[]): Promise<ReadonlyMap<string, ResolvedSecret>>
}

export function createResolver({ store, opener }: { store: Store; opener: Opener }): Resolver {
  return {
    async resolve(request) {
      const { workspace, names } = request
      if (names.length === 0) return new Map()
      const rows = await store.inTransaction(async (tx) => {
        const used = await markUsed(tx, workspace, names)
        refuseMissing(names, used)
        await recordUse(tx, request)
        return used
      })
      return openAll(opener, workspace, rows)
    },
    open: (workspace, handed) => openAll(opener, workspace, handed),
  }
}

async function openAll(
  opener: Opener,
  workspace: string,
  rows: readonly SecretRow[],
): Promise<ReadonlyMap<string, ResolvedSecret>> {
  const opened = rows.map(async (row) => [row.name, await openSecret(opener, workspace, row)] as const)
  return new Map(await Promise.all(opened))
}

/**
 * The row's policy can only narrow the sealed one. This stops an attacker who can write the row, such as one in
 * the API, from sending the value to themselves: the policy that the ciphertext authenticates counts as well.
 */
async function openSecret(opener: Opener, workspace: string, row: SecretRow): Promise<ResolvedSecret> {
  const { name, sealed, policy: ofRow } = row
  const { value, policy: sealedIn } = await opener.openWithPolicy({ workspace, name }, sealed)
  return { value, policies: [ofRow, ...(sealedIn ? [sealedIn] : [])].map((it) => readStored(row, it)) }
}

/** An invalid policy allows no destination. */
function readStored({ name }: SecretRow, policy: Policy | null): Policy {
  try {
    if (policy) return readPolicy(policy)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  const advice = 'An admin can enter its value again.'
  throw new AppError('SECRET_UNREADABLE', `The policy of the secret ${name} cannot be read. ${advice}`)
}

interface SecretRow {
  name: string
  sealed: string
  policy: Policy | null
}

/**
 * One query marks and reads them all. Where somebody else holds the row, as an admin who changes it, only the time of the
 * last use stays as it was: the step need not wait, for the use goes into the audit log.
 */
function markUsed(tx: Tx, workspace: string, names: readonly string[]): Promise<SecretRow[]> {
  return tx.execute<SecretRow[]>(
    `with wanted as materialized (
       select name, sealed, policy from secret where workspace_id = ? and name in (${names.map(() => '?').join(', ')})),
     locked as materialized (
       select name from secret where workspace_id = ? and name in (select name from wanted)
        order by name for no key update skip locked),
     used as (
       update secret set last_used_at = now() from locked where secret.workspace_id = ? and secret.name = locked.name)
     select * from wanted`,
    [workspace, ...names, workspace, workspace],
  )
}

function refuseMissing(names: readonly string[], rows: readonly SecretRow[]): void {
  const missing = names.filter((name) => !rows.some((row) => row.name === name))
  if (missing.length === 0) return
  const which =
    missing.length === 1 ? `The secret ${missing[0]} does` : `The secrets ${missing.join(', ')} do`
  const advice = 'Ask an admin to add it, or change the step.'
  throw new AppError('SECRET_NOT_FOUND', `${which} not exist in this workspace. ${advice}`, {
    at: { secrets: missing },
  })
}

async function recordUse(tx: Tx, { workspace, run, step, names }: ResolveRequest): Promise<void> {
  const at = databaseTime()
  const actor = `run ${workspace}.${run}`
  const event = { workspace, at, actor, action: 'secret.use' } as const
  await tx.insertMany(
    AuditEvent,
    names.map((target) => ({ ...event, id: newRowId(), target, detail: { step } })),
  )
}
