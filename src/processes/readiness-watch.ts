import type { Logger } from '../log.ts'
import type { Health } from '../server/health.ts'
import { checkReadiness, type Readiness, type ReadinessCheck } from '../store/readiness.ts'
import type { Store } from '../store/store.ts'

interface WatchParts {
  store: Store
  /** In the order in which they are asked. */
  checks: readonly ReadinessCheck[]
  log: Logger
  /** Why no run begins although the process is ready, in words. */
  paused(): string | undefined
}

export interface ReadinessWatch {
  /** The last answer, or a new one when that is old. */
  check(): Promise<Health>
  close(): void
}

// An answer is given again for so long (milliseconds): nobody can make the database write by asking often. A process that is
// not ready yet may be ready in the next moment.
const FRESH_MS = { ready: 2000, not: 200 }
// How often the process asks by itself (milliseconds), so that its log says what is wrong when nobody asks.
const LOOK_MS = 5000

/** Watches whether a process can do its main job, and logs when that changes once it has been ready. */
export function watchReadiness({ store, checks, log, paused }: WatchParts): ReadinessWatch {
  let last: Readiness | undefined
  let at = Number.NEGATIVE_INFINITY
  let asking: Promise<Readiness> | undefined
  let wasReady = false

  const ask = async () => {
    const found = await checkReadiness(store, checks)
    if (wasReady && found.reason !== last?.reason) {
      if (found.ready) log.info('ready again')
      else log.error(`not ready: ${found.reason}`)
    }
    wasReady ||= found.ready
    last = found
    at = performance.now()
    return found
  }
  const check = (): Promise<Readiness> => {
    const fresh = last?.ready ? FRESH_MS.ready : FRESH_MS.not
    if (last && performance.now() - at < fresh) return Promise.resolve(last)
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
  const timer = setInterval(() => void check(), LOOK_MS).unref()
  const withPause = async () => {
    const [health, why] = [await check(), paused()]
    return why === undefined ? health : { ...health, paused: why }
  }
  return { check: withPause, close: () => clearInterval(timer) }
}
