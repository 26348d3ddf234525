import { useSyncExternalStore } from 'react'

const MINUTE = 60_000
const steps = [
  ['minute', MINUTE],
  ['hour', 60 * MINUTE],
  ['day', 24 * 60 * MINUTE],
  ['month', 30.4 * 24 * 60 * MINUTE],
  ['year', 365 * 24 * 60 * MINUTE],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A moment, as “3 minutes ago” and as the exact date and time. */
export function TimeAgo({ at }: { at: string }) {
  const now = useNow()
  const date = new Date(at)
  return (
    <time dateTime={at} className="time">
      <span>{timeAgo(date.getTime(), now)}</span> <span className="exact">{exact.format(date)}</span>
    </time>
  )
}

export function timeAgo(at: number, now: number): string {
  // The clock of the server may be a little ahead. No moment shown here is in the future.
  const passed = Math.max(0, now - at)
  const step = steps.findLast(([, length]) => passed >= length)
  if (!step) return 'just now'
  const [unit, length] = step
  return relative.format(-Math.floor(passed / length), unit)
}

/** The time in milliseconds, which moves on every half minute. */
function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / (MINUTE / 2)) * (MINUTE / 2))
}

function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, MINUTE / 2)
  return () => clearInterval(timer)
}
