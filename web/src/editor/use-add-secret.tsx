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
  then?: (name: string) => void
  suggestion: Suggestion | undefined
  /** The secret that gets another value instead. */
  replacing?: string
  /** The name that is wanted for a new one. */
  name?: string | undefined
  /** The host that the one in `replacing` is to be allowed. */
  allowedHost?: string | undefined
}

/**
 * @returns functions that open the dialogs, and the dialog while it is open.
 * @param learn is told of the new secret before anybody else.
 * @param suggest gives the destination of a value in a place of the step.
 */
export function useAddSecret(
  learn: (name: string) => void,
  suggest: (spot: Spot) => Suggestion | undefined,
): [Pick<Editor, 'addSecret' | 'allowHost'>, ReactNode] {
  const [asking, setAsking] = useState<Asking | undefined>(undefined)
  const finish = (name: string) => {
    learn(name)
    setAsking(undefined)
    setTimeout(() => asking?.then?.(name), AFTER_DIALOG)
  }
  const carried = useRef('')
  const close = () => setAsking(undefined)
  const replacing = asking?.replacing
  const dialog =
    replacing !== undefined ? (
      <SecretDialog
        name={replacing}
        allowedHost={asking?.allowedHost}
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
          name={asking.name}
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
  const openers: Pick<Editor, 'addSecret' | 'allowHost'> = {
    addSecret: (spot, then, name) => setAsking({ then, suggestion: spot && suggest(spot), name }),
    allowHost: (name, host) => setAsking({ suggestion: undefined, replacing: name, allowedHost: host }),
  }
  return [openers, dialog]
}
