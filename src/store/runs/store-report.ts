import type { StoredLog, StoredProgress } from '../entities/index.ts'
import { type HotPool, valueRows, within } from './hot-pool.ts'
import type { RunClaim } from './run-job.ts'

/** All that a step has told of its work so far, redacted. */
export interface StoredReport {
  log: StoredLog | null
  progress: StoredProgress | null
}

export interface StepReported extends RunClaim {
  position: number
  /** The attempt that tells it, which is at work; undefined: the step has ended. */
  attempt?: number | undefined
  report: StoredReport
}

const COLUMNS = {
  n: 'int',
  workspace: 'text',
  run: 'uuid',
  claim: 'uuid',
  position: 'int',
  attempt: 'int',
  log: 'json',
  progress: 'json',
}

/** Locks the runs' rows as the end of a step does, so that the two can never wait for each other. */
const textFor = (count: number): string => `
with item (${Object.keys(COLUMNS).join(', ')}) as (values ${valueRows(Object.values(COLUMNS), count)}),
held as materialized (
  select item.* from item join run on run.workspace_id = item.workspace and run.id = item.run
   where run.claim = item.claim order by run.workspace_id, run.id for update of run skip locked),
stored as (
  update step_run set log = held.log, progress = held.progress from held
   where step_run.workspace_id = held.workspace and step_run.run = held.run and step_run.position = held.position
     and (held.attempt is null or (step_run.attempt = held.attempt and step_run.status = 'RUNNING')))
select n from held`

/**
 * @param workspace whose all of them are; absent: of any.
 * @returns for each, undefined when its run is another worker's, or its row is locked.
 */
export async function storeReports(
  pool: HotPool,
  items: readonly StepReported[],
  workspace?: string,
): Promise<(true | undefined)[]> {
  const values = items.flatMap(({ report, ...it }, n) => [
    n,
    it.workspace,
    it.run,
    it.claim,
    it.position,
    it.attempt ?? null,
    jsonOf(report.log),
    jsonOf(report.progress),
  ])
  const rows = await pool.query<{ n: number }>(
    ...within(workspace, `report-${items.length}`, () => textFor(items.length), values),
  )
  const stored = new Set(rows.map(({ n }) => n))
  return items.map((_, n) => (stored.has(n) ? true : undefined))
}

const jsonOf = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))
