import { WorkspaceKey } from './entities/index.ts'
import type { Em, Store, Tx } from './store.ts'

/** The sealed private half of a workspace's key. */
export async function findSealedWorkspaceKey(
  store: Store,
  workspace: string,
  kid: string,
): Promise<WorkspaceKey['sealedPrivateKey'] | undefined> {
  const fields = ['sealedPrivateKey'] as const
  return (await store.em().findOne(WorkspaceKey, { workspace, kid }, { fields }))?.sealedPrivateKey
}

export interface SealedWorkspaceKey {
  workspace: string
  kid: string
  sealed: object
}

/** In the order of the primary key, from behind `after`. */
export function listSealedWorkspaceKeys(
  em: Em,
  after: Pick<SealedWorkspaceKey, 'workspace' | 'kid'> | undefined,
  limit: number,
): Promise<SealedWorkspaceKey[]> {
  return em.execute<SealedWorkspaceKey[]>(
    `select workspace_id as workspace, kid, sealed_private_key as sealed from workspace_key
      where (workspace_id, kid) > (?, ?) order by workspace_id, kid limit ${limit}`,
    [after?.workspace ?? '', after?.kid ?? ''],
  )
}

/** Puts other recipients into an envelope, unless it is no longer the one that was read. */
export async function replaceSealedWorkspaceKey(
  tx: Tx,
  { workspace, kid, sealed }: SealedWorkspaceKey,
  replacement: object,
): Promise<boolean> {
  const rows = await tx.execute<unknown[]>(
    `update workspace_key set sealed_private_key = ?::jsonb
      where workspace_id = ? and kid = ? and sealed_private_key = ?::jsonb returning 1`,
    [JSON.stringify(replacement), workspace, kid, JSON.stringify(sealed)],
  )
  return rows.length > 0
}

/** How many workspace keys a certificate cannot open. */
export async function countKeysWithout(em: Em, fingerprint: string): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from workspace_key
      where not coalesce(sealed_private_key -> 'recipients' @> ?::jsonb, false)`,
    [JSON.stringify([{ header: { kid: fingerprint } }])],
  )
  return row?.count ?? 0
}

/** How many workspace keys are still sealed for a root certificate that is retired: a rotation was interrupted. */
export async function countKeysOfRetiredRoots(em: Em): Promise<number> {
  // The fingerprints first: a distributed database has them elsewhere than the keys.
  const retired = await em.execute<{ fingerprint: string }[]>(
    `select fingerprint from root_certificate where retired_at is not null and kind <> 'RECOVERY'`,
  )
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from workspace_key where exists (
       select 1 from jsonb_array_elements(sealed_private_key -> 'recipients') as it
        where it -> 'header' ->> 'kid' = any(?::text[]))`,
    [`{${retired.map(({ fingerprint }) => fingerprint).join(',')}}`],
  )
  return row?.count ?? 0
}

/** How many workspace keys each certificate opens, by fingerprint. */
export async function countKeysByRecipient(em: Em): Promise<Map<string, number>> {
  const rows = await em.execute<{ fingerprint: string; count: number }[]>(
    `select it -> 'header' ->> 'kid' as fingerprint, count(*)::int as count
       from workspace_key, jsonb_array_elements(sealed_private_key -> 'recipients') as it group by 1`,
  )
  return new Map(rows.map(({ fingerprint, count }) => [fingerprint, count]))
}
