import type { Store } from './store.ts'

// Runs that one transaction removes: small enough that nobody waits for it.
const BATCH = 200

/**
 * Destroys the keys of deleted workspaces and removes what is left of them. It goes on where it was, whenever a worker
 * dies; any number of workers may call it.
 *
 * @returns how many workspaces are wholly removed now.
 */
export async function purgeWorkspaces(store: Store, signal: AbortSignal): Promise<number> {
  const found = await store
    .em()
    .execute<{ id: string }[]>('select id from workspace where deleted_at is not null and purged_at is null')
  let purged = 0
  for (const { id } of found) {
    for (let left = 'more'; left === 'more' && !signal.aborted; ) {
      // A transaction of its own for each batch: what is gone stays gone.
      const [row] = await store
        .em()
        .execute<{ left: string }[]>(`select purge_workspace(?, ${BATCH}) as left`, [id])
      left = row?.left ?? 'waits'
      if (left === 'none') purged++
    }
  }
  return purged
}
