import { useEffect, useRef } from 'react'

/** Ctrl+S, on a Mac ⌘S. */
export function isSaveKey({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean {
  return key.toLowerCase() === 's' && (ctrlKey || metaKey) && !altKey
}

/** Calls `save` on Ctrl+S or ⌘S, wherever in the page, in the place of what the browser does. */
export function useSaveKey(save: () => void): void {
  const latest = useRef(save)
  latest.current = save
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isSaveKey(event)) return
      event.preventDefault()
      if (!event.repeat) latest.current()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
