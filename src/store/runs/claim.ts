import type { AutomationStep, HookSignature, StepRun } from '../entities/index.ts'
import type { HotPool } from './hot-pool.ts'
import type { HandedSecret, RunClaim } from './run-job.ts'

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
}

export interface Claimed {
  runs: ClaimedRun[]
  /**
   * Whether there may be more to do than was handed out: at once (`again`), or when a place of a workspace is free
   * that has all it may have (`crowded`).
   */
  rest: 'again' | 'crowded' | null
}

interface Row extends Omit<ClaimedRun, 'createdAt' | 'startedAt' | 'secrets'> {
  created_at: Date
  started_at: Date
  secrets: HandedSecret[] | null
  rest: Claimed['rest']
}

/** How many runs are wanted. */
export interface ClaimPlaces {
  /** In this worker. */
  places: number
  /** Of one workspace, in all workers together. */
  workspace: number
  /** The workspace that was served last: those behind it come first. */
  after: string
}

/** One fetch for all free places. That the secrets handed out are used is on record when this resolves. */
export async function claimRuns(
  pool: HotPool,
  worker: string,
  { places, workspace, after }: ClaimPlaces,
): Promise<Claimed> {
  // A paused instance has no places, and neither has one whose database has just been replaced by a copy.
  const text = 'select * from claim_runs($1, case when instance_may_work() then $2::int else 0 end, $3, $4)'
  return claimedOf(await pool.query<Row>('claim-runs', text, [worker, places, workspace, after]))
}

/** The same for the runs of one workspace: no row of another one is touched. */
export async function claimRunsOf(
  pool: HotPool,
  worker: string,
  { places, most, workspace }: { places: number; most: number; workspace: string },
): Promise<Claimed> {
  const text =
    'select * from claim_runs_of($1, case when instance_may_work() then $2::int else 0 end, $3, $4)'
  return claimedOf(await pool.query<Row>('claim-runs-of', text, [worker, places, most, workspace]))
}

function claimedOf(rows: readonly Row[]): Claimed {
  const runs = rows.flatMap(({ created_at, started_at, secrets, rest, ...row }) =>
    row.run ? { ...row, createdAt: created_at, startedAt: started_at, secrets: secrets ?? [] } : [],
  )
  return { runs, rest: rows.find(({ run }) => !run)?.rest ?? null }
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
