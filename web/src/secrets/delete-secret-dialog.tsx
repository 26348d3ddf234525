import { type FormEvent, useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn, problemOf } from '../api/problem.ts'
import { DeleteSecretDocument, SecretUsagesDocument, type SecretUsagesQuery } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem, Trouble } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'

type Usages = SecretUsagesQuery['secretUsages']

/** Shows first what would break. */
export function DeleteSecretDialog({
  name,
  onClose,
  onDeleted,
}: {
  name: string
  onClose: () => void
  onDeleted: () => void
}) {
  const workspace = useWorkspace().id
  const [{ data, error, fetching }, reload] = useQuery({
    query: SecretUsagesDocument,
    variables: { workspace, name },
    requestPolicy: 'network-only',
  })
  const usages = fetching || error ? undefined : data?.secretUsages
  return (
    <Dialog
      title={
        <>
          Delete <code>{name}</code>
        </>
      }
      onClose={onClose}
    >
      {error && !fetching && <Trouble problem={problemOf(error)} onRetry={reload} />}
      <div aria-live="polite" className="consequences">
        {fetching && <p aria-busy="true">Looking for steps that use it …</p>}
        {usages && <UsageList usages={usages} />}
      </div>
      {usages && <DeleteForm name={name} used={usages.length > 0} onClose={onClose} onDeleted={onDeleted} />}
    </Dialog>
  )
}

function UsageList({ usages }: { usages: Usages }) {
  if (usages.length === 0) return <p>No step uses it. Its value will be gone for good.</p>
  const steps = new Set(usages.map((it) => JSON.stringify([it.automation.id, it.step]))).size
  return (
    <>
      <p>
        Its value will be gone for good, and{' '}
        <strong>{steps === 1 ? '1 step will fail' : `${steps} steps will fail`}</strong> when run:
      </p>
      <ul className="usages">
        {usages.map(({ automation, step, field }) => (
          <li key={JSON.stringify([automation.id, step, field])}>
            {automation.name} <code>{step}</code> <span className="hint">in {field}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function DeleteForm({
  name,
  used,
  onClose,
  onDeleted,
}: {
  name: string
  used: boolean
  onClose: () => void
  onDeleted: () => void
}) {
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const confirmed = !used || typed.trim() === name

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(true)
    if (!confirmed) return
    send(async () => {
      const input = { workspace, name }
      const found = problemIn(await client.mutation(DeleteSecretDocument, { input }).toPromise())
      if (!found) onDeleted()
      return found
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      {used && (
        <TextField
          label={`Type ${name} to confirm`}
          code
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          problem={asked && !confirmed ? 'This is not the name of the secret.' : undefined}
        />
      )}
      <FormProblem problem={problem} />
      <div className="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" submit busy={busy}>
          Delete
        </Button>
      </div>
    </form>
  )
}
