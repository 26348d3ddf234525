import { Divider } from '@mantine/core'
import { Dialog } from '../parts/dialog.tsx'
import { AllowedHosts } from './allowed-hosts-form.tsx'
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
      <AllowedHosts name={name} onSaved={() => onDone(`The allowed hosts of ${name} were saved.`)} />
    </Dialog>
  )
}
