import { type FormEvent, useRef, useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { CreateSecretDocument } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'
import { NameField, useTypedName } from './name-field.tsx'
import { pasteAgain } from './paste-again.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

export function AddSecretDialog({
  onClose,
  onAdded,
  onOpenTaken,
}: {
  onClose: () => void
  onAdded: (name: string) => void
  onOpenTaken: (name: string) => void
}) {
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const read = useTypedName(workspace, typed)
  const valueInput = useRef<ValueInput | null>(null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(true)
    if (busy) return
    if (read.name === '' || read.taken) {
      event.currentTarget.querySelector('input')?.focus()
      return
    }
    const value = valueInput.current?.take()
    if (value === undefined) return
    send(async () => {
      const input = { workspace, name: read.name, value }
      // Not through a hook: its state would keep the variables, and so the value.
      const found = problemIn(await client.mutation(CreateSecretDocument, { input }).toPromise())
      if (!found) onAdded(read.name)
      valueInput.current?.focus()
      return pasteAgain(found)
    })
  }
  return (
    <Dialog title="Add a secret" onClose={onClose}>
      <form method="post" onSubmit={submit} noValidate>
        <NameField typed={typed} onType={setTyped} read={read} asked={asked} onOpenTaken={onOpenTaken} />
        <ValueField label="Value" ref={valueInput} />
        <ValueWarning />
        <FormProblem problem={problem} />
        <div className="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" submit busy={busy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
