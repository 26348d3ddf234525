import type { Open } from './open.ts'
import { Palette } from './palette.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'

/** What a key or a button has opened. */
export function Opened({
  open,
  workspace,
  setOpen,
}: {
  open: Open
  workspace: string
  setOpen: (open: Open) => void
}) {
  const close = () => setOpen(undefined)
  if (open === 'shortcuts') return <ShortcutsDialog onClose={close} />
  return <Palette workspace={workspace} onClose={close} showShortcuts={() => setOpen('shortcuts')} />
}
