import { useEffect } from 'react'

/** Asks again every so often (milliseconds), for a list that changes by itself. @param needed whether it does. */
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
