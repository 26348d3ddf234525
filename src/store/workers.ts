import { Worker } from './entities/index.ts'
import type { Em, Store } from './store.ts'

/** How often a worker reports (milliseconds). */
export const REPORT_MS = 5000
// A worker that was not heard of for so long (seconds) has ended.
const LIVE_SECONDS = 30
// Reports of workers that were killed go after this time.
const KEEP_DAYS = 7

export interface SeenWorker {
  host: string
  rootFingerprint: string
  seenSecondsAgo: number
  /** Whether it still runs, as far as its reports tell. */
  live: boolean
  /** How far its machine's clock is ahead of the database's. */
  skewSeconds: number
}

/** All times are the database's, for the clocks of machines differ. */
export async function reportWorker(
  store: Store,
  { id, host, rootFingerprint, skewSeconds }: Pick<Worker, 'id' | 'host' | 'rootFingerprint' | 'skewSeconds'>,
): Promise<void> {
  await store.em().execute(
    `insert into worker (id, host, root_fingerprint, skew_seconds, started_at, seen_at) values (?, ?, ?, ?, now(), now())
      on conflict (id) do update set root_fingerprint = excluded.root_fingerprint,
         skew_seconds = excluded.skew_seconds, seen_at = excluded.seen_at`,
    [id, host, rootFingerprint, skewSeconds],
  )
}

export async function removeWorker(store: Store, id: string): Promise<void> {
  await store.em().nativeDelete(Worker, { id })
}

export async function pruneWorkers(store: Store): Promise<void> {
  await store.em().execute(`delete from worker where seen_at < now() - make_interval(days => ?)`, [KEEP_DAYS])
}

/** The one that was seen last first. */
export function listWorkers(em: Em): Promise<SeenWorker[]> {
  return em.execute<SeenWorker[]>(
    `select host, root_fingerprint as "rootFingerprint", skew_seconds as "skewSeconds",
            seen_at > now() - make_interval(secs => ?) as live,
            greatest(0, extract(epoch from now() - seen_at))::int as "seenSecondsAgo"
       from worker order by seen_at desc`,
    [LIVE_SECONDS],
  )
}
