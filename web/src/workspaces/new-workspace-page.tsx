import { type FormEvent, useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { CreateWorkspaceDocument } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { navigate } from '../routing/location.ts'
import { secretsPath } from '../routing/routes.ts'
import { Entrance } from '../session/entrance.tsx'
import { workspaceAddress } from './workspace-address.ts'

export function NewWorkspacePage() {
  return (
    <Entrance title="Create a workspace" lead="A workspace holds the secrets and automations of one team.">
      <NewWorkspaceForm />
    </Entrance>
  )
}

function NewWorkspaceForm() {
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [name, setName] = useState('')
  const [chosenAddress, setChosenAddress] = useState<string | undefined>(undefined)
  const address = chosenAddress ?? workspaceAddress(name)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send(async () => {
      const answer = await client
        .mutation(CreateWorkspaceDocument, { input: { id: address, name } })
        .toPromise()
      const found = problemIn(answer)
      if (!found) navigate(secretsPath(address), { replace: true })
      return found
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <TextField
        label="Name"
        required
        maxLength={200}
        autoComplete="organization"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Address"
        required
        code
        autoComplete="off"
        value={address}
        onChange={(event) => setChosenAddress(event.target.value)}
        hint="Lower-case letters, digits and hyphens. It cannot be changed later."
      />
      <FormProblem problem={problem} />
      <Button kind="primary" submit busy={busy}>
        Create workspace
      </Button>
    </form>
  )
}
