import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import type { Sensitive } from '../../src/sensitive.ts'
import { LIST_CHANNEL } from '../../src/store/list-changes.ts'
import { listen } from '../../src/store/listen.ts'
import { RIGHTS_CHANNEL } from '../../src/store/rights-signals.ts'
import { JOB_CHANNEL } from '../../src/store/runs/enqueue.ts'
import { DOOR_CHANNEL } from '../../src/store/runs/hook-checks.ts'
import { RUN_CHANNEL } from '../../src/store/runs/told.ts'
import type { TestDatabase } from './database.ts'

/** What processes say on these channels, everybody hears who may connect to the database. */
export const CHANNELS = [JOB_CHANNEL, DOOR_CHANNEL, LIST_CHANNEL, RIGHTS_CHANNEL, RUN_CHANNEL]

export interface Notifications {
  /** In order; those that came while the database was away are missing. */
  payloads: readonly string[]
  /** Waits until all that was said before has been heard. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

export function collectNotifications({
  url,
  query,
}: { url: Sensitive } & Pick<TestDatabase, 'query'>): Notifications {
  const payloads: string[] = []
  const hear = (payload: string) => void payloads.push(payload)
  const stop = listen(
    url,
    Object.fromEntries(CHANNELS.map((channel) => [channel, hear])),
    createLogger('silent', 'test'),
  )
  return {
    payloads,
    caughtUp: async () => {
      const mark = `mark ${randomUUID()}`
      const isHeard = async () => {
        await query(`select pg_notify('${RUN_CHANNEL}', $1)`, [mark])
        return payloads.includes(mark)
      }
      await vi.waitUntil(isHeard, { timeout: 20_000, interval: 20 })
    },
    stop,
  }
}
