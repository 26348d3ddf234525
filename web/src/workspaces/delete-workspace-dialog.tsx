import { List, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { notify } from '../feedback/notify.ts'
import { useSubmission } from '../forms/use-submission.ts'
import { DeleteWorkspaceDocument, ViewerDocument } from '../gql/graphql.ts'
import { useWorkspace } from './workspace-context.ts'

/** Deletes the workspace, once its name is typed. */
export function DeleteWorkspaceDialog({ onClose }: { onClose: () => void }) {
  const { name } = useWorkspace()
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose} keepsTyped>
      <DeleteForm onClose={onClose} />
    </Dialog>
  )
}

function DeleteForm({ onClose }: { onClose: () => void }) {
  const { id: workspace, name } = useWorkspace()
  const client = useClient()
  const navigate = useNavigate()
  const submission = useSubmission()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const confirmed = typed.trim() === name
  const submit = () => {
    setAsked(true)
    if (!confirmed) return
    submission.send(async () => {
      const input = { workspace, name: typed }
      const found = problemIn(await client.mutation(DeleteWorkspaceDocument, { input }).toPromise())
      if (found) return found
      // The list of workspaces is shown by the page that comes next.
      await client.query(ViewerDocument, {}, { requestPolicy: 'network-only' }).toPromise()
      onClose()
      notify(`${name} was deleted.`)
      await navigate({ to: '/', ignoreBlocker: true })
      return undefined
    })
  }
  return (
    <DialogForm submission={submission} submit="Delete" danger noValidate onSubmit={submit} onClose={onClose}>
      <Text size="sm">This cannot be undone, and takes from everybody in it:</Text>
      <List size="sm">
        <List.Item>all secrets; the keys that open their values are destroyed</List.Item>
        <List.Item>all automations with their hooks and schedules; runs end</List.Item>
        <List.Item>all runs and files, memberships, invitations and API tokens</List.Item>
      </List>
      <Text size="sm">
        The audit log stays with the operator, and the id <code>{workspace}</code> stays taken. Backups that
        were made before have their own copy of the keys.
      </Text>
      <TextInput
        label={`Type ${name} to confirm`}
        data-autofocus
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={asked && !confirmed && 'This is not the name of the workspace.'}
        errorProps={{ role: 'alert' }}
      />
    </DialogForm>
  )
}
