import type { RunRecord } from './run-record.ts'

// How often a running run is looked at for a request to cancel it (milliseconds).
const LOOK = 1000

/** A signal that aborts with `reason` once somebody asked to cancel the run. */
export function watchCancel(record: RunRecord, reason: Error): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const look = async () => {
    // A database that is away answers at a later look.
    const requested = await record.isCancelRequested().catch(() => false)
    if (requested) controller.abort(reason)
  }
  void look()
  const timer = setInterval(() => void look(), LOOK)
  return { signal: controller.signal, stop: () => clearInterval(timer) }
}
