import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'

// A day, less the time in which the run's end is stored.
const RUN_LIMIT = (24 * 60 - 5) * 60 * 1000

/**
 * A signal that aborts when a run takes too long, however many workers have had it since it began.
 *
 * @param reached told when it does.
 */
export function watchRunLimit(startedAt: Date, reached: () => void): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const left = startedAt.getTime() + RUN_LIMIT - databaseTime().getTime()
  const timer = setTimeout(
    () => {
      reached()
      controller.abort(runTimedOut())
    },
    Math.max(0, left),
  )
  return { signal: controller.signal, stop: () => clearTimeout(timer) }
}

function runTimedOut(): AppError {
  return new AppError('TIMEOUT', 'The whole run took a day and was stopped. Split the automation in two.')
}
