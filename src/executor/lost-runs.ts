import { randomUUID } from 'node:crypto'
import type { Logger } from '../log.ts'
import { Run, StepRun } from '../store/entities/index.ts'
import { findLostRuns, holdLostRun, type Loss } from '../store/lost-runs.ts'
import type { RunJob } from '../store/queue.ts'
import { signalRun } from '../store/run-signals.ts'
import type { Store, Tx } from '../store/store.ts'

interface LostRunsParts {
  store: Store
  log: Logger
}

// How many runs one call ends at most, each in a transaction: the clock that calls it has schedules to start.
const BATCH = 500

const ADVICE = 'Whether it had its effect is unknown: look at the other side before you run it again.'
const reasons: Readonly<Record<Loss, string>> = {
  'given up': "No worker could bring the run to its end in many attempts; the workers' log says why.",
  gone: 'The job of the run is gone from the queue, as after a backup that was restored without it.',
}

/** Ends runs that no worker would ever end: every run ends. Any number of workers may call it at once. */
export async function endLostRuns({ store, log }: LostRunsParts, stopping: AbortSignal): Promise<void> {
  try {
    for (const job of await findLostRuns(store.em(), BATCH)) {
      if (stopping.aborted) return
      const loss = await store.inTransaction((tx) => endLostRun(tx, job))
      if (loss) log.error({ run: `${job.workspace}.${job.run}`, loss }, 'run ended, it had lost its job')
    }
  } catch (err) {
    log.warn({ err }, 'runs without a job could not be ended, it will be tried again')
  }
}

/** The input is dropped unseen: nobody can redact it without what the run has learned. */
async function endLostRun(tx: Tx, job: RunJob): Promise<Loss | undefined> {
  const loss = await holdLostRun(tx, job)
  if (!loss) return undefined
  const { workspace, run } = job
  const ended = { status: 'FAILED' as const, finishedAt: new Date() }
  const stopped = { code: 'INTERRUPTED', message: `The worker stopped while this step ran. ${ADVICE}` }
  const running = await tx.find(StepRun, { workspace, run, status: 'RUNNING' }, { fields: ['key'] })
  const steps = running.map(({ key }) => ` The step ${key} was running. ${ADVICE}`).join('')
  const [first] = running
  const place = first && { at: { step: first.key } }
  const error = { code: 'INTERRUPTED', message: `${reasons[loss]}${steps}`, ...place }
  // With a claim of its own: a worker that still executes the run writes nothing any more.
  const where = { workspace, id: run }
  await tx.nativeUpdate(Run, where, { ...ended, error, sealedInput: null, claim: randomUUID() })
  await tx.nativeUpdate(StepRun, { workspace, run, status: 'RUNNING' }, { ...ended, error: stopped })
  // It waited for its next attempt: the error of the last one stays.
  await tx.nativeUpdate(StepRun, { workspace, run, status: 'QUEUED' }, { status: 'FAILED' })
  await tx.nativeUpdate(StepRun, { workspace, run }, { sealedOutput: null })
  await signalRun(tx, workspace, run)
  return loss
}
