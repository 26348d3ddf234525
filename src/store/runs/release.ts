import type { HotPool } from './hot-pool.ts'
import type { RunClaim } from './run-job.ts'

// With waits of 30 seconds about 50 minutes of failures. The run is then ended as one that has lost its job.
const MOST_ATTEMPTS = 100
const LONGEST_WAIT_SECONDS = 30

/**
 * Gives back the job of a run that could not be executed, to be handed out again a little later, or gives it up after
 * many attempts. Does nothing when it is another worker's.
 */
export async function releaseRun(pool: HotPool, { workspace, run, claim }: RunClaim): Promise<void> {
  await pool.query(
    'release-run',
    `update run_job set worker = null, claim = null, postponed = true,
            given_up_at = case when attempts > ${MOST_ATTEMPTS} then clock_timestamp() end,
            due_at = case when attempts > ${MOST_ATTEMPTS} then 'infinity' else clock_timestamp()
              + least(${LONGEST_WAIT_SECONDS}, power(2, least(attempts, 10) - 1)) * (0.5 + random() / 2) * interval '1 second' end
      where workspace_id = $1 and run = $2 and claim = $3`,
    [workspace, run, claim],
  )
}
