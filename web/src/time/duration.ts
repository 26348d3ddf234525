/** How long something took, as people say it: `340 ms`, `2.4 s`, `3 min 5 s`, `2 h 1 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1000
  if (seconds < 59.95) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The milliseconds from one moment to another, or until now. */
export function between(startedAt: string, finishedAt: string | null, now = Date.now()): number {
  return (finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)
}
