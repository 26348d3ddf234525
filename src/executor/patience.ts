import { isNodeAway } from '../database-words.ts'
import type { Logger } from '../log.ts'
import { outlast } from '../store/outage.ts'
import type { ClaimSignals } from '../store/runs/dispatcher.ts'

/**
 * Does work on the database; while that is away it is done again, for as long as this worker can still hold the
 * run. What a step did cannot be undone: its result must not be lost because PostgreSQL restarts.
 */
export type Patiently = <T>(work: () => Promise<T>) => Promise<T>

export function createPatience(
  log: Logger,
  { lost, stranded }: Pick<ClaimSignals, 'lost' | 'stranded'>,
): Patiently {
  return async (work) => {
    let isStranded = false
    try {
      return await outlast(work, lost, (err) => {
        log.warn({ err }, 'the database cannot do it now, the run waits for that')
        isStranded = isNodeAway(err)
        if (isStranded) stranded(true)
      })
    } finally {
      if (isStranded) stranded(false)
    }
  }
}
