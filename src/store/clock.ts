import type { Job, PgBoss } from 'pg-boss'

const QUEUE = 'clock'

/** How soon after a full minute the clock strikes: pg-boss looks every 30 seconds by default, and passes on every 5. */
export const clockIntervals = { cronMonitorIntervalSeconds: 5, cronWorkerIntervalSeconds: 2 }

const settings = {
  heartbeatSeconds: 10,
  retryLimit: 3,
  retryDelay: 1,
  deleteAfterSeconds: 60 * 60,
  notify: true,
}

export async function createClock(boss: PgBoss): Promise<void> {
  await boss.createQueue(QUEUE, settings)
  await boss.updateQueue(QUEUE, settings)
}

/** Calls `handle` now and every minute, in one of the processes that ask for it. */
export async function startClock(
  boss: PgBoss,
  handle: (stopping: AbortSignal) => Promise<void>,
): Promise<void> {
  // What has gathered meanwhile is one call.
  await boss.work(QUEUE, { batchSize: 100, notifyPollingIntervalSeconds: 5 }, (jobs: Job[]) =>
    handle(AbortSignal.any(jobs.map(({ signal }) => signal))),
  )
  // Anew at every start, so that a queue that lost it has it again.
  await boss.schedule(QUEUE, '* * * * *')
  await boss.send(QUEUE, {})
}
