import { createHash } from 'node:crypto'
import { statement } from './statements.ts'
import type { Store } from './store.ts'

/** How often something may fail, and how long one then waits. */
export interface AttemptRule {
  /** What is counted, such as an account. It is stored as a hash. */
  subject: string
  /** How many attempts are made without a wait. */
  free: number
  /** The longest wait after an attempt, in seconds. The first one is a second, and each is twice the one before. */
  longest: number
  /** After how many seconds without an attempt the count begins anew. */
  forget: number
}

/** Attempts that failed or have not ended yet, counted in the database, so that all API processes share them. */
export interface SignInAttempts {
  /**
   * Counts an attempt before it is made, so that attempts at once count each other. Of several rules the strictest
   * decides.
   *
   * @returns 0 when it may be made, otherwise after how many seconds.
   */
  take(rules: readonly AttemptRule[]): Promise<number>
  /** The attempt succeeded: `forgotten` begin anew, and one attempt is taken off `others`. */
  succeed(forgotten: readonly AttemptRule[], others: readonly AttemptRule[]): Promise<void>
}

const waiting = statement(
  `select ceil(extract(epoch from max(blocked_until) - clock_timestamp()))::int as seconds
     from sign_in_attempt where key = any ($1) and blocked_until > clock_timestamp()`,
)

// No row comes back while the key is blocked. The exponent is bounded, for the interval would overflow. A distributed
// database takes no clock in `do update`, so the time is that of the row which was to be inserted.
const counting = statement(
  `insert into sign_in_attempt as it (key, attempts, last_at, blocked_until)
   values ($1, 1, clock_timestamp(), case when $2::int <= 1 then clock_timestamp() + interval '1 second' end)
   on conflict (key) do update set
     attempts = case when it.last_at < excluded.last_at - $4::int * interval '1 second' then 1 else it.attempts + 1 end,
     blocked_until = case
       when it.last_at < excluded.last_at - $4::int * interval '1 second' or it.attempts + 1 < $2::int then null
       else excluded.last_at + least($3::int, 2 ^ least(it.attempts + 1 - $2::int, 20)) * interval '1 second'
     end,
     last_at = excluded.last_at
   where it.blocked_until is null or it.blocked_until <= excluded.last_at
   returning key`,
)

const forgetting = statement('delete from sign_in_attempt where key = any ($1)')
const takingOff = statement(
  `update sign_in_attempt set attempts = greatest(attempts - 1, 0), blocked_until = null where key = any ($1)`,
)

// What nobody has tried for a day is of no use to any rule. Few at a time, so that nobody waits for it.
const pruning = statement(
  `with old as materialized (
     select key from sign_in_attempt where last_at < clock_timestamp() - interval '1 day'
      limit 20 for update skip locked)
   delete from sign_in_attempt using old where sign_in_attempt.key = old.key`,
)

const keyOf = ({ subject }: AttemptRule): string => createHash('sha256').update(subject).digest('base64url')

export function createSignInAttempts({ read }: Pick<Store, 'read'>): SignInAttempts {
  const secondsLeft = async (rules: readonly AttemptRule[]): Promise<number> => {
    const [row] = await read<{ seconds: number | null }>(waiting, [rules.map(keyOf)])
    return row?.seconds ?? 0
  }
  return {
    async take(rules) {
      // Nothing is counted for an attempt that is refused: it must not make the wait of others longer.
      const seconds = await secondsLeft(rules)
      if (seconds > 0) return seconds
      for (const rule of rules) {
        const { free, longest, forget } = rule
        const counted = await read(counting, [keyOf(rule), free, longest, forget])
        // Another attempt, at the same moment, was the last one that waits for nothing.
        if (counted.length === 0) return Math.max(1, await secondsLeft([rule]))
      }
      await read(pruning, [])
      return 0
    },
    async succeed(forgotten, others) {
      await read(forgetting, [forgotten.map(keyOf)])
      await read(takingOff, [others.map(keyOf)])
    },
  }
}
