import { type ReactNode, useState } from 'react'
import { notify } from '../feedback/notify.ts'
import { AddSecretDialog } from '../secrets/add-secret-dialog.tsx'
import type { Suggestion } from '../secrets/suggestion.ts'
import type { Spot } from './draft/destination.ts'
import type { Editor } from './state/editor-context.ts'

/** Long enough for the dialog to have given the focus back to where it was before. */
const AFTER_DIALOG = 60

interface Asking {
  then: (name: string) => void
  suggestion: Suggestion | undefined
}

/**
 * @returns opens the dialog, and the dialog while it is open.
 * @param learn hears of the secret first.
 * @param suggest what the step says of a place in it.
 */
export function useAddSecret(
  learn: (name: string) => void,
  suggest: (spot: Spot) => Suggestion | undefined,
): [Editor['addSecret'], ReactNode] {
  const [asking, setAsking] = useState<Asking | undefined>(undefined)
  const finish = (name: string) => {
    learn(name)
    setAsking(undefined)
    setTimeout(() => asking?.then(name), AFTER_DIALOG)
  }
  const dialog = asking && (
    <AddSecretDialog
      suggestion={asking.suggestion}
      onClose={() => setAsking(undefined)}
      onAdded={(name) => {
        notify(`${name} was added.`)
        finish(name)
      }}
      // It exists: that is all that was wanted.
      onOpenTaken={finish}
    />
  )
  return [(spot, then) => setAsking({ then, suggestion: spot && suggest(spot) }), dialog]
}
