import type { Logger } from '../log.ts'
import { dropPartitions, growPartitions, type Retention, widthOf } from '../store/partitions.ts'
import { pruneRunKeys, pruneRuns } from '../store/prune-runs.ts'
import { pruneWorkspaceKeys } from '../store/prune-workspace-keys.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import type { Store } from '../store/store.ts'

const HOUR = 60 * 60 * 1000

interface RetentionParts {
  store: Store
  log: Logger
  /** Writes who vouches for the audit log from where its partitions are dropped; without it they stay. */
  cutAudit?: (days: number) => Promise<void>
  /** Whether something may be deleted now. */
  mayWork(): boolean
}

/**
 * Removes what has outlived its time, and makes room for what comes, now and every hour.
 *
 * @returns what ends it, and waits for the batch in hand.
 */
export function startRetention(
  { store, log, mayWork, cutAudit }: RetentionParts,
  retention: Retention,
): () => Promise<void> {
  const stopping = new AbortController()
  const { runDays } = retention
  const reach = new Reach(log)
  const removeRuns = async () => {
    // Runs whose whole partition goes soon are left to it. Others are in one that stays, as those from before there
    // were partitions.
    const days = runDays + widthOf(runDays)
    const pruned = runDays > 0 ? await pruneRuns({ store, reach }, days, stopping.signal) : 0
    if (pruned > 0) log.info({ pruned, days }, 'old runs removed')
  }
  const removeKeys = async () => {
    const removed = await reach.all(
      () => listWorkspaces(store.em()),
      () => pruneWorkspaceKeys(store, 'worker'),
      (workspace) => pruneWorkspaceKeys(store, 'worker', workspace),
    )
    const keys = removed.reduce((sum, it) => sum + it, 0)
    if (keys > 0) log.info({ keys }, 'replaced workspace keys deleted')
  }
  // What changes a table needs every node of a distributed database, and what removes rows goes on without one.
  const jobs = [
    () => growPartitions({ store, log }, retention),
    async () => {
      await cutAudit?.(retention.auditDays)
      await dropPartitions({ store, log }, retention)
    },
    () => pruneRunKeys({ store, reach }, stopping.signal),
    removeRuns,
    removeKeys,
  ]
  const round = async () => {
    for (const job of jobs) {
      if (!mayWork()) return
      await job().catch((err) =>
        log.warn({ err }, 'old runs or keys could not be removed, it will be tried again'),
      )
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
