import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'

const AnnounceContext = createContext<(text: string) => void>(() => undefined)

const SHOWN_FOR = 6000

/** Says what was done: `useAnnounce()('STRIPE_KEY was added.')`. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext)
}

/** Shows for a while what was done, and lets a screen reader say it. */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<{ text: string }>()
  const announce = useCallback((text: string) => setSaid({ text }), [])
  useEffect(() => {
    if (!said) return undefined
    const timer = setTimeout(() => setSaid(undefined), SHOWN_FOR)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="toast-place" role="status">
        {said && <div className="toast">{said.text}</div>}
      </div>
    </AnnounceContext>
  )
}
