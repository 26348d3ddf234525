import type { RunStatus, StoredError } from '../entities/index.ts'
import { MOMENT, SET_ENDED } from './ended.ts'
import { type HotPool, valueRows, within } from './hot-pool.ts'
import { raiseAlerts } from './raise-alert.ts'
import type { HandedSecret, RunClaim, StepUse } from './run-job.ts'
import { recordUses, type SecretUse, usesJson } from './secret-use.ts'
import { type StartedStep, startedText } from './started-step.ts'
import { chunksOf, lineOfEnd, PROVEN_LINE, RUN_CHANNEL } from './told.ts'

/** As JSON; null for none, or that of an earlier step, which is the same. */
export type StoredOutput = string | null | { ofStep: number }

/**
 * The outputs are redacted as JSON. That of a step that failed is for people alone, so it is not sealed for later steps:
 * what the step had in hand stays sealed. A step that failed and waits for its next attempt is QUEUED, with the error of
 * the last one and no output.
 */
export type StepResult =
  | { status: 'SUCCEEDED'; output: StoredOutput; sealedOutput: string | null; error: null }
  | { status: 'FAILED' | 'CANCELLED'; output: string | null; error: StoredError }
  | { status: 'QUEUED'; output: null; error: StoredError }

export interface RunResult {
  status: RunStatus
  /** Redacted, as JSON. */
  input: string | null
  /** Which step's stored output is the run's. */
  output: number | null
  error: StoredError | null
}

export interface NextStep extends StepUse {
  /** Whether that it starts is stored as well, at its first attempt: whoever asks for it goes on with it at once. */
  starts: boolean
}

/** What there is for the next step. */
export interface HandedStep {
  /** All secrets that it names, or none. */
  secrets: HandedSecret[]
  started: StartedStep | null
}

/** The end of a step, of a run, or of both at once. */
export interface StepEnd extends RunClaim {
  step?: { position: number; result: StepResult } | undefined
  /** What the next step names: it is put on record and handed out, unless the run is to be cancelled. */
  next?: NextStep | undefined
  ended?: RunResult | undefined
  /** What the step did with secrets, for the audit log. */
  uses?: readonly SecretUse[] | undefined
}

const COLUMNS = {
  n: 'int',
  workspace: 'text',
  run: 'uuid',
  claim: 'uuid',
  position: 'int',
  step_status: 'text',
  step_error: 'json',
  step_output: 'json',
  of_step: 'int',
  keeps_sealed: 'boolean',
  sealed_output: 'text',
  next_step: 'text',
  next_names: 'text[]',
  next_starts: 'boolean',
  run_status: 'text',
  run_error: 'json',
  run_input: 'json',
  run_output: 'int',
  uses: 'json',
  line: 'text',
  chunk: 'int',
}

/** What the statement for some ends has to do besides. */
interface Needs {
  next: boolean
  starts: boolean
  uses: boolean
  /** Whether rows of steps before the one that ends may be read or written. */
  others: boolean
  /** Whether a run failed, so that somebody may be told. */
  failed: boolean
}

const SAME_STEP =
  'result.workspace = held.workspace and result.run = held.run and result.position = held.position'

/** Locks the runs' rows as the start of a step does. */
const textFor = (count: number, needs: Needs): string => `
with item (${Object.keys(COLUMNS).join(', ')}) as (values ${valueRows(Object.values(COLUMNS), count)}),
${MOMENT},
held as materialized (
  select item.*, run.cancel_requested_at is not null as cancelled,
         case when item.run_status is not null then ${PROVEN_LINE} end as proven_line
    from item join run on run.workspace_id = item.workspace and run.id = item.run
   where run.claim = item.claim order by run.workspace_id, run.id for update of run skip locked),
${needs.others ? WITH_OTHERS : 'result as (select workspace, run, position, step_output as output from held),'}
mine as (
  update step_run
     set status = held.step_status, error = held.step_error, finished_at = moment.at, output = result.output,
         sealed_output = case when held.run_status is not null then null
                              when held.keeps_sealed then step_run.sealed_output else held.sealed_output end
    from moment, held join result on ${SAME_STEP}
   where step_run.workspace_id = held.workspace and step_run.run = held.run and step_run.position = held.position),
ended as (
  update run
     set status = held.run_status, error = held.run_error, input = held.run_input, ${SET_ENDED},
         output = case when held.run_output = held.position then result.output${needs.others ? OUTPUT_OF_OTHER : ''} end
    from moment, held left join result on ${SAME_STEP}
   where held.run_status is not null and run.workspace_id = held.workspace and run.id = held.run),
done as (
  delete from run_job using held
   where held.run_status is not null and run_job.workspace_id = held.workspace and run_job.run = held.run),
told as materialized (
  select pg_notify('${RUN_CHANNEL}', string_agg(proven_line, E'\\n')) from held where run_status is not null group by chunk)
${needs.uses ? `,${recordUses('held.uses')}` : ''}${needs.failed ? ALERTS : ''}${needs.next ? HAND_OUT : ''}${needs.starts ? startNext(needs) : ''}
select held.n, ${needs.next ? 'used.secrets' : 'null as secrets'}, (select count(*) from told) as told,
       ${needs.starts ? 'held.run in (select run from started)' : 'false'} as is_started
  from held ${needs.next ? 'left join used on used.run = held.run' : ''}`

const ALERTS = `,
alerts as (${raiseAlerts("(select workspace, run from held where run_status = 'FAILED')")})`

const WITH_OTHERS = `
result as materialized (
  select held.workspace, held.run, held.position, coalesce(held.step_output, earlier.output) as output
    from held left join step_run as earlier on earlier.workspace_id = held.workspace and earlier.run = held.run
     and earlier.position = held.of_step),
others as (
  update step_run set sealed_output = null from held
   where held.run_status is not null and step_run.workspace_id = held.workspace and step_run.run = held.run
     and step_run.position is distinct from held.position and step_run.sealed_output is not null),`

const OUTPUT_OF_OTHER = `
  else (select step_run.output from step_run where step_run.workspace_id = held.workspace
           and step_run.run = held.run and step_run.position = held.run_output)`

const HAND_OUT = `,
uses as materialized (
  select held.workspace, held.run, held.next_step, it.name
    from held cross join unnest(held.next_names) as it (name) where not held.cancelled),
used as materialized (
  select it.* from (select array_agg(workspace) as a, array_agg(run) as b, array_agg(next_step) as c,
                           array_agg(name) as d from uses) as all_uses
   cross join lateral use_secrets(all_uses.a, all_uses.b, all_uses.c, all_uses.d) as it)`

// Written twice when the answer was lost.
const startNext = ({ next }: Needs): string => `,
started as (
  insert into step_run (workspace_id, run, position, key, status, attempt, secrets, sealed_output, started_at)
  select held.workspace, held.run, held.position + 1, held.next_step, 'RUNNING', 1, held.next_names,
         ${startedText('held.claim', next ? 'used.secrets' : 'null::json')}, clock_timestamp()
    from held ${next ? 'left join used on used.run = held.run' : ''} where held.next_starts and not held.cancelled
  on conflict (workspace_id, run, position) do update set sealed_output = excluded.sealed_output
  returning run)`

/**
 * @param workspace whose all of them are; absent: of any.
 * @returns for each, what there is for its next step; undefined when its run is another worker's, or its row is locked.
 */
export async function endSteps(
  pool: HotPool,
  items: readonly StepEnd[],
  workspace?: string,
): Promise<(HandedStep | undefined)[]> {
  const lines = items.map(({ ended, step, ...job }) =>
    ended ? lineOfEnd(job, { ...ended, output: outputOf(ended, step) }) : '',
  )
  const chunks = chunksOf(lines)
  const values = items.flatMap((it, n) => [n, ...valuesOf(it), lines[n], chunks[n]])
  const needs = {
    next: items.some(({ next }) => next && next.names.length > 0),
    starts: items.some(({ next }) => next?.starts),
    uses: items.some(({ uses }) => uses && uses.length > 0),
    others: items.some(concernsOthers),
    failed: items.some(({ ended }) => ended?.status === 'FAILED'),
  }
  const wanted = Object.entries(needs).flatMap(([need, isNeeded]) => (isNeeded ? [need] : []))
  const name = ['end', items.length, ...wanted].join('-')
  const since = performance.now()
  const rows = await pool.query<{ n: number; secrets: HandedSecret[] | null; is_started: boolean }>(
    ...within(workspace, name, () => textFor(items.length, needs), values),
  )
  const handed = new Map(rows.map(({ n, ...row }) => [n, row]))
  return items.map(({ step }, n) => {
    const row = handed.get(n)
    const started = row?.is_started && step ? { position: step.position + 1, since } : null
    return row && { secrets: row.secrets ?? [], started }
  })
}

/** Whether rows of other steps are read or written: before the end of the first step no other one has begun. */
function concernsOthers({ step, ended }: StepEnd): boolean {
  return ended ? step?.position !== 0 : isOfEarlier(step?.result.output)
}

const isOfEarlier = (output: StoredOutput | undefined): output is { ofStep: number } =>
  typeof output === 'object' && output !== null

function valuesOf({ workspace, run, claim, step, next, ended, uses }: StepEnd): unknown[] {
  const { output = null, error = null } = step?.result ?? {}
  const isAsEarlier = isOfEarlier(output)
  const result = step?.result
  const sealed = result && 'sealedOutput' in result ? result.sealedOutput : undefined
  return [
    workspace,
    run,
    claim,
    step?.position ?? null,
    result?.status ?? null,
    jsonOf(error),
    isAsEarlier ? null : output,
    isAsEarlier ? output.ofStep : null,
    sealed === undefined,
    sealed ?? null,
    next?.step ?? null,
    next?.names ?? null,
    next?.starts ?? false,
    ended?.status ?? null,
    jsonOf(ended?.error),
    ended?.input ?? null,
    ended?.output ?? null,
    usesJson(uses),
  ]
}

const jsonOf = (error: StoredError | null | undefined): string | null =>
  error ? JSON.stringify(error) : null

/** The run's output, when it is the one that ends with it. */
function outputOf(ended: RunResult, step: StepEnd['step']): string | null | undefined {
  if (ended.output === null) return null
  const output = step?.position === ended.output ? step.result.output : undefined
  return isOfEarlier(output) ? undefined : output
}
