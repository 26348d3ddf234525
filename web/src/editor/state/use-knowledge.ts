import { useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { LastSamplesDocument, SecretNamesDocument } from '../../gql/graphql.ts'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { noSamples, type Samples, samplesOf } from '../draft/known-variables.ts'

export interface Knowledge {
  /** Undefined as long as the names are not loaded. */
  secrets: readonly string[] | undefined
  samples: Samples
  /** Adds a new secret, before the list of the API has it. */
  learn(secret: string): void
}

/** What the templates of an automation can refer to. @param automation its id, once it is saved. */
export function useKnowledge(automation: string | undefined): Knowledge {
  const workspace = useWorkspace().id
  const [added, setAdded] = useState<readonly string[]>([])
  const [{ data: names }] = useQuery({ query: SecretNamesDocument, variables: { workspace } })
  const [{ data: last }] = useQuery({
    query: LastSamplesDocument,
    variables: { id: automation ?? '' },
    pause: automation === undefined,
  })
  const secrets = useMemo(() => {
    const known = names?.secretsConnection.edges.map(({ node }) => node.name)
    return known && [...new Set([...known, ...added])].sort((a, b) => a.localeCompare(b))
  }, [names, added])
  const groups = automation === undefined ? undefined : last?.automation?.variables
  const run = last?.automation?.runs.find(({ finishedAt }) => finishedAt !== null)?.id
  const samples = useMemo(() => (groups ? samplesOf(groups, run) : noSamples), [groups, run])
  return { secrets, samples, learn: (secret) => setAdded((before) => [...before, secret]) }
}
