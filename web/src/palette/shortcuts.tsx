import { lazy, Suspense, useEffect } from 'react'
import type { Open } from './open.ts'

const Opened = lazy(async () => ({ default: (await import('./opened.tsx')).Opened }))

/** The keys that work on every page of a workspace. What they open is loaded then. */
export function Shortcuts({
  workspace,
  open,
  setOpen,
}: {
  workspace: string
  open: Open
  setOpen: (open: Open) => void
}) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const found = meantBy(event)
      if (!found) return
      event.preventDefault()
      if (found === 'search') document.querySelector<HTMLElement>('#content [type=search]')?.focus()
      else setOpen(found)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [setOpen])
  return <Suspense>{open && <Opened open={open} workspace={workspace} setOpen={setOpen} />}</Suspense>
}

function meantBy({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): Open | 'search' {
  // What a dialog asks comes first.
  if (altKey || document.querySelector('[role=dialog]')) return undefined
  if (ctrlKey || metaKey) return key === 'k' ? 'palette' : undefined
  // Somebody writes.
  if ((target as Element).closest('input, textarea, select, [contenteditable=true]')) return undefined
  return key === '/' ? 'search' : key === '?' ? 'shortcuts' : undefined
}
