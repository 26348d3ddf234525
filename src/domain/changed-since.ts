import { AppError } from '../errors.ts'

/**
 * Stops a person from overwriting what somebody else has saved since they read it. What is wanted anyway overwrites
 * nothing.
 *
 * @param what the thing in words, with no text that somebody wrote into it.
 * @param seen what the client read; undefined or null when it does not ask.
 * @throws AppError CONFLICT
 */
export function checkUnchanged<Value extends string | number | null | readonly string[]>(
  what: string,
  { seen, now, wanted }: { seen: Value | null | undefined; now: Value; wanted: Value },
): void {
  if (seen === undefined || seen === null) return
  if (isSame(seen, now) || isSame(now, wanted)) return
  const advice = 'Load it again, and decide whether yours is to replace that.'
  throw new AppError('CONFLICT', `Someone else has changed ${what} meanwhile. ${advice}`)
}

const isSame = (one: unknown, another: unknown): boolean => JSON.stringify(one) === JSON.stringify(another)
