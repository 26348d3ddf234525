import { useEffect, useState } from 'react'
import { type Client, type OperationResult, useClient } from 'urql'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { SecretsDocument, type SecretsQuery } from '../gql/graphql.ts'
import { nextOf } from '../lists/paged-list.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

// The most names that the API gives at once.
const PAGE_LENGTH = 5000

export interface KnownNames {
  /** The names of all secrets; undefined as long as they are not known. */
  names: ReadonlySet<string> | undefined
  problem: Problem | undefined
  /** Looks again, for instance after somebody was faster. */
  reload(): void
}

export function useKnownNames(): KnownNames {
  const workspace = useWorkspace().id
  const client = useClient()
  const [names, setNames] = useState<ReadonlySet<string>>()
  const [problem, setProblem] = useState<Problem>()
  const [asked, setAsked] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` counts how often it is to look.
  useEffect(() => {
    let isCurrent = true
    void loadNames(client, workspace).then((found) => {
      if (!isCurrent) return
      if ('problem' in found) return setProblem(found.problem)
      setProblem(undefined)
      setNames(found.names)
    })
    return () => {
      isCurrent = false
    }
  }, [client, workspace, asked])
  return { names, problem, reload: () => setAsked((times) => times + 1) }
}

async function loadNames(
  client: Client,
  workspace: string,
): Promise<{ names: ReadonlySet<string> } | { problem: Problem }> {
  const names = new Set<string>()
  let after: string | null = null
  for (;;) {
    const variables = { workspace, search: '', first: PAGE_LENGTH, after, policies: false }
    const { data, error }: OperationResult<SecretsQuery> = await client
      .query(SecretsDocument, variables, { requestPolicy: 'network-only' })
      .toPromise()
    if (error || !data) return { problem: error ? problemOf(error) : networkProblem() }
    for (const { node } of data.secretsConnection.edges) names.add(node.name)
    after = nextOf(data.secretsConnection)
    if (after === null) return { names }
  }
}
