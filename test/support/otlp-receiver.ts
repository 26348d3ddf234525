import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { vi } from 'vitest'

export interface ReceivedSpan {
  /** Which process sent it: `api` or `worker`. */
  role: unknown
  name: string
  traceId: string
  spanId: string
  parent: string | undefined
  attributes: Record<string, unknown>
  status: { code?: number; message?: string }
  milliseconds: number
}

/** A real OTLP receiver (OTLP/HTTP in JSON), and what turns spans on for processes of a test. */
export interface OtlpReceiver {
  env: NodeJS.ProcessEnv
  spans: ReceivedSpan[]
  /** What was sent, as it was sent. */
  bodies: string[]
  /** Waits until a span is there. */
  until(find: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>
  /** Waits until nothing comes any more. @returns what was sent. */
  untilQuiet(): Promise<string[]>
  close(): Promise<void>
}

// Ended spans are sent after so long (milliseconds).
const SEND_AFTER = 50

/** What it receives is of the processes that are started from here on, this one among them. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = []
  const spans: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    bodies.push(body)
    spans.push(...readSpans(JSON.parse(body)))
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: String(SEND_AFTER),
  }
  // The SDK reads them from the environment of its process.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return {
    env,
    spans,
    bodies,
    until: (find) => vi.waitUntil(() => spans.find(find), { timeout: 20_000, interval: 20 }),
    async untilQuiet() {
      for (let before = -1; before !== bodies.length; await delay(6 * SEND_AFTER)) before = bodies.length
      return bodies
    },
    async close() {
      for (const name of Object.keys(env)) vi.stubEnv(name, undefined)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Attribute {
  key: string
  value: Record<string, unknown>
}

interface ExportBody {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: { spans: RawSpan[] }[]
  }[]
}

interface RawSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Attribute[]
  status: ReceivedSpan['status']
  startTimeUnixNano: string
  endTimeUnixNano: string
}

/** @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
function readSpans({ resourceSpans }: ExportBody): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const role = asRecord(resource.attributes)['lockstep.role']
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ name, traceId, spanId, parentSpanId, attributes, status, ...times }) => ({
        role,
        name,
        traceId,
        spanId,
        parent: parentSpanId || undefined,
        attributes: asRecord(attributes),
        status,
        milliseconds: (Number(times.endTimeUnixNano) - Number(times.startTimeUnixNano)) / 1e6,
      })),
    )
  })
}

const asRecord = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
