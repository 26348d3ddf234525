import type { HttpTrace } from '../egress/index.ts'
import { hostMatches } from '../host-pattern.ts'
import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { Registry } from '../steps/index.ts'
import type { RunStatus, StoredError } from '../store/entities/index.ts'
import type { ClaimedRun } from '../store/runs/claim.ts'
import type { RunOrigin } from '../store/runs/run-origin.ts'
import type { Span, Tracing } from '../tracing/tracing.ts'
import { failedStatus } from './failed-status.ts'

/** What of a run and its steps is counted. */
export type RunMetrics = Pick<WorkerMetrics, 'runBegan' | 'runEnded' | 'stepEnded' | 'masked'>

/** Tells metrics and traces of one execution of a run. */
export interface RunWatch {
  /** Where the run comes from, known once its input is open. */
  origin: RunOrigin
  /** Tells of an attempt at a step, which begins now. */
  stepBegins(step: { key: string; type: string; attempt: number }): StepWatch
  /** @returns how long this worker had the run (milliseconds). */
  ended(status: RunStatus, error: StoredError | null): number
  /** The run goes on later, or with another worker. */
  left(): void
}

export interface StepWatch {
  readonly trace: HttpTrace | undefined
  ended(error: StoredError | undefined): void
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

/**
 * Spans leave the process when they end, and nobody can mask them later. So they hold ids and names of ours, passed by
 * the redactor, and of an error the code; its message only at the run's end, when the run has learned all.
 */
export function watchRun(parts: WatchParts, run: ClaimedRun): RunWatch {
  const { metrics, registry } = parts
  const began = { at: Date.now(), clock: performance.now() }
  const spans = createRunSpans(parts, run, began.at)
  if (!run.begun) metrics?.runBegan(Math.max(0, run.startedAt.getTime() - run.createdAt.getTime()) / 1000)
  const watch: RunWatch = {
    origin: {},
    stepBegins({ key, type, attempt }) {
      const from = performance.now()
      // A type that no plugin has is text of the automation.
      const known = registry.list().some((it) => it.type === type) ? type : 'unknown'
      const span = spans?.step(watch.origin, known, {
        'lockstep.step.key': key,
        'lockstep.step.attempt': attempt,
      })
      return {
        trace: span && spans?.http(span),
        ended(error) {
          const status = error ? failedStatus(error) : 'SUCCEEDED'
          metrics?.stepEnded(known, status, error?.code, (performance.now() - from) / 1000)
          span?.end(error && { code: error.code })
        },
        left: () => span?.end({ code: 'INTERRUPTED' }),
      }
    },
    ended(status, error) {
      const milliseconds = performance.now() - began.clock
      metrics?.runEnded(status, error?.code, milliseconds / 1000)
      spans?.run(watch.origin).set({ 'lockstep.run.status': status })
      spans?.run(watch.origin).end(error ?? undefined)
      return Math.round(milliseconds)
    },
    left: () => spans?.run(watch.origin).end(),
  }
  return watch
}

/** The span of the run is made when its origin, which names the span above, is known. */
function createRunSpans(
  { tracing, traceHosts = [], redactor }: WatchParts,
  run: ClaimedRun,
  startedAt: number,
) {
  if (!tracing) return undefined
  let ofRun: Span | undefined
  const spanOfRun = ({ automation, request, traceparent: parent }: RunOrigin): Span => {
    const ids = { 'lockstep.workspace': run.workspace, 'lockstep.run.id': `${run.workspace}.${run.run}` }
    const attributes = { ...ids, 'lockstep.automation.id': automation, 'lockstep.request.id': request }
    ofRun ??= tracing.startSpan('run', { kind: 'internal', parent, startedAt, attributes })
    return ofRun
  }
  return {
    run: spanOfRun,
    step(origin: RunOrigin, type: string, { 'lockstep.step.key': key, ...more }: StepAttributes): Span {
      const attributes = { ...more, 'lockstep.step.key': redactor.text(key), 'lockstep.step.type': type }
      const { traceparent: parent } = spanOfRun(origin)
      return tracing.startSpan(`step ${type}`, { kind: 'internal', parent, attributes })
    },
    http: (above: Span) => createHttpTrace({ tracing, traceHosts, redactor }, above),
  }
}

interface StepAttributes {
  'lockstep.step.key': string
  'lockstep.step.attempt': number
}

interface HttpTraceParts {
  tracing: Tracing
  traceHosts: readonly string[]
  redactor: RunRedactor
}

/** A host that may not be reached is not named: it may be anything that an author or an answer wrote. */
function createHttpTrace({ tracing, traceHosts, redactor }: HttpTraceParts, above: Span): HttpTrace {
  return {
    begin(method, url) {
      const attributes = { 'http.request.method': methods.has(method) ? method : '_OTHER' }
      const parent = above.traceparent
      const span = tracing.startSpan(attributes['http.request.method'], {
        kind: 'client',
        parent,
        attributes,
      })
      const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
      const isTold = traceHosts.some((pattern) => hostMatches(pattern, url.hostname, port))
      return {
        traceparent: isTold ? span.traceparent : undefined,
        ended(outcome) {
          const isRefused = 'code' in outcome && outcome.code === 'DESTINATION_NOT_ALLOWED'
          if (!isRefused) span.set({ 'server.address': redactor.text(url.hostname), 'server.port': port })
          if ('code' in outcome) return span.end({ code: outcome.code })
          span.set({ 'http.response.status_code': outcome.status })
          span.end(outcome.status >= 400 ? { code: String(outcome.status) } : undefined)
        },
      }
    },
  }
}

// By RFC 9110 and RFC 5789. A method of an author's own is text of theirs.
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
