import type { Policy } from '../secret/policy.ts'
import type { Em, Tx } from './store.ts'

export interface SealedSecret {
  name: string
  sealed: string
  /** The row's, as it was read: whoever may write the row may have written anything. */
  policy: Policy | null
}

/** A value that was sealed anew, and the policy that is sealed in with it: null for none. */
export interface Resealed {
  name: string
  was: string
  sealed: string
  policy: Policy | null
}

/** Secrets of a workspace by name, from behind `after`; only those that another key than `exceptKid` sealed. */
export function listSealedSecrets(
  em: Em,
  workspace: string,
  page: { after: string; limit: number; exceptKid?: string },
): Promise<SealedSecret[]> {
  return em.execute<SealedSecret[]>(
    `select name, sealed, policy from secret where workspace_id = ? and name > ? and kid <> ?
      order by name limit ${page.limit}`,
    [workspace, page.after, page.exceptKid ?? ''],
  )
}

/**
 * Secrets of which the row says another policy than the copy of the one that is sealed in, from behind `after`.
 *
 * @param of whose they are; those of all, unless told.
 */
export function listChangedPolicies(
  em: Em,
  page: { after: { workspace: string; name: string }; limit: number },
  of?: string,
): Promise<(SealedSecret & { workspace: string })[]> {
  return em.execute<(SealedSecret & { workspace: string })[]>(
    `select workspace_id as workspace, name, sealed, policy from secret
      where ${of === undefined ? 'true' : 'workspace_id = ?'} and sealed_policy is distinct from policy and (workspace_id, name) > (?, ?)
      order by workspace_id, name limit ${page.limit}`,
    [...(of === undefined ? [] : [of]), page.after.workspace, page.after.name],
  )
}

/** How many secrets of a workspace another key than `kid` sealed. */
export async function countSecretsOfOtherKeys(em: Em, workspace: string, kid: string): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from secret where workspace_id = ? and kid <> ?',
    [workspace, kid],
  )
  return row?.count ?? 0
}

/**
 * Stores values that were sealed anew. One that was changed or deleted since it was read stays as it is now. When it
 * was changed last is not touched: its value is the same. Rows are locked in the order in which steps lock them.
 *
 * @returns how many were stored.
 */
export async function replaceSealedSecrets(
  tx: Tx,
  workspace: string,
  kid: string,
  changes: readonly Resealed[],
): Promise<number> {
  const rows = await tx.execute<unknown[]>(
    `with changed as (select * from jsonb_to_recordset(?::jsonb)
                               as it (name text, was text, sealed text, policy jsonb)),
          locked as (select secret.name from secret join changed using (name)
                      where workspace_id = ? order by secret.name for update of secret)
     update secret set sealed = changed.sealed, kid = ?, sealed_policy = nullif(changed.policy, 'null')
       from changed join locked on locked.name = changed.name
      where workspace_id = ? and secret.name = changed.name and secret.sealed = changed.was
  returning 1`,
    [JSON.stringify(changes), workspace, kid, workspace],
  )
  return rows.length
}
