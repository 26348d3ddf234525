import { Gauge, type Registry } from 'prom-client'
import type { PoolUse } from '../store/pool.ts'
import type { QueueLoad } from '../store/queue-load.ts'
import { processMetrics as list } from './list.ts'

/** Where the values come from that are read when somebody asks for them. */
export interface GaugeSources {
  ready(): Promise<boolean>
  queue(): Promise<QueueLoad>
  pools(): Readonly<Record<string, PoolUse>>
  /** When the first certificate of each kind expires. */
  certificates(): Promise<Readonly<Record<string, Date>>>
}

// How long what was read is given out again (milliseconds): scrapes of many collectors cost the database no more than
// those of one.
const KEEP_MS = 5000
const KEEP_CERTIFICATES_MS = 60_000
// Longer (milliseconds) a scrape waits for no source: a database that does not answer must not take the other metrics
// away.
const PATIENCE_MS = 2000

export function createGauges(registry: Registry, sources: GaugeSources): void {
  const registers = [registry]
  const ready = kept(KEEP_MS, sources.ready)
  const queue = kept(KEEP_MS, sources.queue)
  const certificates = kept(KEEP_CERTIFICATES_MS, sources.certificates)
  const ofQueue = (config: { name: string; help: string }, value: (load: QueueLoad) => number | null) =>
    new Gauge({
      ...config,
      registers,
      async collect() {
        const load = await queue()
        this.set((load && value(load)) ?? Number.NaN)
      },
    })
  new Gauge({
    ...list.ready,
    registers,
    async collect() {
      this.set((await ready()) ? 1 : 0)
    },
  })
  new Gauge({
    ...list.queueRuns,
    registers,
    async collect() {
      const load = await queue()
      const { waiting, later, active, givenUp } = load ?? UNKNOWN
      for (const [state, runs] of Object.entries({ waiting, later, active, given_up: givenUp }))
        this.set({ state }, runs)
    },
  })
  ofQueue(list.queueAge, ({ oldestSeconds }) => oldestSeconds)
  ofQueue(list.workers, ({ workers }) => workers)
  ofQueue(list.clockAge, ({ clockSeconds }) => clockSeconds)
  new Gauge({
    ...list.pool,
    registers,
    collect() {
      for (const [pool, use] of Object.entries(sources.pools()))
        for (const [state, count] of Object.entries(use)) this.set({ pool, state }, count)
    },
  })
  new Gauge({
    ...list.certificates,
    registers,
    async collect() {
      for (const [certificate, at] of Object.entries((await certificates()) ?? {}))
        this.set({ certificate }, at.getTime() / 1000)
    },
  })
}

const UNKNOWN = { waiting: Number.NaN, later: Number.NaN, active: Number.NaN, givenUp: Number.NaN }

/** What was read, for so long; undefined when it cannot be read or takes too long. */
function kept<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T | undefined> {
  let last: { at: number; value: Promise<T | undefined> } | undefined
  return () => {
    if (last && performance.now() - last.at < milliseconds) return last.value
    const late = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), PATIENCE_MS).unref()
    })
    const value = Promise.race([read().catch(() => undefined), late])
    last = { at: performance.now(), value }
    return value
  }
}
