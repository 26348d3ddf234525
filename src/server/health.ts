import type { Metrics } from '../metrics/process-metrics.ts'

export interface Health {
  ready: boolean
  reason?: string
  /** Why no run begins although the process is ready, in words. */
  paused?: string
}

/** Answers `/healthz`, `/readyz` and `/metrics`; `undefined` for any other path. */
export async function handleHealth(
  path: string,
  check: () => Promise<Health>,
  { registry }: Pick<Metrics, 'registry'>,
): Promise<Response | undefined> {
  switch (path) {
    case '/healthz':
      return Response.json({ alive: true })
    case '/readyz': {
      const health = await check()
      return Response.json(health, { status: health.ready ? 200 : 503 })
    }
    case '/metrics': {
      const headers = { 'content-type': registry.contentType }
      return new Response(await registry.metrics(), { headers })
    }
    default:
      return undefined
  }
}
