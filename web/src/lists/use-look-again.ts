import { useEffect } from 'react'

/**
 * Loads again what changes by itself, such as a list of runs.
 *
 * @param interval in milliseconds.
 * @param needed whether it may change.
 */
export function useLookAgain(
  reload: (options: { requestPolicy: 'network-only' }) => void,
  interval: number,
  needed = true,
): void {
  useEffect(() => {
    if (!needed) return undefined
    const timer = setInterval(() => reload({ requestPolicy: 'network-only' }), interval)
    return () => clearInterval(timer)
  }, [reload, interval, needed])
}
