import type { HttpTrace } from '../egress/index.ts'
import { hostMatches } from '../host-pattern.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { RunJob } from '../store/runs/run-job.ts'
import type { RunOrigin } from '../store/runs/run-origin.ts'
import type { Span, Tracing } from '../tracing/tracing.ts'

interface SpanParts {
  tracing?: Tracing | undefined
  /** The hosts that may learn of the span of a request that is sent to them. */
  traceHosts?: readonly string[]
  redactor: RunRedactor
}

/**
 * The spans of one execution of a run; undefined when there are no traces.
 *
 * They leave the process when they end, and nobody can mask them later. So they hold ids and names of ours, passed by
 * the redactor as late as can be, and of an error the code. Its message stands in the span of the run alone, which has
 * learned all by then. The span of the run is made when its origin, which names the span above, is known.
 */
export function createRunSpans(
  { tracing, traceHosts = [], redactor }: SpanParts,
  job: RunJob,
  startedAt: number,
) {
  if (!tracing) return undefined
  let ofRun: Span | undefined
  const runOf = ({ automation, traceparent: parent }: RunOrigin): Span => {
    const ids = { 'lockstep.workspace': job.workspace, 'lockstep.run.id': `${job.workspace}.${job.run}` }
    const attributes = { ...ids, 'lockstep.automation.id': automation }
    ofRun ??= tracing.startSpan('run', { kind: 'internal', parent, startedAt, attributes })
    return ofRun
  }
  return {
    runEnds(origin: RunOrigin, status: string, failure: { code: string; message: string } | undefined): void {
      const span = runOf(origin)
      const request = origin.request === undefined ? undefined : redactor.text(origin.request)
      span.set({ 'lockstep.run.status': status, 'lockstep.request.id': request })
      span.end(failure)
    },
    step(origin: RunOrigin, { key, type, attempt }: { key: string; type: string; attempt: number }) {
      const attributes = { 'lockstep.step.type': type, 'lockstep.step.attempt': attempt }
      const { traceparent: parent } = runOf(origin)
      const span = tracing.startSpan(`step ${type}`, { kind: 'internal', parent, attributes })
      return {
        http: createHttpTrace({ tracing, traceHosts, redactor }, span),
        ends(code: string | undefined): void {
          span.set({ 'lockstep.step.key': redactor.text(key) })
          span.end(code === undefined ? undefined : { code })
        },
      }
    },
  }
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
