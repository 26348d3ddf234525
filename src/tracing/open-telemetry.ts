import {
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { getNumberFromEnv, parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from '../log.ts'
import { readSampler } from './sampler.ts'
import type { Span, SpanAttributes, SpanStart, Tracing } from './tracing.ts'

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }

// How long the end of a process waits for its last spans to be sent (milliseconds).
const LAST_EXPORT_MS = 2000

/**
 * Sends spans by OTLP over HTTP, as the standard OTEL_ variables say. The file is loaded only when one of them asks for
 * traces, because the packages take memory and time.
 */
export function openTelemetry(role: string, log: Logger): Tracing {
  // The error may quote the collector's answer: its name alone is logged.
  const failed = (err: unknown) => log.warn({ err }, 'spans could not be sent to the OTLP endpoint')
  setGlobalErrorHandler(failed)
  const own = resourceFromAttributes({ 'service.name': 'lockstep', 'lockstep.role': role })
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }))
  const scheduledDelayMillis = getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY') ?? 5000
  const exporter = new OTLPTraceExporter()
  const provider = new TracerProvider({
    resource,
    sampler: readSampler(process.env),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  })
  const tracer = provider.getTracer('lockstep')
  return {
    startSpan: (name, start) => startSpan(tracer, name, start),
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, LAST_EXPORT_MS).unref())
      await Promise.race([provider.shutdown().catch(failed), late])
    },
  }
}

function startSpan(tracer: Tracer, name: string, { kind, parent, startedAt, attributes }: SpanStart): Span {
  const above = parent === undefined ? null : parseTraceParent(parent)
  const context = above ? trace.setSpanContext(ROOT_CONTEXT, { ...above, isRemote: true }) : ROOT_CONTEXT
  const time = startedAt === undefined ? {} : { startTime: startedAt }
  const span = tracer.startSpan(name, { kind: kinds[kind], ...time }, context)
  const set = (more: SpanAttributes) => setAttributes(span, more)
  if (attributes) set(attributes)
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
    set,
    end(failure) {
      if (failure) {
        const { code, message } = failure
        span.setAttribute('error.type', code)
        span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) })
      }
      span.end()
    },
  }
}

function setAttributes(span: OtelSpan, attributes: SpanAttributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) span.setAttribute(name, value)
}
