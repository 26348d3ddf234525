import { useRef } from 'react'
import { AddSecretDialog } from './add-secret-dialog.tsx'
import { DeleteSecretDialog } from './delete-secret-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'

export type OpenDialog =
  | { kind: 'add'; name?: string }
  | { kind: 'secret'; name: string; allowedHost?: string | undefined }
  | { kind: 'delete'; name: string }

export function SecretDialogs({
  dialog,
  setDialog,
  onDone,
  onAdded,
  onDeleted,
}: {
  dialog: OpenDialog
  setDialog: (dialog: OpenDialog | undefined) => void
  /** @param done says what was done. */
  onDone: (done: string) => void
  onAdded: (name: string) => void
  onDeleted: (name: string) => void
}) {
  const close = () => setDialog(undefined)
  // A ref and no state, because React would keep the value. Reading it empties it.
  const carried = useRef('')
  switch (dialog.kind) {
    case 'add':
      return (
        <AddSecretDialog
          name={dialog.name}
          onClose={close}
          onAdded={onAdded}
          carried={carried}
          onReplace={(name) => setDialog({ kind: 'secret', name })}
        />
      )
    case 'secret':
      return (
        <SecretDialog
          name={dialog.name}
          allowedHost={dialog.allowedHost}
          carried={carried}
          onClose={close}
          onDone={onDone}
        />
      )
    case 'delete':
      return (
        <DeleteSecretDialog name={dialog.name} onClose={close} onDeleted={() => onDeleted(dialog.name)} />
      )
    default:
      return dialog satisfies never
  }
}
