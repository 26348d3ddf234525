import type { Config } from '../config.ts'
import type { EgressOptions } from '../egress/index.ts'
import type { ExecutorParts } from '../executor/index.ts'
import type { Logger } from '../log.ts'
import { ClientCertificates } from '../metrics/client-certificates.ts'
import { createGauges } from '../metrics/gauges.ts'
import { createMetrics, type Metrics } from '../metrics/process-metrics.ts'
import { createWorkerMetrics, type WorkerMetrics } from '../metrics/worker-metrics.ts'
import { gaugeSources, type SourceParts } from './gauge-sources.ts'
import { openTracing } from './tracing.ts'

/** What watches the work of a worker, as the parts of it want to tell. */
export interface WorkerInstruments {
  metrics: Metrics
  counts: WorkerMetrics
  ofEgress: Pick<EgressOptions, 'refused' | 'tooLarge' | 'certificateUsed'>
  ofExecutor: Pick<ExecutorParts, 'metrics' | 'redacted' | 'refused' | 'tracing' | 'traceHosts'>
  /** Has the gauges read from these sources from now on. */
  read(sources: Omit<SourceParts, 'clientExpiry'>): void
  /** Sends the last spans. */
  close(): Promise<void>
}

export async function openWorkerInstruments(config: Config, log: Logger): Promise<WorkerInstruments> {
  const metrics = createMetrics()
  const counts = createWorkerMetrics(metrics.registry)
  const certificates = new ClientCertificates()
  const tracing = await openTracing(config, 'worker', log)
  const { traceHosts } = config
  const { redacted, egressRefused } = counts
  return {
    metrics,
    counts,
    ofEgress: {
      refused: egressRefused,
      tooLarge: () => metrics.limitReached('response'),
      certificateUsed: (certificate) => certificates.used(certificate),
    },
    ofExecutor: { metrics: counts, redacted, refused: metrics.limitReached, tracing, traceHosts },
    read(sources) {
      const clientExpiry = () => certificates.firstExpiry()
      createGauges(metrics.registry, gaugeSources({ ...sources, clientExpiry }))
    },
    close: async () => tracing?.close(),
  }
}
