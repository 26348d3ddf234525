import { useEffect } from 'react'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../../api/problem.ts'
import { CreateSecretDocument } from '../../gql/graphql.ts'
import { prepareSealing, sealInBrowser } from '../../secrets/seal.ts'
import { useWorkspace } from '../../workspaces/workspace-frame.tsx'
import { useEditor } from '../editor-context.ts'

/** Adds secrets one after the other, each value sealed in the browser. @returns what went wrong first, if anything did. */
export function useCreateSecrets(): (
  secrets: readonly { name: string; value: string }[],
) => Promise<Problem | undefined> {
  const client = useClient()
  const workspace = useWorkspace().id
  const { isAdmin, learnSecret } = useEditor()
  useEffect(() => {
    if (isAdmin) void prepareSealing(client, workspace)
  }, [client, workspace, isAdmin])
  return async (secrets) => {
    for (const { name, value } of secrets) {
      const sealing = await sealInBrowser(client, { workspace, name }, value)
      if ('problem' in sealing) return sealing.problem
      const input = { workspace, name, sealedValue: sealing.sealedValue }
      const found = problemIn(await client.mutation(CreateSecretDocument, { input }).toPromise())
      if (found) return { ...found, message: `${name}: ${found.message}` }
      learnSecret(name)
    }
    return undefined
  }
}
