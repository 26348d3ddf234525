import { useEffect, useState } from 'react'

/**
 * The time in milliseconds. It moves on twice a second while `running`, for showing how long something has taken so
 * far.
 */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [running])
  return now
}
