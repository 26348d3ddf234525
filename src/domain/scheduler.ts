import type { Logger } from '../log.ts'
import type { Registry } from '../steps/index.ts'
import { Automation } from '../store/entities/index.ts'
import type { RunProducer } from '../store/queue.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import { countWaiting } from '../store/runs/waiting-runs.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import type { Sealer } from '../vault/sealing.ts'
import { sealRun } from './new-run.ts'
import { nextTick } from './schedules.ts'
import type { StoredLimit } from './stored-limit.ts'

// How many automations are looked up at once.
const BATCH = 200
// A tick that is later than this (milliseconds) counts as missed, because no worker was there. Otherwise it is
// only late, as after the death of the worker with the clock. Then the later ticks get their runs as well.
const MISSED_AFTER = 5 * 60 * 1000

interface SchedulerParts {
  store: Store
  sealer: Sealer
  queue: RunProducer
  registry: Registry
  log: Logger
  /** How many runs of a workspace may wait; 0: any number. */
  queuedRuns: number
  /** How much a workspace may store. */
  stored: StoredLimit
  /** Told how late each run was started (seconds). */
  started?: ((lateSeconds: number) => void) | undefined
}

export interface Scheduler {
  /**
   * Starts a run for each tick that is due. Any number of workers may call it at once. One transaction starts the
   * run and moves the automation to its next tick, so a worker that dies leaves the rest to the next call.
   */
  startDue(stopping: AbortSignal): Promise<void>
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const reach = new Reach(parts.log)
  return {
    async startDue(stopping) {
      try {
        // Repeats until nothing is left. There may be more than one batch, or several ticks of one schedule.
        while ((await startBatch({ ...parts, reach }, stopping)) > 0);
      } catch (err) {
        parts.log.warn({ err }, 'due schedules could not be looked up, it will be tried again')
      }
    },
  }
}

interface Due {
  workspace: string
  id: string
  /** Milliseconds since 1970 by the database's clock, so that the workers' clocks do not matter. */
  now: number
}

async function startBatch(
  { reach, ...parts }: SchedulerParts & { reach: Reach },
  stopping: AbortSignal,
): Promise<number> {
  let started = 0
  const { store } = parts
  const found = await reach.all(
    () => listWorkspaces(store.em()),
    () => findDue(store.em()),
    (workspace) => findDue(store.em(), workspace),
  )
  for (const due of found.flat()) {
    if (stopping.aborted) return 0
    try {
      const at = await startTick(parts, due)
      if (!at) continue
      started++
      parts.started?.((due.now - at.getTime()) / 1000)
    } catch (err) {
      const automation = `${due.workspace}.${due.id}`
      parts.log.error({ err, automation }, 'a scheduled run could not be started, it will be tried again')
    }
  }
  return started
}

/**
 * The workspaces take turns, so that one with thousands of schedules does not delay the others.
 *
 * @param of whose they are; those of all, unless told.
 */
export async function findDue(em: Em, of?: string): Promise<Due[]> {
  const rows = await em.execute<{ workspace: string; id: string; now: string }[]>(
    `select workspace, id, extract(epoch from now()) * 1000 as now from (
       select workspace_id as workspace, id,
         row_number() over (partition by workspace_id order by next_run_at, id) as turn
        from automation where ${of === undefined ? 'true' : 'workspace_id = ?'} and next_run_at <= now() and paused_at is null) due
      order by turn, workspace limit ${BATCH}`,
    of === undefined ? [] : [of],
  )
  return rows.map((row) => ({ ...row, now: Number(row.now) }))
}

/**
 * Moves every schedule whose time has passed to its next one, without a run.
 *
 * @returns how many.
 */
export async function skipMissedTicks(tx: Tx): Promise<number> {
  const [{ now } = { now: '' }] = await tx.execute<{ now: string }[]>(
    'select (extract(epoch from now()) * 1000)::text as now',
  )
  const missed = { nextRunAt: { $lte: new Date(Number(now)) }, deletedAt: null }
  const automations = await tx.find(Automation, missed)
  for (const { workspace, id, schedule } of automations) {
    const nextRunAt = schedule && nextTick(schedule, Number(now))
    await tx.nativeUpdate(Automation, { workspace, id }, { nextRunAt })
  }
  return automations.length
}

/**
 * @returns the time that was due; undefined when there is nothing to start: another worker was faster, the automation
 * was changed, or as many runs of its workspace wait, or it stores as much, as may. Then it stays due, and is missed after a while.
 */
async function startTick(
  { store, queue, queuedRuns, stored, ...parts }: SchedulerParts,
  due: Due,
): Promise<Date | undefined> {
  const { workspace, id, now } = due
  const automation = await store.em().findOne(Automation, { workspace, id, deletedAt: null, pausedAt: null })
  const { schedule, nextRunAt: at } = automation ?? {}
  if (!automation || !schedule || !at || at.getTime() > now) return undefined
  if (queuedRuns > 0 && (await countWaiting(store.read, workspace, queuedRuns)) >= queuedRuns)
    return undefined
  if (await stored.isFull(workspace)) return undefined
  const { name, steps, version } = automation
  const input = { schedule: { ...schedule, at: at.toISOString() } }
  const audit = { actor: 'schedule', action: 'run.start', target: name, detail: { version } } as const
  const started = { trigger: 'SCHEDULE', startedBy: null, hookSignature: null } as const
  const sealed = await sealRun(parts, {
    workspace,
    automation: { id, version },
    ...started,
    steps,
    input,
    audit,
  })
  const isMissed = now - at.getTime() > MISSED_AFTER
  const nextRunAt = nextTick(schedule, isMissed ? now : at.getTime())
  return store.inTransaction(async (tx) => {
    const asRead = { workspace, id, version, nextRunAt: at, deletedAt: null, pausedAt: null }
    if ((await tx.nativeUpdate(Automation, asRead, { nextRunAt })) === 0) return undefined
    await queue.enqueue(tx, sealed)
    return at
  })
}
