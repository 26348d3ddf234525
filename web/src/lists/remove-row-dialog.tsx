import type { ComponentProps } from 'react'
import { flushSync } from 'react-dom'
import type { Problem } from '../api/problem.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { notify } from '../feedback/notify.ts'
import { besideRow } from './beside-row.ts'

/** Asks before the row of a list is removed. The focus then goes to the row beside it. */
export function RemoveRowDialog({
  button,
  done,
  work,
  onClose,
  onRemoved,
  ...dialog
}: {
  /** The accessible name of the button in the row. */
  button: string
  /** Says what was done: `Ada was removed.` */
  done: string
  work: () => Promise<Problem | undefined>
  onRemoved?: () => void
} & Omit<ComponentProps<typeof ConfirmDialog>, 'work'>) {
  const remove = async () => {
    const found = await work()
    if (found) return found
    const next = besideRow(button)
    flushSync(onClose)
    next?.focus()
    notify(done)
    onRemoved?.()
    return undefined
  }
  return <ConfirmDialog {...dialog} onClose={onClose} work={remove} />
}
