import { useEffect, useState } from 'react'

/**
 * What is typed, once the typing has paused.
 *
 * @param pause in milliseconds. The default is long enough that not every key sends a request.
 */
export function useSettled(typed: string, pause = 200): string {
  const [settled, setSettled] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), pause)
    return () => clearTimeout(timer)
  }, [typed, pause])
  return settled
}
