import { findPause } from '../store/pause.ts'
import { describePause } from '../store/pause-watch.ts'
import { readQueueHealth } from '../store/queue-health.ts'
import { listWorkers } from '../store/workers.ts'
import { type Examination, error, type Finding, ok, warning } from './check.ts'

// A job that could have begun but has waited this long (seconds) shows that there are too few workers.
const LONG_WAIT = 10 * 60

/** Whether the instance is paused, and whether its database is the one that it was. */
export async function checkPause({ store }: Examination): Promise<Finding> {
  const pause = await findPause(store.em())
  return pause ? warning('pause', describePause(pause)) : ok('pause', 'The instance is not paused.')
}

/** Finds jobs that are old, given up or abandoned, and runs without a job. */
export async function checkQueue({ store }: Examination): Promise<Finding[]> {
  const health = await readQueueHealth(store.em())
  const { waiting, active, failed, abandoned, oldestWaitingSeconds, orphanedRuns, awayWorkspaces } = health
  const findings: Finding[] = []
  if (oldestWaitingSeconds > LONG_WAIT) {
    const minutes = Math.round(oldestWaitingSeconds / 60)
    const message = `A run has waited for ${minutes} minutes: start a worker, or more of them.`
    findings.push(warning('queue', message))
  }
  if (abandoned > 0)
    findings.push(warning('queue', `${abandoned} runs wait for a worker that takes them over: start one.`))
  if (failed > 0)
    findings.push(
      error('queue', `${failed} jobs were given up after many attempts. The workers' log says why.`),
    )
  if (orphanedRuns > 0) {
    const advice = 'A dump without the table run_job leaves such runs. Start them anew.'
    findings.push(warning('queue', `${orphanedRuns} runs have no job; a worker will end them. ${advice}`))
  }
  if (awayWorkspaces > 0) {
    const which = `${awayWorkspaces} workspaces cannot be reached`
    findings.push(error('queue', `${which}: a node of the database is away, and their runs wait for it.`))
  }
  if (findings.length > 0) return findings
  return [ok('queue', `Runs that wait: ${waiting}, that are worked on: ${active}.`)]
}

/** Whether a worker runs, according to the workers' reports. */
export async function checkWorkers({ store }: Examination): Promise<Finding> {
  const workers = await listWorkers(store.em())
  const live = workers.filter((it) => it.live)
  if (live.length > 0) {
    const hosts = [...new Set(live.map((it) => it.host))].join(', ')
    return ok('workers', `Workers that run: ${live.length} (${hosts}).`)
  }
  const [last] = workers
  const seen = last
    ? `The last one, on ${last.host}, was seen ${last.seenSecondsAgo} s ago.`
    : 'None was seen in days.'
  return warning('workers', `No worker runs, so that no run begins. ${seen}`)
}
