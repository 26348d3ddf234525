import type { CacheAt, CacheRows } from './cache-rows.ts'
import type { Store } from './store.ts'

// After that (seconds) another step may begin, if the one that makes an entry is silent: its worker may have died.
const LEASE_SECONDS = 30
// Of a workspace. The oldest give way.
const MOST_ENTRIES = 1000

const AT = 'workspace_id = ? and step_type = ? and key = ?'
const valuesOf = ({ workspace, stepType, key }: CacheAt) => [workspace, stepType, key]

export function openCacheRows(store: Store): CacheRows {
  const execute = <T>(sql: string, values: readonly unknown[]) => store.em().execute<T[]>(sql, [...values])
  return {
    async read(at) {
      const [row] = await execute<{ sealed: string }>(
        `select sealed from step_cache where ${AT} and sealed is not null and expires_at > now()`,
        valuesOf(at),
      )
      return row?.sealed
    },
    async lease(at, lease) {
      const rows = await execute(
        `insert into step_cache (workspace_id, step_type, key, secrets, expires_at, lease, leased_until, created_at)
         values (?, ?, ?, '{}', now(), ?, now() + interval '${LEASE_SECONDS} seconds', now())
         on conflict (workspace_id, step_type, key) do update
            set sealed = null, lease = excluded.lease, leased_until = excluded.leased_until
          where (step_cache.sealed is null or step_cache.expires_at <= excluded.created_at)
            and (step_cache.leased_until is null or step_cache.leased_until < excluded.created_at)
         returning 1`,
        [...valuesOf(at), lease],
      )
      return rows.length > 0
    },
    async write(at, { sealed, secrets, expiresAt }) {
      await execute(
        `insert into step_cache (workspace_id, step_type, key, sealed, secrets, expires_at, created_at)
         values (?, ?, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), ?, now())
         on conflict (workspace_id, step_type, key) do update
            set sealed = excluded.sealed, secrets = excluded.secrets, expires_at = excluded.expires_at,
                created_at = excluded.created_at, lease = null, leased_until = null`,
        [...valuesOf(at), sealed, JSON.stringify(secrets), expiresAt.toISOString()],
      )
      await execute(
        `delete from step_cache where workspace_id = ? and (step_type, key) in (
           select step_type, key from step_cache where workspace_id = ?
            order by created_at desc offset ${MOST_ENTRIES})`,
        [at.workspace, at.workspace],
      )
    },
    async drop(at, sealed) {
      await execute(`delete from step_cache where ${AT} and sealed = ?`, [...valuesOf(at), sealed])
    },
    async release(at, lease) {
      await execute(`delete from step_cache where ${AT} and lease = ? and sealed is null`, [
        ...valuesOf(at),
        lease,
      ])
    },
  }
}

/**
 * Deletes entries that have expired, and those of secrets that were replaced or deleted since. No step gets such an entry
 * in the meantime, because it is sealed with what it was made from.
 *
 * @param workspace of which they are; of all, unless told.
 * @returns how many.
 */
export async function pruneStepCache(store: Store, workspace?: string): Promise<number> {
  const of = workspace === undefined ? 'true' : 'entry.workspace_id = ?'
  const rows = await store.em().execute<unknown[]>(
    `delete from step_cache as entry
      where ${of} and ((expires_at < now() and (leased_until is null or leased_until < now()))
         or exists (select 1 from unnest(entry.secrets) as made (name)
                     where not exists (select 1 from secret
                                        where secret.workspace_id = entry.workspace_id and secret.name = made.name
                                          and secret.updated_at <= entry.created_at)))
     returning 1`,
    workspace === undefined ? [] : [workspace],
  )
  return rows.length
}
