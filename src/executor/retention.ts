import type { Logger } from '../log.ts'
import { pruneRunKeys, pruneRuns } from '../store/prune-runs.ts'
import { pruneWorkspaceKeys } from '../store/prune-workspace-keys.ts'
import type { Store } from '../store/store.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

interface RetentionParts {
  store: Store
  log: Logger
}

/**
 * Removes what has outlived its time, now and every hour.
 *
 * @param days how long runs are kept; 0 for ever.
 * @returns what ends it, and waits for the batch in hand.
 */
export function startRetention({ store, log }: RetentionParts, days: number): () => Promise<void> {
  const stopping = new AbortController()
  const round = async () => {
    try {
      await pruneRunKeys(store, new Date(Date.now() - DAY), stopping.signal)
      const before = new Date(Date.now() - days * DAY)
      const pruned = days > 0 ? await pruneRuns(store, before, stopping.signal) : 0
      if (pruned > 0) log.info({ pruned, before }, 'old runs removed')
      const keys = await pruneWorkspaceKeys(store, 'worker')
      if (keys > 0) log.info({ keys }, 'replaced workspace keys deleted')
    } catch (err) {
      log.warn({ err }, 'old runs or keys could not be removed, it will be tried again')
    }
  }
  let last = round()
  const timer = setInterval(() => {
    // A round may take over an hour, the first time on an old database.
    last = last.then(round)
  }, HOUR)
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await last
  }
}
