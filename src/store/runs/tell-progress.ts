import type { Logger } from '../../log.ts'
import type { HotPool } from './hot-pool.ts'
import type { RunJob } from './run-job.ts'
import { chunksOf, lineOfChange, RUN_CHANNEL } from './told.ts'

// How long a change waits for others (milliseconds): a run that ends before is told of once, by its end.
const GATHER = 250

/** Tells whoever watches a run that it goes on: for all runs of a worker together, and not in their transactions. */
export interface Progress {
  changed(job: RunJob): void
  /** Its end tells of itself. */
  ended(job: RunJob): void
  close(): void
}

export function createProgress(pool: HotPool, log: Logger): Progress {
  const lines = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const tell = async () => {
    timer = undefined
    const all = [...lines]
    lines.clear()
    if (all.length === 0) return
    const text = `select pg_notify('${RUN_CHANNEL}', string_agg(line, E'\\n'))
       from unnest($1::text[], $2::int[]) as it (line, chunk) group by chunk`
    // Whoever watches looks by itself every few seconds.
    await pool
      .query('tell-progress', text, [all, chunksOf(all)])
      .catch((err) => log.debug({ err }, 'that runs go on could not be told'))
  }
  return {
    changed(job) {
      lines.add(lineOfChange(job))
      timer ??= setTimeout(() => void tell(), GATHER)
    },
    ended: (job) => void lines.delete(lineOfChange(job)),
    close: () => clearTimeout(timer),
  }
}
