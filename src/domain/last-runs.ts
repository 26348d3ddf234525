import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'

/** What the newest run of an automation that has ended was started with, and what its steps gave, redacted. */
export interface LastRun {
  input: unknown
  /** Of the steps that succeeded, by their keys. */
  outputs: ReadonlyMap<string, unknown>
}

// Samples may be large, so one statement reads only so many runs.
const MAX_AT_ONCE = 50

// An index gives the newest runs of one status in order. So it is searched once for each status, and before that once for any run
// at all: many automations of a long list have never run, and each search looks into every partition.
const newestEnded = statement(
  `select newest.id from unnest($2::uuid[]) as wanted(automation) cross join lateral (
      select true from run where workspace_id = $1 and automation = wanted.automation limit 1
    ) ran cross join lateral (
      select found.id from (values ('SUCCEEDED'), ('FAILED'), ('CANCELLED')) as ended(status) cross join lateral (
        select id from run where workspace_id = $1 and automation = wanted.automation and status = ended.status
          order by id desc limit 1
      ) found order by found.id desc limit 1
    ) newest`,
)
const inputsOfRuns = statement(
  'select id, automation, input from run where workspace_id = $1 and id = any ($2)',
)
// What a step that failed gave is no sample: later steps get nothing of it.
const outputsOfRuns = statement(
  `select run, key, output from step_run where workspace_id = $1 and run = any ($2) and status = 'SUCCEEDED'`,
)

/** By the ids of the automations. One that has no such run is not in it. */
export async function lastRunsOf(
  store: Store,
  workspace: string,
  automations: readonly string[],
): Promise<ReadonlyMap<string, LastRun>> {
  const ended = await store.read<{ id: string }>(newestEnded, [workspace, automations])
  const runs = ended.map(({ id }) => id)
  const found = new Map<string, LastRun>()
  for (let i = 0; i < runs.length; i += MAX_AT_ONCE)
    await readRuns(store, workspace, runs.slice(i, i + MAX_AT_ONCE), found)
  return found
}

async function readRuns(
  store: Store,
  workspace: string,
  ids: readonly string[],
  into: Map<string, LastRun>,
): Promise<void> {
  const [runs, steps] = await Promise.all([
    store.read<{ id: string; automation: string; input: unknown }>(inputsOfRuns, [workspace, ids]),
    store.read<{ run: string; key: string; output: unknown }>(outputsOfRuns, [workspace, ids]),
  ])
  const byRun = Map.groupBy(steps, ({ run }) => run)
  for (const { id, automation, input } of runs) {
    const outputs = new Map(byRun.get(id)?.map(({ key, output }) => [key, output]))
    into.set(automation, { input, outputs })
  }
}
