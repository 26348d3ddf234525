import type { AutomationStep, HookSignature, StepRun } from '../entities/index.ts'
import type { HotPool } from './hot-pool.ts'
import type { HandedSecret, RunClaim } from './run-job.ts'
import { type StartedStep, startedText } from './started-step.ts'

/** A run as it is handed out, with all that its first step needs. */
export interface ClaimedRun extends RunClaim {
  /** Whether a step of it has begun before: those are read by {@link readSteps}. */
  begun: boolean
  /** Whether somebody has asked to cancel it. */
  cancelled: boolean
  steps: AutomationStep[]
  hook: HookSignature | null
  /** Megabytes, perhaps: to be let go of once it is open. */
  input: string | null
  createdAt: Date
  startedAt: Date
  /** Of its first step, or of its hook: all that it names, or none. */
  secrets: HandedSecret[]
  /** The step that was started with the last write, until it does something or more is written of it: it can be taken back. */
  started: StartedStep | null
}

export interface Claimed {
  runs: ClaimedRun[]
  /**
   * Whether there may be more to do than was handed out: at once (`again`), or when a place of a workspace is free
   * that has all it may have (`crowded`).
   */
  rest: 'again' | 'crowded' | null
}

interface Row extends Omit<ClaimedRun, 'createdAt' | 'startedAt' | 'secrets' | 'started'> {
  created_at: Date
  started_at: Date
  secrets: HandedSecret[] | null
  is_started: boolean
  rest: Claimed['rest']
}

// A run with a longer input (characters, sealed) starts by itself: opening it takes a while, in which a worker may die.
const SMALL_INPUT = 64 * 1024

// What `instance_may_work` says. Of what tells the database from a copy, the cluster and the database stay the same for as long
// as a connection lasts, and PostgreSQL reads a file to tell the cluster, which takes it longer than all else that is asked here.
const MAY_WORK = `exists (select 1 from instance where id = 1 and paused_at is null
  and identity = coalesce(nullif(current_setting('lockstep.database', true), ''),
                          set_config('lockstep.database', regexp_replace(database_identity(), '[^/]*$', ''), false))
                 || 'instance'::regclass::oid)`

// A paused instance has no places, and neither has one whose database has just been replaced by a copy. What has to be signed
// is checked before anything begins.
const textBy = (claim: 'claim_runs' | 'claim_runs_of'): string => `
with claimed as materialized (
  select * from ${claim}($1, case when ${MAY_WORK} then $2::int else 0 end, $3, $4)),
started as (
  insert into step_run (workspace_id, run, position, key, status, attempt, secrets, sealed_output, started_at)
  select workspace, run, 0, steps->0->>'key', 'RUNNING', 1,
         array(select it->>'name' from json_array_elements(secrets) as it), ${startedText('claim', 'secrets')}, clock_timestamp()
    from claimed
   where not begun and not cancelled and hook is null and steps->0->>'key' is not null
     and length(input) <= ${SMALL_INPUT}
  returning run)
select claimed.*, claimed.run in (select run from started) as is_started from claimed`

/** How many runs are wanted. */
export interface ClaimPlaces {
  /** In this worker. */
  places: number
  /** Of one workspace, in all workers together. */
  workspace: number
  /** The workspace that was served last: those behind it come first. */
  after: string
}

/**
 * One fetch for all free places. That the secrets handed out are used is on record when this resolves, and so is that the
 * first step of a run has started, unless it is to be cancelled, its request has to be checked, or its input is large.
 */
export async function claimRuns(
  pool: HotPool,
  worker: string,
  { places, workspace, after }: ClaimPlaces,
): Promise<Claimed> {
  const since = performance.now()
  const values = [worker, places, workspace, after]
  return claimedOf(await pool.query<Row>('claim-runs', () => textBy('claim_runs'), values), since)
}

/** The same for the runs of one workspace: no row of another one is touched. */
export async function claimRunsOf(
  pool: HotPool,
  worker: string,
  { places, most, workspace }: { places: number; most: number; workspace: string },
): Promise<Claimed> {
  const since = performance.now()
  const values = [worker, places, most, workspace]
  return claimedOf(await pool.query<Row>('claim-runs-of', () => textBy('claim_runs_of'), values), since)
}

function claimedOf(rows: readonly Row[], since: number): Claimed {
  const runs = rows.flatMap((row) => (row.run ? claimedRun(row, since) : []))
  return { runs, rest: rows.find(({ run }) => !run)?.rest ?? null }
}

function claimedRun(
  { created_at, started_at, secrets, is_started, rest: _, ...row }: Row,
  since: number,
): ClaimedRun {
  const started = is_started ? { position: 0, since } : null
  return { ...row, createdAt: created_at, startedAt: started_at, secrets: secrets ?? [], started }
}

/** A step as the one who takes its run over needs it. */
export type ClaimedStep = Pick<
  StepRun,
  'position' | 'key' | 'status' | 'attempt' | 'error' | 'sealedOutput' | 'log' | 'progress'
> & {
  /** How long ago it ended, by the database's clock (milliseconds); null: it has not. */
  endedAgo: number | null
  /** How long ago its attempt began, by the same clock (milliseconds). */
  startedAgo: number
}

/** The steps that have begun. Their redacted outputs stay where they are: nobody needs those megabytes. */
export function readSteps(pool: HotPool, { workspace, run }: RunClaim): Promise<ClaimedStep[]> {
  return pool.query<ClaimedStep>(
    'read-steps',
    `select position, key, status, attempt, error, sealed_output as "sealedOutput", log, progress,
            (extract(epoch from clock_timestamp() - finished_at) * 1000)::float8 as "endedAgo",
            (extract(epoch from clock_timestamp() - started_at) * 1000)::float8 as "startedAgo"
       from step_run where workspace_id = $1 and run = $2 order by position`,
    [workspace, run],
  )
}
