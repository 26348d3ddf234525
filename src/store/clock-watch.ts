import { setDatabaseTime } from '../database-time.ts'
import type { Logger } from '../log.ts'
import { DatabaseWatch } from './database-watch.ts'
import type { Store } from './store.ts'

/** A difference of the clocks that is told (milliseconds). */
export const TOLD_SKEW = 5000
/** A difference that stops what depends on the clocks (milliseconds). */
export const STOPPING_SKEW = 60_000

/**
 * Measures the database's clock, for whoever asks for the database's time.
 *
 * @returns how far this machine's clock is ahead of it at least, in milliseconds; negative when it is behind. What the
 * wait for the answer leaves open counts as agreement.
 * @throws when the database is away.
 */
export async function measureClock(store: Store): Promise<number> {
  const from = performance.now()
  const [row] = await store
    .em()
    .execute<{ now: string }[]>('select (extract(epoch from clock_timestamp()) * 1000)::text as now')
  const [until, here] = [performance.now(), Date.now()]
  const doubt = (until - from) / 2
  const there = Number(row?.now)
  setDatabaseTime(there, until - doubt, doubt)
  const skew = here - doubt - there
  return Math.sign(skew) * Math.round(Math.max(0, Math.abs(skew) - doubt))
}

/** How far a clock is from the database's, in words. @param whose the clock of what. */
export function describeSkew(skew: number, whose = 'this machine'): string {
  const side = skew > 0 ? 'ahead of' : 'behind'
  return `the clock of ${whose} is ${describeDuration(Math.abs(skew))} ${side} the database's`
}

function describeDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 120) return `${seconds} seconds`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}

const STOPS = 'Until they agree within a minute, no run, schedule or deletion begins here.'
const ADVICE = 'Have both machines take their time from the same servers (NTP).'

/** Watches how far this machine's clock is from the database's, and tells it in the log. */
export class ClockWatch extends DatabaseWatch {
  readonly #store: Store
  readonly #log: Logger
  #skew = 0
  #told: 'nothing' | 'differs' | 'stops' = 'nothing'

  constructor(store: Store, log: Logger) {
    super()
    this.#store = store
    this.#log = log
  }

  /** How far this machine's clock is ahead. */
  get skewSeconds(): number {
    return Math.round(this.#skew / 1000)
  }

  /** Why nothing may be done that depends on the clocks; undefined when they agree well enough. */
  problem(): string | undefined {
    if (Math.abs(this.#skew) <= STOPPING_SKEW) return undefined
    return `${describeSkew(this.#skew)}. ${ADVICE}`
  }

  override async look(): Promise<void> {
    this.#skew = await measureClock(this.#store)
    this.#tell(Math.abs(this.#skew))
  }

  #tell(distance: number): void {
    const state = distance > STOPPING_SKEW ? 'stops' : distance > TOLD_SKEW ? 'differs' : 'nothing'
    if (state === this.#told) return
    this.#told = state
    const facts = { skewSeconds: this.#skew / 1000 }
    const words = `${describeSkew(this.#skew)}. ${ADVICE}`
    if (state === 'stops') this.#log.error(facts, `${words} ${STOPS}`)
    else if (state === 'differs') this.#log.warn(facts, words)
    else this.#log.info(facts, 'the clocks of this machine and of the database agree again')
  }
}
