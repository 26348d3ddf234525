import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { Opener } from '../vault/opening.ts'

/** An opener that counts what it opens: values of secrets, and what runs keep. */
export function countedOpener(opener: Opener, { opened }: Pick<WorkerMetrics, 'opened'>): Opener {
  const counted = async <T>(kind: 'secret' | 'run', opening: Promise<T>): Promise<T> => {
    try {
      const value = await opening
      opened(kind, 'opened')
      return value
    } catch (error) {
      opened(kind, 'failed')
      throw error
    }
  }
  return {
    openWithPolicy: (at, sealed) => counted('secret', opener.openWithPolicy(at, sealed)),
    open: (at, sealed) => counted('run', opener.open(at, sealed)),
    openRunData: (at, sealed) => counted('run', opener.openRunData(at, sealed)),
  }
}
