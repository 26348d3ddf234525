import type { AuditAction, PauseReason } from './entities/index.ts'
import type { Em, Store, Tx } from './store.ts'

/** Why no run begins in the whole instance. */
export interface Pause {
  because: PauseReason
  /** Undefined: no worker or migration has noticed yet that the database is another one. */
  since: Date | undefined
}

interface Row {
  since: Date | null
  because: PauseReason | null
  moved: boolean
  strange: boolean
}

/**
 * Whether the instance is paused, or has to be because its database is not the one that it was.
 *
 * @param folder what tells the folder of an embedded database from a copy; undefined when this process does not know it.
 */
export async function findPause(em: Em, folder?: string): Promise<Pause | undefined> {
  return pauseOf(await readInstance(em, folder))
}

function pauseOf(row: Row | undefined): Pause | undefined {
  if (row?.moved) return { because: 'RESTORED', since: row.since ?? undefined }
  return row?.because && row.since ? { because: row.because, since: row.since } : undefined
}

async function readInstance(em: Em, folder: string | undefined): Promise<Row | undefined> {
  const [row] = await em.execute<(Omit<Row, 'since'> & { since: string | null })[]>(
    `select paused_at as since, paused_because as because, folder is null and ?::text is not null as strange,
            coalesce(identity <> database_identity(), true) or coalesce(folder <> ?, false) as moved
       from instance where id = 1`,
    [folder ?? null, folder ?? null],
  )
  return row && { ...row, since: row.since === null ? null : new Date(row.since) }
}

// A distributed database refuses what depends on the time within `coalesce` in an update.
const MOMENT = 'with moment as materialized (select now() as at)'

/**
 * Does what {@link findPause} does, and pauses an instance whose database is another one, until somebody resumes it. The
 * first process that knows the folder of the database notes it.
 */
export async function notePause(store: Store, folder?: string): Promise<Pause | undefined> {
  const row = await readInstance(store.em(), folder)
  if (row?.moved && row.because !== 'RESTORED') {
    await store.em().execute(
      `${MOMENT}
         update instance set paused_at = coalesce(paused_at, moment.at), paused_because = 'RESTORED' from moment where id = 1`,
    )
    return findPause(store.em(), folder)
  }
  if (row?.strange && !row.moved)
    await store.em().execute('update instance set folder = ? where id = 1 and folder is null', [folder])
  return pauseOf(row)
}

/** @param because RESTORED for a restore that nobody can see in the database, such as that of a snapshot. */
export async function pauseInstance(tx: Tx, because: PauseReason): Promise<void> {
  await tx.execute(
    `${MOMENT}
     update instance set paused_at = coalesce(paused_at, moment.at),
            paused_because = case when paused_because = 'RESTORED' then 'RESTORED' else ? end from moment where id = 1`,
    [because],
  )
}

/**
 * What {@link findPause} finds, while nobody else ends the pause: a second `resume` would take the jobs of runs that have begun since
 * the first one.
 */
export async function holdPause(tx: Tx, folder: string | undefined): Promise<Pause | undefined> {
  await tx.execute('select 1 from instance where id = 1 for update')
  // A statement of its own sees what was committed before the lock.
  return findPause(tx, folder)
}

/** Makes this database the one that works. */
export async function resumeInstance(tx: Tx, folder: string | undefined): Promise<void> {
  await tx.execute(
    `update instance set paused_at = null, paused_because = null, identity = database_identity(), folder = ?
      where id = 1`,
    [folder ?? null],
  )
}

/**
 * Takes the jobs of runs that nobody may go on with: whoever had them before the restore has gone on from there. A worker
 * then ends such a run as lost.
 *
 * @param waitingUntil also of the runs that waited, if they were started before.
 * @returns how many runs had begun, and how many waited.
 */
export async function dropJobsOfRestore(
  tx: Tx,
  waitingUntil?: Date,
): Promise<{ begun: number; waiting: number }> {
  const [row] = await tx.execute<{ begun: number; waiting: number }[]>(
    `with unfinished as materialized (
       select workspace_id, id, status from run where finished_at is null and (status = 'RUNNING' or created_at < ?)),
     dropped as (
       delete from run_job using unfinished
        where unfinished.workspace_id = run_job.workspace_id and unfinished.id = run_job.run
       returning unfinished.status)
     select count(*) filter (where status = 'RUNNING')::int as begun,
            count(*) filter (where status <> 'RUNNING')::int as waiting from dropped`,
    [waitingUntil ?? null],
  )
  return row ?? { begun: 0, waiting: 0 }
}

/** How many runs would begin now. */
export async function countWaiting(em: Em): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from run_job where given_up_at is null',
  )
  return row?.count ?? 0
}

/** Writes an audit event in every workspace, and in the log of the instance: it is about all of them. */
export async function recordForAll(
  tx: Tx,
  { actor, action, detail }: { actor: string; action: AuditAction; detail: object },
): Promise<void> {
  await tx.execute(
    `insert into audit_event (workspace_id, id, at, actor, action, target, detail)
     select id, uuid_of_now(), clock_timestamp(), ?, ?, 'instance', ?
       from (select id from workspace union all select '@instance') as log`,
    [actor, action, JSON.stringify(detail)],
  )
}
