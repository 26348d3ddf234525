import { Button, Group, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../api/problem.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { notify } from '../feedback/notify.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { LeaveWorkspaceDocument, RenameWorkspaceDocument, WorkspaceNameDocument } from '../gql/graphql.ts'
import { Section } from '../layout/section.tsx'
import { Page } from './page.tsx'
import { useWorkspace } from './workspace-context.ts'

const DeleteWorkspaceDialog = lazy(async () => ({
  default: (await import('./delete-workspace-dialog.tsx')).DeleteWorkspaceDialog,
}))

/** The name of the workspace, leaving it, and deleting it. */
export function WorkspacePage() {
  const { id, viewerRole } = useWorkspace()
  const [leaving, setLeaving] = useState(false)
  const [deleting, setDeleting] = useState(false)
  return (
    <Page title="Workspace" lead={`Its id is ${id}. It stands in addresses, and stays as it is.`}>
      {viewerRole === 'ADMIN' && <NameSection />}
      <Section title="Leave" lead="You will no longer see this workspace, until somebody invites you again.">
        <Group>
          <Button variant="default" onClick={() => setLeaving(true)}>
            Leave the workspace
          </Button>
        </Group>
      </Section>
      {viewerRole === 'ADMIN' && (
        <Section title="Delete" lead="For everybody in it, with its secrets, automations and runs.">
          <Group>
            <Button variant="default" onClick={() => setDeleting(true)}>
              Delete the workspace
            </Button>
          </Group>
        </Section>
      )}
      {deleting && (
        <Suspense>
          <DeleteWorkspaceDialog onClose={() => setDeleting(false)} />
        </Suspense>
      )}
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </Page>
  )
}

function NameSection() {
  const { id: workspace, name: saved } = useWorkspace()
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [name, setName] = useState(saved)
  const [seen, setSeen] = useState(saved)
  /** What another admin has named it meanwhile. What was typed stays. */
  const theirs = async (conflict: Problem) => {
    const at = { id: workspace }
    const answer = await client
      .query(WorkspaceNameDocument, at, { requestPolicy: 'network-only' })
      .toPromise()
    const now = answer.data?.workspace?.name
    if (now === undefined) return problemIn(answer) ?? conflict
    setSeen(now)
    const message = `Someone else has named it ${now} meanwhile. Rename it again to put yours in its place.`
    return { ...conflict, message }
  }
  const rename = () =>
    send(async () => {
      const input = { workspace, name, ifName: seen }
      const found = problemIn(await client.mutation(RenameWorkspaceDocument, { input }).toPromise())
      if (found?.code === 'CONFLICT') return theirs(found)
      if (found) return found
      setSeen(name.trim())
      notify(`The workspace is called ${name.trim()} now.`)
      return undefined
    })
  return (
    <Section title="Name">
      <Form
        problem={problem}
        onSubmit={rename}
        actions={
          <Group>
            <Button type="submit" loading={busy} disabled={name.trim() === saved}>
              Rename
            </Button>
          </Group>
        }
      >
        <TextInput
          label="Name of the workspace"
          required
          withAsterisk={false}
          maxLength={200}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Form>
    </Section>
  )
}

function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { id: workspace, name } = useWorkspace()
  const client = useClient()
  const navigate = useNavigate()
  const leave = async () => {
    const found = problemIn(await client.mutation(LeaveWorkspaceDocument, { workspace }).toPromise())
    if (found) return found
    onClose()
    notify(`You have left ${name}.`)
    await navigate({ to: '/', ignoreBlocker: true })
    return undefined
  }
  return (
    <ConfirmDialog title={`Leave ${name}?`} confirm="Leave" onClose={onClose} work={leave}>
      <Text size="sm">
        Automations and secrets stay as they are. API tokens and open invitations that you made end at once.
      </Text>
    </ConfirmDialog>
  )
}
