import { Button, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { CreateWorkspaceDocument } from '../gql/graphql.ts'
import { Entrance } from '../layout/entrance.tsx'
import { Link } from '../routing/link.tsx'
import { useViewer } from '../session/session.tsx'
import { workspaceAddress } from './workspace-address.ts'

export function NewWorkspacePage() {
  const { workspaces } = useViewer()
  return (
    <Entrance title="Create a workspace" lead="A workspace holds the secrets and automations of one team.">
      <NewWorkspaceForm />
      {workspaces.length > 0 ? (
        <Link to="/" size="sm">
          Back to {workspaces[0]?.name}
        </Link>
      ) : (
        <Text size="sm" c="dimmed">
          Should you join another one? Open the invitation link that its admin gave you.
        </Text>
      )}
    </Entrance>
  )
}

function NewWorkspaceForm() {
  const client = useClient()
  const navigate = useNavigate()
  const { busy, problem, send } = useSubmission()
  const [name, setName] = useState('')
  const [chosenAddress, setChosenAddress] = useState<string | undefined>(undefined)
  const address = chosenAddress ?? workspaceAddress(name)
  const create = () =>
    send(async () => {
      const input = { id: address, name }
      const found = problemIn(await client.mutation(CreateWorkspaceDocument, { input }).toPromise())
      const params = { workspace: address }
      if (!found) void navigate({ to: '/w/$workspace/settings/secrets', params, replace: true })
      return found
    })
  return (
    <Form
      problem={problem}
      onSubmit={create}
      actions={
        <Button type="submit" loading={busy}>
          Create workspace
        </Button>
      }
    >
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        maxLength={200}
        autoComplete="organization"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Address"
        required
        withAsterisk={false}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        ff="monospace"
        value={address}
        onChange={(event) => setChosenAddress(event.currentTarget.value)}
        description="Lower-case letters, digits and hyphens. It cannot be changed later."
      />
    </Form>
  )
}
