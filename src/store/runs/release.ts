import type { HotPool } from './hot-pool.ts'
import type { RunClaim } from './run-job.ts'
import { isStartedBy } from './started-step.ts'

// With waits of 30 seconds about 50 minutes of failures. The run is then ended as one that has lost its job.
const MOST_ATTEMPTS = 100
const LONGEST_WAIT_SECONDS = 30

const RELEASE = `
  update run_job set worker = null, claim = null, postponed = true,
         given_up_at = case when attempts > ${MOST_ATTEMPTS} then clock_timestamp() end,
         due_at = case when attempts > ${MOST_ATTEMPTS} then 'infinity' else clock_timestamp()
           + least(${LONGEST_WAIT_SECONDS}, power(2, least(attempts, 10) - 1)) * (0.5 + random() / 2) * interval '1 second' end
   where workspace_id = $1 and run = $2 and claim = $3::uuid`
const UNDO = `
  delete from step_run using released
   where step_run.workspace_id = $1 and step_run.run = released.run and ${isStartedBy('$3::uuid')}`

/**
 * Gives back the job of a run that could not be executed, to be handed out again a little later, or gives it up after
 * many attempts. Does nothing when it is another worker's.
 *
 * @param isUntouched whether nobody has done anything with a step that this claim has started: then it has not begun. Otherwise
 *   it may have had its effect, and is not done again.
 */
export async function releaseRun(
  pool: HotPool,
  { workspace, run, claim }: RunClaim,
  isUntouched: boolean,
): Promise<void> {
  const text = isUntouched ? `with released as (${RELEASE} returning run)${UNDO}` : RELEASE
  await pool.query(isUntouched ? 'release-untouched' : 'release-run', text, [workspace, run, claim])
}
