import { fromKysely, type Job, PgBoss } from 'pg-boss'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { clockIntervals, createClock, startClock } from './clock.ts'
import { judgeAfterOutage } from './dead-workers.ts'
import { holdGroupLimit } from './group-limit.ts'
import type { Tx } from './store.ts'

const QUEUE = 'runs'

/** What a job holds: which run to execute. Everything else is read from the store. */
export interface RunJob {
  workspace: string
  run: string
}

/** How many jobs are worked on at once. */
export interface QueueLimits {
  /** In this process. */
  worker: number
  /** Of one workspace, in all processes: the others' jobs do not wait behind its own. */
  workspace: number
}

export interface RunQueue {
  /** Adds the run's one job in the caller's transaction: either both exist or neither. */
  enqueue(tx: Tx, job: RunJob): Promise<void>
  /**
   * Gives a job in hand back, in the caller's transaction: it is handed out again after so many seconds, or a little
   * earlier. Its place is free meanwhile.
   */
  postpone(tx: Tx, job: RunJob, seconds: number): Promise<void>
  /** Hands a job that waits out now, even when its workspace has all the places it may have. */
  wake(tx: Tx, job: RunJob): Promise<void>
  /**
   * Hands jobs to `handle` until {@link RunQueue.close}. A job whose worker died, or whose `handle` threw,
   * is handed out again, until it has been given up after many attempts.
   */
  work(limits: QueueLimits, handle: (job: RunJob, claim: AbortSignal) => Promise<void>): Promise<void>
  /** Calls `handle` now and every minute, in one of the workers that ask for it, until {@link RunQueue.close}. */
  everyMinute(handle: (stopping: AbortSignal) => Promise<void>): Promise<void>
  /** Waits for the jobs in hand, at most `graceSeconds`. */
  close(graceSeconds?: number): Promise<void>
}

interface QueueOptions {
  url: Sensitive
  log: Logger
  /** A worker listens for jobs and watches for dead workers; a producer only adds jobs. */
  role: 'worker' | 'producer'
}

// A worker that has missed its heartbeats for so long (seconds) is taken for dead. pg-boss allows 10 at least.
const HEARTBEAT_SECONDS = 10
// Two that do not arrive are no death yet (seconds).
const HEARTBEAT_EVERY_SECONDS = 3
// How often dead workers are looked for. When the worker that looked last dies, it is up to twice as long.
const SUPERVISE_SECONDS = 3
// How often a slot looks for jobs by itself. A new job wakes it at once, but a job that is handed out again
// (of a dead worker, or after a failure) notifies nobody, and by default pg-boss looks only every 30 seconds.
const LOOK_SECONDS = 4
// The same while the connection that listens for new jobs is down.
const LOOK_UNNOTIFIED_SECONDS = 2
// Longer than any run may take; the heartbeat is what finds dead workers.
const EXPIRE_SECONDS = 24 * 60 * 60

function createBoss({ url, log, role }: QueueOptions, migrate: boolean): PgBoss {
  const worker = role === 'worker'
  const boss = new PgBoss({
    connectionString: url.reveal(),
    max: worker ? 4 : 1,
    migrate,
    createSchema: migrate,
    supervise: worker,
    schedule: worker,
    ...clockIntervals,
    useListenNotify: worker,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    instanceName: role,
  })
  boss.on('error', (err) => log.error({ err }, 'queue error'))
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'queue warning'))
  return boss
}

/** Creates or updates the queue's own tables. Safe to run in several processes at once. */
export async function migrateQueue(url: Sensitive, log: Logger): Promise<void> {
  const boss = createBoss({ url, log, role: 'producer' }, true)
  await boss.start()
  try {
    const settings = {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      // With these delays about 50 minutes of failures. The run is then ended as one that has lost its job.
      retryLimit: 100,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 30,
      deleteAfterSeconds: 24 * 60 * 60,
      notify: true,
    }
    await boss.createQueue(QUEUE, settings)
    await boss.updateQueue(QUEUE, settings)
    await createClock(boss)
  } finally {
    await boss.stop({ graceful: false })
  }
}

/** @throws when the database is away or {@link migrateQueue} has not run. */
export async function openQueue(options: QueueOptions): Promise<RunQueue> {
  const boss = createBoss(options, false)
  await boss.start()
  return {
    async enqueue(tx, { workspace, run }) {
      // The run's id is the job's: a run cannot have two jobs.
      const job: RunJob = { workspace, run }
      await boss.send(QUEUE, job, { id: run, group: { id: workspace }, db: transactionOf(tx) })
    },
    async postpone(tx, { run }, seconds) {
      // As pg-boss does with a job that failed: the attempt counts, so that what its worker still has to say about
      // it does not reach the next one. But it is none of those that are allowed.
      await tx.execute(
        `update pgboss.job set state = 'retry', heartbeat_on = null, retry_limit = retry_limit + 1,
                start_after = now() + ? * interval '1s'
          where name = ? and id = ? and state = 'active'`,
        [Math.max(0, seconds - LOOK_SECONDS), QUEUE, run],
      )
    },
    async wake(tx, { workspace, run }) {
      const group = { id: `${workspace}.woken` }
      await boss.update(QUEUE, undefined, {
        id: run,
        startAfter: 0,
        priority: 1,
        group,
        db: transactionOf(tx),
      })
    },
    async work(limits, handle) {
      judgeAfterOutage(boss, HEARTBEAT_SECONDS)
      holdGroupLimit(boss, limits.workspace)
      for (let slot = 0; slot < limits.worker; slot++) await addSlot(boss, limits.workspace, handle)
    },
    everyMinute: (handle) => startClock(boss, handle),
    close: (graceSeconds = 20) => boss.stop({ graceful: true, timeout: graceSeconds * 1000 }),
  }
}

function transactionOf(tx: Tx): ReturnType<typeof fromKysely> {
  const transaction = tx.getTransactionContext<Parameters<typeof fromKysely>[0]>()
  if (!transaction) throw new TypeError('the queue needs a transaction')
  return fromKysely(transaction)
}

/** One slot is a pg-boss worker of its own, so that a long run delays no other. */
async function addSlot(
  boss: PgBoss,
  groupConcurrency: number,
  handle: (job: RunJob, claim: AbortSignal) => Promise<void>,
): Promise<void> {
  const slot: { id?: string } = {}
  slot.id = await boss.work(
    QUEUE,
    {
      batchSize: 1,
      groupConcurrency,
      heartbeatRefreshSeconds: HEARTBEAT_EVERY_SECONDS,
      pollingIntervalSeconds: LOOK_UNNOTIFIED_SECONDS,
      notifyPollingIntervalSeconds: LOOK_SECONDS,
    },
    async ([job]: Job<RunJob>[]) => {
      if (!job) return
      try {
        await handle(job.data, job.signal)
      } finally {
        // There may be more: fetch again at once instead of waiting for the next notification.
        if (slot.id) boss.notifyWorker(slot.id)
      }
    },
  )
}
