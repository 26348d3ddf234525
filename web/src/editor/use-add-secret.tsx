import { type ReactNode, useState } from 'react'
import { notify } from '../parts/notify.ts'
import { AddSecretDialog } from '../secrets/add-secret-dialog.tsx'

/** Long enough for the dialog to have given the focus back to where it was before. */
const AFTER_DIALOG = 60

/** @returns opens the dialog, and the dialog while it is open. @param learn hears of the secret first. */
export function useAddSecret(
  learn: (name: string) => void,
): [(then: (name: string) => void) => void, ReactNode] {
  const [asking, setAsking] = useState<{ then: (name: string) => void } | undefined>(undefined)
  const finish = (name: string) => {
    learn(name)
    setAsking(undefined)
    setTimeout(() => asking?.then(name), AFTER_DIALOG)
  }
  const dialog = asking && (
    <AddSecretDialog
      onClose={() => setAsking(undefined)}
      onAdded={(name) => {
        notify(`${name} was added.`)
        finish(name)
      }}
      // It exists: that is all that was wanted.
      onOpenTaken={finish}
    />
  )
  return [(then) => setAsking({ then }), dialog]
}
