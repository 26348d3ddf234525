import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../log.ts'
import type { Store } from './store.ts'

/** How many days runs and audit events are kept; 0 for ever. */
export interface Retention {
  runDays: number
  auditDays: number
}

/** In this order they are dropped: no run is left without its steps for longer than others need to look at it. */
const TABLES = ['run_file_chunk', 'run_file', 'step_run', 'run', 'audit_event'] as const
type Table = (typeof TABLES)[number]

// So many partitions there are at most of what is kept for a limited time: each costs a statement a little.
const PARTS = 6
const LONGEST_DAYS = 31

// A lock that did not come in time (SQLSTATE) is tried for again so often, with these pauses (milliseconds).
const LOCK_STATE = '55P03'
const TRIES = 20
const PAUSE_MS = 1000

const daysOf = (table: Table, { runDays, auditDays }: Retention): number =>
  table === 'audit_event' ? auditDays : runDays

/** How many days a new partition holds, so that what is dropped at once is a small part of what is kept. */
export function widthOf(days: number): number {
  return days === 0 ? LONGEST_DAYS : Math.min(LONGEST_DAYS, Math.ceil(days / PARTS))
}

/** Sees to it that there is a partition for what comes. Any number of processes may call it at once. */
export async function growPartitions({ store, log }: Parts, retention: Retention): Promise<void> {
  for (const table of TABLES) {
    const width = widthOf(daysOf(table, retention))
    for (;;) {
      const step = await call(store, 'grow_partition', table, width)
      if (step === 'future')
        log.warn({ table }, 'rows of a wrong clock, from the future, keep new partitions away')
      if (step === null || step === 'future') break
      if (step === 'added') log.info({ table }, 'partition added')
    }
  }
}

/** Drops the partitions all of whose rows are older than they are kept, and so gives their disk back. */
export async function dropPartitions({ store, log }: Parts, retention: Retention): Promise<void> {
  for (const table of TABLES) {
    const days = daysOf(table, retention)
    for (let part: string | null = ''; days > 0 && part !== null; ) {
      part = await call(store, 'drop_partition', table, days)
      if (part !== null) log.info({ part }, 'partition dropped, all of it was older than it is kept')
    }
  }
}

interface Parts {
  store: Store
  log: Logger
}

/** @throws PostgreSQL's error when others kept the table locked through all tries. */
async function call(
  store: Store,
  name: 'grow_partition' | 'drop_partition',
  table: Table,
  days: number,
): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const [row] = await store
        .em()
        .execute<{ done: string | null }[]>(`select ${name}(?, ?) as done`, [table, days])
      return row?.done ?? null
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === LOCK_STATE
      if (!isLocked || attempt === TRIES) throw error
      await sleep(PAUSE_MS)
    }
  }
}
