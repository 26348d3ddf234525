import { Client, fetchExchange, gql } from '@urql/core'

/** The state of a run, as the subscription reports it. */
export interface RunState {
  status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  output: unknown
  error: { code: string; message: string } | null
  finishedAt: string | null
}

/** Signs in with an API token. Keep the token on your server: it gives all rights of its role. */
export function connect(url: string, token: string): Client {
  return new Client({
    url: new URL('/graphql', url).href,
    exchanges: [fetchExchange],
    // POST keeps the variables in the body, so no variable is part of an address.
    preferGetMethod: false,
    // Subscriptions arrive as server-sent events.
    fetchSubscriptions: true,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  })
}

const secretsQuery = gql<{ secrets: { name: string }[] }, { workspace: string }>`
  query ($workspace: ID!) {
    secrets(workspace: $workspace, first: 100) {
      name
    }
  }
`

/** The names of the first 100 secrets. The API returns no values. @throws CombinedError when the API refuses. */
export async function secretNames(client: Client, workspace: string): Promise<string[]> {
  const { data, error } = await client.query(secretsQuery, { workspace })
  // What was refused is null in the data, so an error counts first.
  if (error || !data) throw error ?? new Error('The API answered without data.')
  return data.secrets.map(({ name }) => name)
}

type RunResult = { run: { id: string } } | { code: string; message: string }

const runMutation = gql<{ runAutomation: RunResult }, { input: { automation: string; input: unknown } }>`
  mutation ($input: RunAutomationInput!) {
    runAutomation(input: $input) {
      ... on RunAutomationSuccess {
        run {
          id
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`

/** Starts a run. @returns its id. @throws Error with the API's message, which says what to do, when it refuses. */
export async function runAutomation(client: Client, automation: string, input: unknown): Promise<string> {
  const { data, error } = await client.mutation(runMutation, { input: { automation, input } })
  if (error || !data) throw error ?? new Error('The API answered without data.')
  if ('code' in data.runAutomation) throw new Error(data.runAutomation.message)
  return data.runAutomation.run.id
}

const runSubscription = gql<{ runUpdated: RunState }, { id: string }>`
  subscription ($id: ID!) {
    runUpdated(id: $id) {
      status
      output
      error {
        code
        message
      }
      finishedAt
    }
  }
`

/**
 * Follows a run until it has ended. When the connection is lost, call it again: it begins with the current state.
 *
 * @returns the last state. @throws CombinedError when the connection is lost or the API refuses.
 */
export function followRun(client: Client, id: string, onState: (state: RunState) => void): Promise<RunState> {
  return new Promise((resolve, reject) => {
    client.subscription(runSubscription, { id }).subscribe(({ data, error, hasNext }) => {
      if (error) return reject(error)
      if (data) onState(data.runUpdated)
      if (data?.runUpdated.finishedAt) return resolve(data.runUpdated)
      if (!hasNext) reject(new Error('The stream ended before the run.'))
    })
  })
}
