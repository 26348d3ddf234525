import type { Logger } from '../log.ts'
import { outlast } from '../store/outage.ts'

/**
 * Does work on the database; while that is away it is done again, for as long as this worker can still hold the
 * run. What a step did cannot be undone: its result must not be lost because PostgreSQL restarts.
 */
export type Patiently = <T>(work: () => Promise<T>) => Promise<T>

/** @param claim aborts when this worker has lost the job. */
export function createPatience(log: Logger, claim: AbortSignal): Patiently {
  return (work) =>
    outlast(work, claim, (err) => log.warn({ err }, 'the database cannot do it now, the run waits for that'))
}
