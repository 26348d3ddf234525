import type { Em, Tx } from './store.ts'

export interface SealedSecret {
  name: string
  sealed: string
}

/** Secrets of a workspace by name, from behind `after`; only those that another key than `exceptKid` sealed. */
export function listSealedSecrets(
  em: Em,
  workspace: string,
  page: { after: string; limit: number; exceptKid?: string },
): Promise<SealedSecret[]> {
  return em.execute<SealedSecret[]>(
    `select name, sealed from secret where workspace_id = ? and name > ? and kid <> ?
      order by name limit ${page.limit}`,
    [workspace, page.after, page.exceptKid ?? ''],
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
  changes: readonly (SealedSecret & { was: string })[],
): Promise<number> {
  const rows = await tx.execute<unknown[]>(
    `with changed as (select * from jsonb_to_recordset(?::jsonb) as it (name text, was text, sealed text)),
          locked as (select secret.name from secret join changed using (name)
                      where workspace_id = ? order by secret.name for update of secret)
     update secret set sealed = changed.sealed, kid = ?
       from changed join locked using (name)
      where workspace_id = ? and secret.name = changed.name and secret.sealed = changed.was
  returning 1`,
    [JSON.stringify(changes), workspace, kid, workspace],
  )
  return rows.length
}
