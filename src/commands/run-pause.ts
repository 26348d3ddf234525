import type { Config } from '../config.ts'
import { databaseTime } from '../database-time.ts'
import { skipMissedTicks } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { embeddedFolder } from '../processes/cluster-folder.ts'
import {
  countWaiting,
  dropJobsOfRestore,
  holdPause,
  type Pause,
  pauseInstance,
  recordForAll,
  resumeInstance,
} from '../store/pause.ts'
import { checkReadiness, databaseChecks } from '../store/readiness.ts'
import type { Store, Tx } from '../store/store.ts'
import { operator } from './operator.ts'
import { type CommandParts, runCommand } from './run-command.ts'

// How long a single query may take, in milliseconds.
const PATIENCE = 30_000

export interface PauseOptions {
  restored?: boolean
  json?: true
}

export interface ResumeOptions {
  endWaiting?: boolean
  json?: true
}

/** Pauses the instance and ends the process with its exit code. */
export function runPause(config: Config, { restored = false, json }: PauseOptions): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    await untilUsable(store)
    await store.inTransaction(async (tx) => {
      await pauseInstance(tx, restored ? 'RESTORED' : 'ASKED')
      const actor = `lockstep pause (${operator()})`
      await recordForAll(tx, { actor, action: 'instance.pause', detail: { restored } })
    })
    say('Paused: no run begins any more. Hooks are still accepted, and their runs wait.')
    say('What has begun goes on to its end. `lockstep resume` ends the pause.')
    return 0
  }
  return runCommand('pause', config, work, { json })
}

/** Ends the pause of the instance, and the process with its exit code. */
export function runResume(config: Config, { endWaiting = false, json }: ResumeOptions): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    await untilUsable(store)
    const folder = await embeddedFolder(config)
    const lines = await store.inTransaction(async (tx) => {
      const pause = await holdPause(tx, folder)
      return pause ? resume(tx, pause, folder, endWaiting) : ['This instance is not paused.']
    })
    for (const line of lines) say(line)
    return 0
  }
  return runCommand('resume', config, work, { json })
}

async function resume(
  tx: Tx,
  pause: Pause,
  folder: string | undefined,
  endWaiting: boolean,
): Promise<string[]> {
  if (endWaiting && pause.because !== 'RESTORED') {
    const advice = 'Cancel the runs that you do not want, and resume without it.'
    throw new AppError(
      'INVALID_CONFIG',
      `--end-waiting is for a database that was restored or copied. ${advice}`,
    )
  }
  const until = endWaiting ? (pause.since ?? databaseTime()) : undefined
  const restored = pause.because === 'RESTORED'
  const dropped = restored ? await dropJobsOfRestore(tx, until) : { begun: 0, waiting: 0 }
  const skipped = restored ? await skipMissedTicks(tx) : 0
  await resumeInstance(tx, folder)
  const actor = `lockstep resume (${operator()})`
  await recordForAll(tx, { actor, action: 'instance.resume', detail: { restored, ...dropped, skipped } })
  const waiting = await countWaiting(tx)
  return [
    'Resumed: workers take runs again within seconds.',
    ...(restored ? [`Runs that had begun before the restore and end as INTERRUPTED: ${dropped.begun}.`] : []),
    ...(endWaiting ? [`Runs that waited then and end as INTERRUPTED: ${dropped.waiting}.`] : []),
    ...(restored ? [`Schedules whose time had passed and go on with the next one: ${skipped}.`] : []),
    `Runs that begin now: ${waiting}.`,
  ]
}

async function untilUsable(store: Store): Promise<void> {
  const { ready, reason } = await checkReadiness(store, databaseChecks, PATIENCE)
  if (!ready) throw new AppError('DATABASE_UNAVAILABLE', `The database is not ready: ${reason}.`)
}
