import { useEffect, useState } from 'react'

const SETTLED_AFTER = 200

/** What is typed, once the typing has paused: so that not every key sends a request. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), SETTLED_AFTER)
    return () => clearTimeout(timer)
  }, [typed])
  return settled
}
