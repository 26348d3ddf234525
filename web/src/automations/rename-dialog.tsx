import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Problem } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { notify } from '../feedback/notify.ts'
import { useSubmission } from '../forms/use-submission.ts'

export function RenameDialog({
  name,
  rename,
  onClose,
}: {
  name: string
  rename: (next: string) => Promise<Problem | undefined>
  onClose: () => void
}) {
  const submission = useSubmission()
  const [typed, setTyped] = useState(name)
  const submit = () =>
    submission.send(async () => {
      const problem = await rename(typed.trim())
      if (problem) return problem
      onClose()
      notify(`${name} is called ${typed.trim()} now.`)
      return undefined
    })
  return (
    <Dialog title={`Rename ${name}`} onClose={onClose}>
      <DialogForm submission={submission} submit="Rename" onSubmit={submit} onClose={onClose}>
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          maxLength={200}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  )
}
