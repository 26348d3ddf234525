import { isNodeAway } from '../database-words.ts'
import type { Logger } from '../log.ts'
import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { RunJob, RunQueue } from '../store/queue.ts'
import { endLostRun, holdLostRun, type Loss } from '../store/runs/lost.ts'
import type { Store, Tx } from '../store/store.ts'

interface LostRunsParts {
  store: Store
  queue: Pick<RunQueue, 'findLost'>
  log: Logger
  metrics?: Pick<WorkerMetrics, 'runEnded'>
}

const ADVICE = 'Whether it had its effect is unknown: look at the other side before you run it again.'
const reasons: Readonly<Record<Loss, string>> = {
  'given up': "No worker could bring the run to its end in many attempts; the workers' log says why.",
  gone: 'The job of the run is gone from the queue, as after a backup that was restored without it.',
}

/** Ends runs that no worker would ever end: every run ends. Any number of workers may call it at once. */
export async function endLostRuns(
  { store, queue, log, metrics }: LostRunsParts,
  stopping: AbortSignal,
): Promise<void> {
  try {
    for (const job of await queue.findLost()) {
      if (stopping.aborted) return
      const loss = await store.inTransaction((tx) => endIfLost(tx, job)).catch(unlessNodeAway(log))
      if (!loss) continue
      metrics?.runEnded('FAILED', 'INTERRUPTED', undefined)
      log.error({ run: `${job.workspace}.${job.run}`, loss }, 'run ended, it had lost its job')
    }
  } catch (err) {
    log.warn({ err }, 'runs without a job could not be ended, it will be tried again')
  }
}

/** One that cannot be reached any more keeps no other from its end. */
const unlessNodeAway = (log: Logger) => (err: unknown) => {
  if (!isNodeAway(err)) throw err
  log.warn({ err }, 'a run without a job could not be ended, it will be tried again')
  return undefined
}

/** The input is dropped unseen: nobody can redact it without what the run has learned. */
async function endIfLost(tx: Tx, job: RunJob): Promise<Loss | undefined> {
  const lost = await holdLostRun(tx, job)
  if (!lost) return undefined
  const { loss, running } = lost
  const stopped = { code: 'INTERRUPTED', message: `The worker stopped while this step ran. ${ADVICE}` }
  const steps = running.map((key) => ` The step ${key} was running. ${ADVICE}`).join('')
  const [first] = running
  const place = first !== undefined && { at: { step: first } }
  await endLostRun(tx, job, { code: 'INTERRUPTED', message: `${reasons[loss]}${steps}`, ...place }, stopped)
  return loss
}
