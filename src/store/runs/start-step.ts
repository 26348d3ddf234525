import { type HotPool, valueRows, within } from './hot-pool.ts'
import type { HandedSecret, RunClaim } from './run-job.ts'

export interface StepStart extends RunClaim {
  position: number
  key: string
  attempt: number
  /** Names of all secrets that it has in hand. */
  secrets: readonly string[]
  /** What the step has in hand, for a worker that takes over. */
  sealedOutput: string | null
  /** Those whose values were handed out before: they have to be as they were. */
  handed: readonly HandedSecret[]
  /** Names of those whose values came by the outputs of earlier steps: that they are used goes on record. */
  byOutput: readonly string[]
}

/** `stale`: a secret was replaced or deleted since it was handed out, and nothing was written. */
export type Started = 'started' | 'cancelled' | 'stale'

const TYPES = [
  'int',
  'text',
  'uuid',
  'uuid',
  'int',
  'text',
  'int',
  'text[]',
  'text',
  'text[]',
  'text[]',
  'text[]',
]
const COLUMNS =
  'n, workspace, run, claim, position, key, attempt, secrets, sealed_output, names, changed, by_output'

/**
 * An attempt that had begun and goes on, as after a wait, keeps the time at which it began.
 *
 * Locks the runs' rows, so that a worker that takes one over waits for a write in progress. A row that somebody else holds
 * is skipped: a statement writes for many runs, and none may wait for another one's row.
 */
const textFor = (count: number, recordsUse: boolean): string => `
with item (${COLUMNS}) as (values ${valueRows(TYPES, count)}),
held as materialized (
  select item.*, run.cancel_requested_at is not null as cancelled, exists (
           select 1 from unnest(item.names, item.changed) as was (name, changed)
             left join secret on secret.workspace_id = item.workspace and secret.name = was.name
            where secret.updated_at is distinct from was.changed::timestamptz) as stale
    from item join run on run.workspace_id = item.workspace and run.id = item.run
   where run.claim = item.claim order by run.workspace_id, run.id for update of run skip locked),
started as (
  insert into step_run (workspace_id, run, position, key, status, attempt, secrets, sealed_output, started_at)
  select workspace, run, position, key, 'RUNNING', attempt, secrets, sealed_output, clock_timestamp()
    from held where not stale
  on conflict (workspace_id, run, position) do update
     set key = excluded.key, status = excluded.status, attempt = excluded.attempt, secrets = excluded.secrets,
         sealed_output = excluded.sealed_output, error = null, finished_at = null, log = null, progress = null,
         started_at = case when step_run.status = 'RUNNING' and step_run.attempt = excluded.attempt
                           then step_run.started_at else excluded.started_at end)
${recordsUse ? RECORD_USE : ''}
select n, case when stale then 'stale' when cancelled then 'cancelled' else 'started' end as state from held`

const RECORD_USE = `,
uses as materialized (
  select held.workspace, held.run, held.key, it.name
    from held cross join unnest(held.by_output) as it (name) where not stale),
locked as materialized (
  select secret.workspace_id, secret.name from secret
    join (select distinct workspace, name from uses) as it on secret.workspace_id = it.workspace and secret.name = it.name
   order by 1, 2 for no key update of secret skip locked),
used as (
  update secret set last_used_at = now() from locked
   where secret.workspace_id = locked.workspace_id and secret.name = locked.name),
recorded as (
  insert into audit_event (workspace_id, id, at, actor, action, target, detail)
  select workspace, uuid_of_now(), clock_timestamp(), 'run ' || workspace || '.' || run, 'secret.use', name,
         json_build_object('step', key, 'by', 'output')
    from uses)`

/**
 * @param workspace whose all of them are; absent: of any.
 * @returns for each, undefined when its run is another worker's, or its row is locked.
 */
export async function startSteps(
  pool: HotPool,
  items: readonly StepStart[],
  workspace?: string,
): Promise<(Started | undefined)[]> {
  const values = items.flatMap((it, n) => [
    n,
    it.workspace,
    it.run,
    it.claim,
    it.position,
    it.key,
    it.attempt,
    it.secrets,
    it.sealedOutput,
    it.handed.map(({ name }) => name),
    it.handed.map(({ updatedAt }) => updatedAt),
    it.byOutput,
  ])
  const recordsUse = items.some(({ byOutput }) => byOutput.length > 0)
  const name = `start-${items.length}${recordsUse ? '-use' : ''}`
  const rows = await pool.query<{ n: number; state: Started }>(
    ...within(workspace, name, () => textFor(items.length, recordsUse), values),
  )
  const states = new Map(rows.map(({ n, state }) => [n, state]))
  return items.map((_, n) => states.get(n))
}
