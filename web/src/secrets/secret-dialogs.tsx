import { useRef } from 'react'
import { AddSecretDialog } from './add-secret-dialog.tsx'
import { DeleteSecretDialog } from './delete-secret-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'

export type OpenDialog =
  | { kind: 'add' }
  | { kind: 'secret'; name: string }
  /** As an address says it: a new secret of this name, or one that there is. */
  | { kind: 'asked'; add: string | undefined; secret: string | undefined }
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
  const wantsNew = dialog.kind === 'add' || (dialog.kind === 'asked' && dialog.add !== undefined)
  if (wantsNew) {
    return (
      <AddSecretDialog
        {...(dialog.kind === 'asked' && { name: dialog.add })}
        onClose={close}
        onAdded={onAdded}
        carried={carried}
        onReplace={(name) => setDialog({ kind: 'secret', name })}
      />
    )
  }
  switch (dialog.kind) {
    case 'asked':
      return (
        dialog.secret !== undefined && <SecretDialog name={dialog.secret} onClose={close} onDone={onDone} />
      )
    case 'secret':
      return <SecretDialog name={dialog.name} carried={carried} onClose={close} onDone={onDone} />
    case 'delete':
      return (
        <DeleteSecretDialog name={dialog.name} onClose={close} onDeleted={() => onDeleted(dialog.name)} />
      )
    default:
      return dialog satisfies never
  }
}
