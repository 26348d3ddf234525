import { createHash, timingSafeEqual } from 'node:crypto'
import type { Metrics } from '../metrics/process-metrics.ts'
import type { Sensitive } from '../sensitive.ts'

export interface Health {
  ready: boolean
  reason?: string
  /** Why no run begins although the process is ready, in words. */
  paused?: string
}

interface HealthParts {
  check(): Promise<Health>
  metrics: Pick<Metrics, 'registry'>
  /** What a reader of the metrics has to show; undefined: nothing. */
  metricsToken?: Sensitive | undefined
}

/** Answers `/healthz`, `/readyz` and `/metrics`; `undefined` for any other path. */
export async function handleHealth(
  path: string,
  headers: Headers,
  { check, metrics, metricsToken }: HealthParts,
): Promise<Response | undefined> {
  switch (path) {
    case '/healthz':
      return Response.json({ alive: true })
    case '/readyz': {
      const health = await check()
      return Response.json(health, { status: health.ready ? 200 : 503 })
    }
    case '/metrics': {
      if (metricsToken && !isBearer(headers.get('authorization') ?? '', metricsToken)) return unauthorized()
      const { registry } = metrics
      return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
    }
    default:
      return undefined
  }
}

/** Compares hashes in constant time, so that the time of an answer tells nothing of the token. */
function isBearer(authorization: string, token: Sensitive): boolean {
  const given = /^Bearer +(\S.*)$/i.exec(authorization)?.[1] ?? ''
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token.reveal()))
}

/** RFC 6750, section 3. */
function unauthorized(): Response {
  const body = { error: 'The metrics need the token of LOCKSTEP_METRICS_TOKEN: Authorization: Bearer TOKEN.' }
  return Response.json(body, { status: 401, headers: { 'www-authenticate': 'Bearer realm="metrics"' } })
}
