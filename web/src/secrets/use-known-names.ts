import { useEffect, useState } from 'react'
import { type Client, useClient } from 'urql'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { SecretsDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

const PAGE_LENGTH = 500

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
  let after: string | undefined
  for (;;) {
    const variables = { workspace, search: '', first: PAGE_LENGTH, after, policies: false }
    const { data, error } = await client
      .query(SecretsDocument, variables, { requestPolicy: 'network-only' })
      .toPromise()
    if (error || !data) return { problem: error ? problemOf(error) : networkProblem() }
    for (const { name } of data.secrets) names.add(name)
    after = data.secrets.at(-1)?.name
    if (data.secrets.length < PAGE_LENGTH) return { names }
  }
}
