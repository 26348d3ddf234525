import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { processMetrics as list } from './list.ts'

/** The metrics of one process. Labels contain only names of our own, never text that a client or an author wrote. */
export interface Metrics {
  readonly registry: Registry
  /**
   * Counts an HTTP request.
   *
   * @param status 0 when the client went away before the answer.
   * @param seconds undefined for a stream, which lasts as long as its client wants.
   */
  answered(route: string, status: number, seconds: number | undefined): void
  /** Counts that a limit of this name was reached. */
  limitReached(limit: string): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({ ...list.requests, registers })
  const duration = new Histogram({
    ...list.requestDuration,
    buckets: [...list.requestDuration.buckets],
    registers,
  })
  const limits = new Counter({ ...list.limits, registers })
  return {
    registry,
    answered(route, status, seconds) {
      requests.inc({ route, status })
      if (seconds !== undefined) duration.observe({ route, status: classOf(status) }, seconds)
    },
    limitReached: (limit) => limits.inc({ limit }),
  }
}

const classOf = (status: number): string => (status === 0 ? 'aborted' : `${Math.floor(status / 100)}xx`)
