/** How many attempts are taken within a window. */
export interface AttemptRule {
  /** Seconds. */
  window: number
  max: number
}

export interface AttemptCounter {
  /** Counts an attempt. @returns whether it is taken, and if not, after how many seconds the next one is. */
  consume(key: string, rule: AttemptRule): Promise<{ allowed: boolean; retryAfter: number | null }>
}

// Stops a caller with many addresses from filling the memory; the oldest are forgotten.
const MOST_KEYS = 100_000

/**
 * Counts in memory the attempts of one server. A refused attempt does not make the wait longer.
 *
 * @param now milliseconds.
 */
export function createAttemptCounter(
  now: () => number = () => performance.now(),
  mostKeys = MOST_KEYS,
): AttemptCounter {
  const counts = new Map<string, { count: number; endsAt: number }>()
  return {
    async consume(key, { window, max }) {
      const at = now()
      const known = counts.get(key)
      const count = known && at < known.endsAt ? known.count : 0
      if (known && count >= max) return { allowed: false, retryAfter: Math.ceil((known.endsAt - at) / 1000) }
      // Deleted first, so that the latest stands last.
      counts.delete(key)
      counts.set(key, { count: count + 1, endsAt: at + window * 1000 })
      for (const [oldest, { endsAt }] of counts) {
        if (at < endsAt && counts.size <= mostKeys) break
        counts.delete(oldest)
      }
      return { allowed: true, retryAfter: null }
    },
  }
}
