import { Divider } from '@mantine/core'
import { Dialog } from '../dialogs/dialog.tsx'
import { SecretPolicy } from './policy-form.tsx'
import { ReplaceValueForm } from './replace-value-form.tsx'

/** What an admin can do with one secret: all but view its value. */
export function SecretDialog({
  name,
  onClose,
  onDone,
}: {
  name: string
  onClose: () => void
  onDone: (done: string) => void
}) {
  return (
    <Dialog title={<code>{name}</code>} onClose={onClose}>
      <ReplaceValueForm name={name} onReplaced={() => onDone(`The value of ${name} was replaced.`)} />
      <Divider my="lg" />
      <SecretPolicy name={name} onSaved={() => onDone(`Where ${name} may go was saved.`)} />
    </Dialog>
  )
}
