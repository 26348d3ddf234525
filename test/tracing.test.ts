import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Writable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { createLogger } from '../src/log.ts'
import { openTelemetry } from '../src/tracing/open-telemetry.ts'
import { readSampler } from '../src/tracing/sampler.ts'

afterEach(() => vi.unstubAllEnvs())

test.each([
  [{}, /^ParentBased\{root=AlwaysOnSampler/],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, /^AlwaysOffSampler$/],
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, /^AlwaysOnSampler$/],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, /^TraceIdRatioBased\{0\.25\}$/],
  [
    { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' },
    /^ParentBased\{root=TraceIdRatioBased\{0\.5\}/,
  ],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'half' }, /^AlwaysOnSampler$/],
])('the sampler of %j', (env, expected) => {
  expect(readSampler(env).toString()).toMatch(expected)
})

test('a collector that is away costs its spans alone, and the log says so without what the error quotes', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo
      server.close(() => resolve(free))
    })
  })
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`)
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300')
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '10')
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const tracing = openTelemetry('test', createLogger('warn', 'test', destination))
  const span = tracing.startSpan('run', { kind: 'internal', attributes: { id: 'canary', none: undefined } })
  expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  span.end({ code: 'STEP_FAILED', message: 'canary' })
  await vi.waitUntil(() => lines.length > 0, { timeout: 10_000 })
  tracing.startSpan('run', { kind: 'internal' }).end()
  await tracing.close()
  // A cause has one line a minute.
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['spans could not be sent to the OTLP endpoint'])
  expect(lines.join()).not.toMatch(/canary|127\.0\.0\.1/)
})
