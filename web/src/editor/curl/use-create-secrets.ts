import { useEffect } from 'react'
import { useClient } from 'urql'
import type { Problem } from '../../api/problem.ts'
import { createSealed } from '../../secrets/create-sealed.ts'
import { prepareSealing } from '../../secrets/seal.ts'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { useEditor } from '../state/editor-context.ts'
import type { NewSecret } from './choices.ts'

/** Adds secrets one after the other, each value sealed in the browser. @returns what went wrong first, if anything did. */
export function useCreateSecrets(): (secrets: readonly NewSecret[]) => Promise<Problem | undefined> {
  const client = useClient()
  const workspace = useWorkspace().id
  const { isAdmin, learnSecret } = useEditor()
  useEffect(() => {
    if (isAdmin) void prepareSealing(client, workspace)
  }, [client, workspace, isAdmin])
  return async (secrets) => {
    for (const { name, value, policy } of secrets) {
      const found = await createSealed(client, { workspace, name }, value, policy)
      if (found) return { ...found, message: `${name}: ${found.message}` }
      learnSecret(name)
    }
    return undefined
  }
}
