import { setTimeout as sleep } from 'node:timers/promises'
import type { KillablePostgres } from './killable-postgres.ts'
import type { Member } from './processes.ts'
import type { Random } from './random.ts'

/** The number of each disturbance. */
export type Disturbances = Record<'worker' | 'api' | 'postgres' | 'connections', number>

/** The progress of the drill. It decides when something is killed, because machines differ in speed. */
export interface Progress {
  /** The number of requests so far. */
  requests(): number
  /** The number of requests between two kills. */
  every: number
}

// Without any progress, the next kill comes after this time, in milliseconds.
const STALLED = 20_000

export interface Scene {
  workers: readonly Member[]
  apis: readonly Member[]
  postgres: KillablePostgres
}

const often: readonly (readonly [number, keyof Disturbances])[] = [
  [50, 'worker'],
  [20, 'api'],
  [18, 'postgres'],
  [12, 'connections'],
]

/**
 * Kills processes again and again, each at least once, until it is told to stop. When it returns, the database is
 * up, and the other killed processes are starting.
 */
export async function disturb(
  scene: Scene,
  progress: Progress,
  random: Random,
  stopping: AbortSignal,
): Promise<Disturbances> {
  const done: Disturbances = { worker: 0, api: 0, postgres: 0, connections: 0 }
  const strike = {
    worker: () => killOne(scene.workers, random),
    api: () => killOne(scene.apis, random),
    postgres: () => restart(scene.postgres, random),
    connections: () => scene.postgres.dropConnections(),
  }
  const first: (keyof Disturbances)[] = ['worker', 'postgres', 'api', 'connections']
  while (!stopping.aborted || first.length > 0) {
    const what = first.shift() ?? random.pick(often)
    await strike[what]()
    done[what]++
    await untilNextStrike(progress, random, stopping)
  }
  return done
}

async function untilNextStrike(progress: Progress, random: Random, stopping: AbortSignal): Promise<void> {
  const goal = progress.requests() + random.between(1, 2 * progress.every)
  const until = Date.now() + STALLED
  while (progress.requests() < goal && Date.now() < until && !stopping.aborted) await sleep(20)
}

async function restart(postgres: KillablePostgres, random: Random): Promise<void> {
  await postgres.kill()
  await sleep(random.between(0, 5000))
  await postgres.start()
}

/** It mostly kills a process that has started. Otherwise no work would ever be done on a slow machine. */
async function killOne(members: readonly Member[], random: Random): Promise<void> {
  const member = members[random.between(0, members.length - 1)]
  if (!member) throw new TypeError('there is nobody to kill')
  if (random.next() < 0.9) await member.untilReady()
  await member.kill()
}
