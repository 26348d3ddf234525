import { setTimeout as sleep } from 'node:timers/promises'
import { INSTANCE } from './entities/index.ts'
import { PRUNE_LOCK } from './locks.ts'
import { listWorkspaces, type Reach } from './reach.ts'
import type { Store, Tx } from './store.ts'

// Rows that one statement deletes at most: what it locks and writes stays small beside the work of the runs.
const BATCH = 1000
// Between two batches (milliseconds), so that they do not take the disk from everybody else.
const PAUSE = 100

/**
 * Deletes runs that have ended and were started more than so many days ago, with their steps; audit events stay. The
 * database counts the days.
 *
 * @returns how many runs it deleted.
 */
export function pruneRuns(parts: PruneParts, days: number, stopping: AbortSignal): Promise<number> {
  return prune(parts, stopping, (tx, workspace) => deleteRuns(tx, workspace, days))
}

/** Deletes callers' keys that were used more than a day ago. */
export function pruneRunKeys(parts: PruneParts, stopping: AbortSignal): Promise<number> {
  return prune(parts, stopping, deleteKeys)
}

interface PruneParts {
  store: Store
  reach: Reach
}

/** Batch by batch, each a transaction. Any number of workers may call it: one of them at a time deletes. */
async function prune(
  { store, reach }: PruneParts,
  stopping: AbortSignal,
  deleteBatch: (tx: Tx, workspace: string) => Promise<number>,
): Promise<number> {
  let pruned = 0
  for (const id of [...(await listWorkspaces(store.em())), INSTANCE]) {
    for (let count = BATCH; count === BATCH; ) {
      if (stopping.aborted) return pruned
      const batch = () => inTurn(store, (tx) => deleteBatch(tx, id))
      const deleted = await reach.within(id, batch)
      if (deleted === undefined) break
      if (deleted === 'elsewhere') return pruned
      count = deleted
      pruned += deleted
      if (count === BATCH) await sleep(PAUSE, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
  return pruned
}

/** @returns `elsewhere` when another worker is at it, or the instance is paused. */
async function inTurn<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T | 'elsewhere'> {
  return store.inTransaction(async (tx) => {
    const [lock] = await tx.execute<{ held: boolean }[]>(
      'select instance_may_work() and pg_try_advisory_xact_lock(?) as held',
      [PRUNE_LOCK],
    )
    return lock?.held ? work(tx) : 'elsewhere'
  })
}

async function deleteRuns(tx: Tx, workspace: string, days: number): Promise<number> {
  const old = await tx.execute<{ id: string }[]>(
    `select id from run where workspace_id = ? and created_at < now() - make_interval(days => ?) and finished_at is not null
      order by created_at limit ${BATCH}`,
    [workspace, days],
  )
  if (old.length === 0) return 0
  const ids = `{${old.map(({ id }) => id).join(',')}}`
  for (let count = BATCH; count === BATCH; ) {
    const steps = await tx.execute<unknown[]>(
      `delete from step_run where (workspace_id, run, position) in (
         select workspace_id, run, position from step_run where workspace_id = ? and run = any(?::uuid[])
          limit ${BATCH}) returning 1`,
      [workspace, ids],
    )
    count = steps.length
  }
  for (const table of ['run_file_chunk', 'run_file']) {
    await tx.execute(`delete from ${table} where workspace_id = ? and run = any(?::uuid[])`, [workspace, ids])
  }
  await tx.execute('delete from run where workspace_id = ? and id = any(?::uuid[])', [workspace, ids])
  return old.length
}

async function deleteKeys(tx: Tx, workspace: string): Promise<number> {
  const others = await tx.execute<unknown[]>(
    `delete from idempotency_key where (workspace_id, key_hash) in (
       select workspace_id, key_hash from idempotency_key where workspace_id = ? and created_at < now() - interval '1 day'
        limit ${BATCH}) returning 1`,
    [workspace],
  )
  const deleted = await tx.execute<unknown[]>(
    `delete from run_key where (workspace_id, automation, key_hash) in (
       select workspace_id, automation, key_hash from run_key where workspace_id = ? and created_at < now() - interval '1 day'
        limit ${BATCH}) returning 1`,
    [workspace],
  )
  return Math.max(deleted.length, others.length)
}
