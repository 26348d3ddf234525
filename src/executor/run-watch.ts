import { databaseTime } from '../database-time.ts'
import type { HttpTrace } from '../egress/index.ts'
import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { Registry } from '../steps/index.ts'
import type { RunStatus, StoredError } from '../store/entities/index.ts'
import type { ClaimedRun } from '../store/runs/claim.ts'
import type { RunOrigin } from '../store/runs/run-origin.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { failedStatus } from './failed-status.ts'
import { createRunSpans } from './run-spans.ts'

/** What of a run and its steps is counted. */
export type RunMetrics = Pick<
  WorkerMetrics,
  'runBegan' | 'runEnded' | 'stepEnded' | 'masked' | 'egressRefused'
>

/** Tells metrics and traces of one execution of a run. */
export interface RunWatch {
  /** Where the run comes from, known once its input is open. */
  origin: RunOrigin
  /** Tells of an attempt at a step, which begins now. */
  stepBegins(step: { key: string; type: string; attempt: number }): StepWatch
  /** @returns how long this worker had the run (milliseconds), and the id of the request that started it, masked. */
  ended(status: RunStatus, error: StoredError | null): { milliseconds: number; request: string | undefined }
  /** The run goes on later, or with another worker. */
  left(): void
}

export interface StepWatch {
  readonly trace: HttpTrace | undefined
  ended(error: StoredError | undefined): void
  /** The attempt goes on later. */
  postponed(): void
  /** The attempt came to no end of its own. */
  left(): void
}

interface WatchParts {
  metrics?: RunMetrics
  tracing?: Tracing | undefined
  traceHosts?: readonly string[]
  registry: Registry
  redactor: RunRedactor
}

export function watchRun(parts: WatchParts, run: ClaimedRun): RunWatch {
  const { metrics, registry } = parts
  const began = { at: databaseTime().getTime(), clock: performance.now() }
  const spans = createRunSpans(parts, run, began.at)
  if (!run.begun) metrics?.runBegan(Math.max(0, run.startedAt.getTime() - run.createdAt.getTime()) / 1000)
  const watch: RunWatch = {
    origin: {},
    stepBegins({ key, type, attempt }) {
      const from = performance.now()
      // A type that no plugin has is text of the automation.
      const known = registry.list().some((it) => it.type === type) ? type : 'unknown'
      const span = spans?.step(watch.origin, { key, type: known, attempt })
      return {
        trace: span?.http,
        ended(error) {
          const status = error ? failedStatus(error) : 'SUCCEEDED'
          metrics?.stepEnded(known, status, error?.code, (performance.now() - from) / 1000)
          span?.ends(error?.code)
        },
        postponed: () => span?.ends(undefined),
        left: () => span?.ends('INTERRUPTED'),
      }
    },
    ended(status, error) {
      const milliseconds = performance.now() - began.clock
      metrics?.runEnded(status, error?.code, milliseconds / 1000)
      spans?.runEnds(watch.origin, status, error ?? undefined)
      const { request } = watch.origin
      // A caller chooses it.
      const masked = request === undefined ? undefined : parts.redactor.text(request)
      return { milliseconds: Math.round(milliseconds), request: masked }
    },
    left: () => spans?.runEnds(watch.origin, 'left', undefined),
  }
  return watch
}
