import { type FormEvent, useRef } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { UpdateSecretDocument } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'
import { pasteAgain } from './paste-again.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

export function ReplaceValueForm({ name, onReplaced }: { name: string; onReplaced: () => void }) {
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const valueInput = useRef<ValueInput | null>(null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const value = valueInput.current?.take()
    if (value === undefined) return
    send(async () => {
      const input = { workspace, name, value }
      // Not through a hook: its state would keep the variables, and so the value.
      const found = problemIn(await client.mutation(UpdateSecretDocument, { input }).toPromise())
      if (!found) onReplaced()
      valueInput.current?.focus()
      return pasteAgain(found)
    })
  }
  return (
    <form method="post" onSubmit={submit} noValidate>
      <ValueField label="New value" ref={valueInput} first />
      <ValueWarning />
      <FormProblem problem={problem} />
      <div className="actions">
        <Button kind="primary" submit busy={busy}>
          Replace value
        </Button>
      </div>
    </form>
  )
}
