import './dialogs.css'
import { List, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn, problemOf } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { DeleteSecretDocument, SecretUsagesDocument, type SecretUsagesQuery } from '../gql/graphql.ts'
import { Link } from '../routing/link.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

type Usages = SecretUsagesQuery['secretUsagesConnection']

/** Asks before a secret is deleted, and shows which steps would fail. */
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
  const usages = fetching || error ? undefined : data?.secretUsagesConnection
  return (
    <Dialog
      keepsTyped
      title={
        <>
          Delete <code>{name}</code>
        </>
      }
      onClose={onClose}
    >
      <Stack gap="sm">
        {error && !fetching && <Trouble problem={problemOf(error)} onRetry={reload} />}
        <div aria-live="polite">
          {fetching && (
            <Text c="dimmed" aria-busy="true">
              Looking for steps that use it …
            </Text>
          )}
          {usages && <UsageList usages={usages} />}
        </div>
        {usages && (
          <DeleteForm name={name} used={usages.totalCount > 0} onClose={onClose} onDeleted={onDeleted} />
        )}
      </Stack>
    </Dialog>
  )
}

function UsageList({ usages: { edges, totalCount } }: { usages: Usages }) {
  const workspace = useWorkspace().id
  const usages = edges.map(({ node }) => node)
  const others = totalCount - usages.length
  if (usages.length === 0) return <Text>No step uses it. Its value will be gone for good.</Text>
  const steps = new Set(usages.map((it) => JSON.stringify([it.automation.id, it.step]))).size
  return (
    <>
      <Text>
        Its value will be gone for good, and{' '}
        <strong>{steps === 1 ? 'this step will fail' : `these ${steps} steps will fail`}</strong> when run:
      </Text>
      <List size="sm" mt="xs" className="usages" tabIndex={0} aria-label="Steps that use it">
        {usages.map(({ automation, step, field }) => (
          <List.Item key={JSON.stringify([automation.id, step, field])}>
            <Link
              size="sm"
              underline="always"
              to="/w/$workspace/automations/$automation"
              params={{ workspace, automation: automation.id }}
            >
              {automation.name}
            </Link>
            , step <code>{step}</code>{' '}
            <Text span size="sm" c="dimmed">
              in {field}
            </Text>
          </List.Item>
        ))}
      </List>
      {others > 0 && <Text size="sm">It stands in {others} more fields, whose steps will fail too.</Text>}
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
  const submission = useSubmission()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const confirmed = !used || typed.trim() === name

  const submit = () => {
    setAsked(true)
    if (!confirmed) return
    submission.send(async () => {
      const input = { workspace, name }
      const found = problemIn(await client.mutation(DeleteSecretDocument, { input }).toPromise())
      if (!found) onDeleted()
      return found
    })
  }
  return (
    <DialogForm submission={submission} submit="Delete" danger noValidate onSubmit={submit} onClose={onClose}>
      {used && (
        <TextInput
          label={`Type ${name} to confirm`}
          data-autofocus
          classNames={{ input: 'code-input' }}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={asked && !confirmed && 'This is not the name of the secret.'}
          errorProps={{ role: 'alert' }}
        />
      )}
    </DialogForm>
  )
}
