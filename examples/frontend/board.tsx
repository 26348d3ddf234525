import {
  CreateSecretDocument,
  FollowSecretsDocument,
  ListAutomationsDocument,
  RunAutomationDocument,
  refusalOf,
  sealSecret,
  ViewerDocument,
  WatchRunDocument,
} from '@lockstep/client'
import { executeWith } from '@lockstep/client/urql'
import { useState } from 'react'
import { useClient, useMutation, useQuery, useSubscription } from 'urql'

export function Board() {
  const [{ data, error }] = useQuery({ query: ViewerDocument })
  const [chosen, setChosen] = useState('')
  const workspaces = data?.viewer?.workspaces ?? []
  const workspace = chosen || workspaces[0]?.id
  return (
    <>
      {error && <p role="alert">{error.message}</p>}
      <label>
        Workspace{' '}
        <select value={workspace} onChange={(event) => setChosen(event.target.value)}>
          {workspaces.map(({ id, name }) => (
            <option key={id} value={id} label={name} />
          ))}
        </select>
      </label>
      {workspace && <Secrets workspace={workspace} />}
      {workspace && <Automations workspace={workspace} />}
    </>
  )
}

/** The names as they are now: the list changes when somebody else changes it. */
function Secrets({ workspace }: { workspace: string }) {
  const [search, setSearch] = useState('')
  const [{ data, error }] = useSubscription({
    query: FollowSecretsDocument,
    variables: { workspace, search, first: 50 },
  })
  return (
    <section>
      <h2>Secrets</h2>
      <input aria-label="Search" value={search} onChange={(event) => setSearch(event.target.value)} />
      {error && <p role="alert">{error.message}</p>}
      <ul aria-label="Secrets">
        {data?.secretsChanged.edges.map(({ node }) => (
          <li key={node.id}>{node.name}</li>
        ))}
      </ul>
      <AddSecret workspace={workspace} />
    </section>
  )
}

/** The value leaves the browser sealed, and bound to the host where it may go. */
function AddSecret({ workspace }: { workspace: string }) {
  const client = useClient()
  const [, createSecret] = useMutation(CreateSecretDocument)
  const [said, setSaid] = useState('')
  const add = async (form: FormData) => {
    const text = (field: string) => String(form.get(field))
    try {
      const at = { workspace, name: text('name') }
      const { input } = await sealSecret(executeWith(client), at, text('value'), { hosts: [text('host')] })
      const { data, error } = await createSecret({ input })
      if (!data) throw error ?? new Error('The API answered without data.')
      const refusal = refusalOf(data.createSecret)
      setSaid(refusal ? refusal.message : `${at.name} is saved.`)
    } catch (error) {
      setSaid((error as Error).message)
    }
  }
  return (
    <form action={add}>
      <input name="name" aria-label="Name" required />
      <input name="value" aria-label="Value" type="password" autoComplete="off" required />
      <input name="host" aria-label="Host" placeholder="api.example.com" required />
      <button type="submit">Add</button>
      <output>{said}</output>
    </form>
  )
}

function Automations({ workspace }: { workspace: string }) {
  const [{ data, error }] = useQuery({ query: ListAutomationsDocument, variables: { workspace, first: 50 } })
  const [, runAutomation] = useMutation(RunAutomationDocument)
  const [run, setRun] = useState<string>()
  const [problem, setProblem] = useState('')
  const start = async (automation: string) => {
    const { data: answer, error: failed } = await runAutomation({ input: { automation } })
    const refusal = answer && refusalOf(answer.runAutomation)
    setProblem(refusal?.message ?? failed?.message ?? '')
    if (answer && 'run' in answer.runAutomation) setRun(answer.runAutomation.run.id)
  }
  return (
    <section>
      <h2>Automations</h2>
      {(problem || error) && <p role="alert">{problem || error?.message}</p>}
      <ul aria-label="Automations">
        {data?.automationsConnection.edges.map(({ node }) => (
          <li key={node.id}>
            <button type="button" onClick={() => void start(node.id)}>
              Run {node.name}
            </button>
          </li>
        ))}
      </ul>
      {run && <FollowedRun key={run} id={run} />}
    </section>
  )
}

function FollowedRun({ id }: { id: string }) {
  const [{ data, error }] = useSubscription({ query: WatchRunDocument, variables: { id } })
  return (
    <output aria-label="Run">
      {error?.message ?? data?.runUpdated.status} {data?.runUpdated.error?.message}
    </output>
  )
}
