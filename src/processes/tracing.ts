import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import type { Tracing } from '../tracing/tracing.ts'

/** Where the spans of a process go; undefined when nobody has asked for them. */
export async function openTracing(config: Config, role: string, log: Logger): Promise<Tracing | undefined> {
  if (!config.traces) return undefined
  return (await import('../tracing/open-telemetry.ts')).openTelemetry(role, log)
}
