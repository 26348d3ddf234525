import { databaseTime } from '../../database-time.ts'
import type { Logger } from '../../log.ts'
import type { HotPool } from './hot-pool.ts'

/** Something that may be done so often in a minute. */
export interface CountedCall {
  workspace: string
  subject: string
  /** By all API processes together. */
  most: number
  /** For how many it counts; by default 1. */
  weight?: number
}

/** What is left of a minute, in whole seconds from 1 on, when something was done as often as it may be. */
export interface Exceeded {
  call: CountedCall
  retryAfterSeconds: number
}

interface Count {
  workspace: string
  subject: string
  minute: number
  /** What all processes have told the database, as last read. */
  told: number
  /** What this process has not told yet. */
  untold: number
}

const MINUTE = 60_000
// How often what is counted here is told, and that of the others read (milliseconds).
const APART = 1000
// What goes with one statement at most.
const MOST_ROWS = 500

const TELL = `
insert into call_count (workspace_id, subject, minute, count)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[])
    on conflict (workspace_id, subject, minute) do update set count = call_count.count + excluded.count
returning workspace_id as workspace, subject, (extract(epoch from minute) * 1000)::float8 as minute, count`

const keyOf = ({ workspace, subject }: { workspace: string; subject: string }): string =>
  `${workspace} ${subject}`

/**
 * Counts calls within the minute of the database's clock, together with the other API processes. A call itself waits for
 * no database: each process counts by itself, and every second adds its counts to those of the others and reads them.
 * So a limit may be exceeded by what comes to the other processes within that second. While the database is away each
 * process counts for itself.
 */
export class CallCounts {
  readonly #pool: HotPool
  readonly #log: Logger
  readonly #counts = new Map<string, Count>()
  #minute = 0
  /** The minute in which this process last removed counts. */
  #pruned = 0
  #timer: NodeJS.Timeout | undefined
  #telling: Promise<void> | undefined
  #isClosed = false

  constructor(pool: HotPool, log: Logger) {
    this.#pool = pool
    this.#log = log
  }

  /** Counts all of these, or nothing when one of them would be over its limit. @returns the one that is. */
  take(calls: readonly CountedCall[]): Exceeded | undefined {
    const now = databaseTime().getTime()
    this.#begin(now - (now % MINUTE))
    const counts = calls.map((it) => this.#find(it))
    const call = calls.find(({ most, weight = 1 }, at) => {
      const { told = 0, untold = 0 } = counts[at] ?? {}
      return told + untold + weight > most
    })
    if (call) return { call, retryAfterSeconds: Math.ceil((MINUTE - (now % MINUTE)) / 1000) }
    for (const [at, count] of counts.entries()) count.untold += calls[at]?.weight ?? 1
    this.#timer ??= this.#startTimer()
    return undefined
  }

  /** Tells the others what is not told yet. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#telling
    await this.#tell()
  }

  /** Of an earlier minute nobody asks any more. */
  #begin(minute: number): void {
    if (minute === this.#minute) return
    this.#minute = minute
    this.#counts.clear()
  }

  #find({ workspace, subject }: CountedCall): Count {
    const key = keyOf({ workspace, subject })
    const known = this.#counts.get(key)
    if (known) return known
    const count = { workspace, subject, minute: this.#minute, told: 0, untold: 0 }
    this.#counts.set(key, count)
    return count
  }

  #startTimer(): NodeJS.Timeout {
    const tell = async () => {
      this.#telling = this.#tell()
      await this.#telling
      this.#timer = undefined
      const isLeft = [...this.#counts.values()].some(({ untold }) => untold > 0)
      if (isLeft && !this.#isClosed) this.#timer = this.#startTimer()
    }
    return setTimeout(() => void tell(), APART).unref()
  }

  async #tell(): Promise<void> {
    // In one order, so that two processes do not wait for each other.
    const counts = [...this.#counts.values()]
      .filter(({ untold }) => untold > 0)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    try {
      for (let at = 0; at < counts.length; at += MOST_ROWS)
        await this.#write(counts.slice(at, at + MOST_ROWS))
      if (counts.length > 0 && this.#pruned !== this.#minute) await this.#prune(this.#minute)
    } catch (err) {
      this.#log.warn(
        { err },
        'calls could not be counted together with other processes, it will be tried again',
      )
    }
  }

  async #prune(minute: number): Promise<void> {
    const past = 'delete from call_count where minute < $1'
    await this.#pool.query('prune-call-counts', past, [new Date(minute - MINUTE)])
    this.#pruned = minute
  }

  async #write(counts: readonly Count[]): Promise<void> {
    const sent = counts.map(({ untold }) => untold)
    const columns = [
      counts.map(({ workspace }) => workspace),
      counts.map(({ subject }) => subject),
      counts.map(({ minute }) => new Date(minute)),
      sent,
    ]
    const rows = await this.#pool.query<CountRow>('tell-call-counts', TELL, columns)
    for (const [at, count] of counts.entries()) count.untold -= sent[at] ?? 0
    const totals = new Map(rows.map((row) => [`${row.minute} ${keyOf(row)}`, row.count]))
    for (const it of counts) it.told = totals.get(`${it.minute} ${keyOf(it)}`) ?? it.told
  }
}

interface CountRow {
  workspace: string
  subject: string
  minute: number
  count: number
}
