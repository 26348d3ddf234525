import { Counter, collectDefaultMetrics, Registry } from 'prom-client'

export interface Health {
  ready: boolean
  reason?: string
  /** Why no run begins although the process is ready, in words. */
  paused?: string
}

export interface Metrics {
  registry: Registry
  requests: Counter<'route' | 'status'>
}

/** Metrics of this process. Labels contain only names of our own, never text that a client sent. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'lockstep_http_requests_total',
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'] as const,
    registers: [registry],
  })
  return { registry, requests }
}

/** Answers `/healthz`, `/readyz` and `/metrics`; `undefined` for any other path. */
export async function handleHealth(
  path: string,
  check: () => Promise<Health>,
  metrics: Metrics,
): Promise<Response | undefined> {
  switch (path) {
    case '/healthz':
      return Response.json({ alive: true })
    case '/readyz': {
      const health = await check()
      return Response.json(health, { status: health.ready ? 200 : 503 })
    }
    case '/metrics': {
      const headers = { 'content-type': metrics.registry.contentType }
      return new Response(await metrics.registry.metrics(), { headers })
    }
    default:
      return undefined
  }
}
