import { type ReactNode, useRef, useState } from 'react'
import { notify } from '../feedback/notify.ts'
import { AddSecretDialog } from '../secrets/add-secret-dialog.tsx'
import { SecretDialog } from '../secrets/secret-dialog.tsx'
import type { Suggestion } from '../secrets/suggestion.ts'
import type { Spot } from './draft/destination.ts'
import type { Editor } from './state/editor-context.ts'

/** Milliseconds, in which the dialog gives the focus back to the field. */
const AFTER_DIALOG = 60

interface Asking {
  then: (name: string) => void
  suggestion: Suggestion | undefined
  /** The secret that gets another value instead. */
  replacing?: string
}

/**
 * @returns a function that opens the dialog, and the dialog while it is open.
 * @param learn is told of the new secret before anybody else.
 * @param suggest gives the destination of a value in a place of the step.
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
  const carried = useRef('')
  const close = () => setAsking(undefined)
  const replacing = asking?.replacing
  const dialog =
    replacing !== undefined ? (
      <SecretDialog
        name={replacing}
        carried={carried}
        onClose={close}
        onDone={(done) => {
          notify(done)
          finish(replacing)
        }}
      />
    ) : (
      asking && (
        <AddSecretDialog
          suggestion={asking.suggestion}
          onClose={close}
          carried={carried}
          onAdded={(name) => {
            notify(`${name} was added.`)
            finish(name)
          }}
          onReplace={(name) => setAsking({ ...asking, replacing: name })}
          onUse={finish}
        />
      )
    )
  return [(spot, then) => setAsking({ then, suggestion: spot && suggest(spot) }), dialog]
}
