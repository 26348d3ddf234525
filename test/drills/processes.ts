import { join } from 'node:path'
import type { Sensitive } from '../../src/sensitive.ts'
import { freePorts, main, statusOf } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import { WITHOUT_LIMITS } from '../support/without-limits.ts'

/** A worker or an API, and its successors after kills. */
export interface Member {
  role: 'worker' | 'api'
  /** The address, which stays the same. */
  url: string
  /** `kill -9`; a successor starts at once. */
  kill(): Promise<void>
  stop(): Promise<void>
  untilReady(): Promise<void>
  /** The number of times it ended by itself. */
  endedAlone(): number
}

export interface FleetOptions {
  databaseUrl: Sensitive
  dataFolder: string
  /** Collects the output lines of all processes. */
  log: string[]
}

/** Starts workers and APIs as an operator does who runs each role separately. */
export async function startMember(
  role: 'worker' | 'api',
  { databaseUrl, dataFolder, log }: FleetOptions,
): Promise<Member> {
  const { PORT } = await freePorts()
  const env = {
    DATABASE_URL: databaseUrl.reveal(),
    LOCKSTEP_DATA: dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_PLUGINS: join(import.meta.dirname, 'repeatable-call.ts'),
    LOCKSTEP_SIGN_UP: 'open',
    ...WITHOUT_LIMITS,
    LOCKSTEP_WORKSPACE_CONCURRENCY: '30',
    [role === 'api' ? 'PORT' : 'LOCKSTEP_WORKER_PORT']: PORT,
  }
  const asked = new Set<LockstepProcess>()
  let endedAlone = 0
  /** Like a supervisor, it starts a successor when the process ends by itself. */
  const start = (): LockstepProcess => {
    const started = startLockstep([main, role], env, log)
    void started.ended.then(() => {
      if (asked.has(started)) return
      endedAlone++
      current = start()
    })
    return started
  }
  let current: LockstepProcess = start()
  const url = `http://127.0.0.1:${PORT}`
  return {
    role,
    url,
    async kill() {
      asked.add(current)
      await current.kill()
      current = start()
    },
    async stop() {
      asked.add(current)
      await current.stop()
    },
    endedAlone: () => endedAlone,
    async untilReady() {
      while ((await statusOf(`${url}/readyz`)) !== 200)
        await new Promise((resolve) => setTimeout(resolve, 100))
    },
  }
}
