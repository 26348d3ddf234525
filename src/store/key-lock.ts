import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { KEY_LOCK } from './locks.ts'
import type { Store } from './store.ts'

// The server needs a moment to see that a killed command is gone.
const ATTEMPTS = 50
const LOOK_AGAIN_MS = 200

/**
 * Lets one key command at a time work on this database, on whatever machine.
 *
 * @throws AppError CONFLICT while another one works.
 */
export async function holdKeyLock<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return store.inTransaction(async (tx) => {
    // The transaction does nothing but hold the lock; an administrator's limit on idle ones is not meant for it.
    await tx.execute('set local idle_in_transaction_session_timeout = 0')
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lock = 'select pg_try_advisory_xact_lock(?) as held'
      const [row] = await tx.execute<{ held: boolean }[]>(lock, [KEY_LOCK])
      if (row?.held) return work()
      await delay(LOOK_AGAIN_MS)
    }
    const advice = 'Wait until it has ended, and run this one again.'
    throw new AppError('CONFLICT', `Another key command is at work on this database. ${advice}`)
  })
}
