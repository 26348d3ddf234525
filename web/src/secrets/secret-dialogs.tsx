import { lazy, Suspense, useRef } from 'react'
import { AddSecretDialog } from './add-secret-dialog.tsx'
import { DeleteSecretDialog } from './delete-secret-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'

// Loaded later: most people import once, when they move in.
const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }))

export type OpenDialog =
  | { kind: 'add'; name?: string }
  | { kind: 'import' }
  | { kind: 'secret'; name: string; allowedHost?: string | undefined }
  | { kind: 'delete'; name: string }

export function SecretDialogs({
  dialog,
  setDialog,
  onChanged,
  onDone,
  onAdded,
  onDeleted,
}: {
  dialog: OpenDialog
  setDialog: (dialog: OpenDialog | undefined) => void
  /** Something is saved, and the dialog stays open. */
  onChanged: () => void
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
    case 'import':
      return (
        <Suspense>
          <ImportDialog onClose={close} onChanged={onChanged} onDone={onDone} />
        </Suspense>
      )
    case 'delete':
      return (
        <DeleteSecretDialog name={dialog.name} onClose={close} onDeleted={() => onDeleted(dialog.name)} />
      )
    default:
      return dialog satisfies never
  }
}
