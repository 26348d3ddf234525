import { setTimeout as sleep } from 'node:timers/promises'
import { CONNECTION_LOST, databaseWords } from '../database-words.ts'
import { AppError } from '../errors.ts'

// Of Node: the server's machine or port cannot be reached, or the connection broke.
const NETWORK_CODE =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|E(?:PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN))$/
// Of PostgreSQL (SQLSTATE): somebody else holds the lock.
const LOCK_NOT_AVAILABLE = '55P03'
// No connection, rolled back because of others, out of a resource, shut down by its operator, trouble of its system,
// read-only because another server is about to take its place, and locked by somebody else.
const OUTAGE_STATE = /^(?:08...|40...|53...|57P..|58...|25006|55P03)$/

// Between two attempts (milliseconds).
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 2000

/** Says that somebody else holds the lock on a row, as PostgreSQL does after `lock_timeout`. */
export function lockedByOther(message: string): Error {
  return Object.assign(new Error(message), { code: LOCK_NOT_AVAILABLE })
}

/** Whether somebody else holds a lock, which may be on what only one of several items is about. */
export function isLockedByOther(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE
}

/**
 * Whether the database is away, restarts or is at its limit, or a row is locked, so that the same may succeed a little
 * later.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK_CODE.test(code) || OUTAGE_STATE.test(code)) return true
  return code === '' && CONNECTION_LOST.test(error.message)
}

/** An outage as an error that a caller may see; `undefined` for any other error. */
export function outageOf(error: unknown): AppError | undefined {
  if (!isOutage(error)) return undefined
  const words = databaseWords(error) ?? 'the database cannot be reached'
  return new AppError(
    'DATABASE_UNAVAILABLE',
    `This cannot be done at the moment: ${words}. Try again soon.`,
    {
      cause: error,
    },
  )
}

/**
 * Does `work` again for as long as the database is away. It may have been done before its answer was lost:
 * `work` has to be such that twice is once.
 *
 * @param onOutage called once, before the first pause.
 * @throws the last outage when `signal` aborts; any other error of `work` at once.
 */
export async function outlast<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onOutage?: (error: unknown) => void,
): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !isOutage(error)) throw error
      if (pause === FIRST_PAUSE) onOutage?.(error)
      // Not all workers at the same moment: a database that has just come back is busy enough.
      const paused = sleep(pause * (0.5 + Math.random() / 2), undefined, { signal })
      await paused.catch(() => undefined)
      if (signal.aborted) throw error
    }
  }
}
