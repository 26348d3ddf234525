import { useEffect, useSyncExternalStore } from 'react'

const MOVED = 'lockstep:moved'

/** The path of the page that is shown; the component renders again when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname)
}

/** Shows another page. `from` is where the person wanted to be, for a detour such as signing in. */
export function navigate(path: string, options: { replace?: boolean; from?: string } = {}): void {
  const state = options.from === undefined ? null : { from: options.from }
  if (options.replace) window.history.replaceState(state, '', path)
  else window.history.pushState(state, '', path)
  window.dispatchEvent(new Event(MOVED))
}

/** Where the person wanted to be before a detour. */
export function wantedPath(): string | undefined {
  const state: unknown = window.history.state
  if (typeof state !== 'object' || state === null || !('from' in state)) return undefined
  return typeof state.from === 'string' ? state.from : undefined
}

export function Redirect({ to, from }: { to: string; from?: string }): null {
  useEffect(() => navigate(to, from === undefined ? { replace: true } : { replace: true, from }), [to, from])
  return null
}

function subscribe(onMove: () => void): () => void {
  window.addEventListener('popstate', onMove)
  window.addEventListener(MOVED, onMove)
  return () => {
    window.removeEventListener('popstate', onMove)
    window.removeEventListener(MOVED, onMove)
  }
}
