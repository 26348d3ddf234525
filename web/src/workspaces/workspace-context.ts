import { createContext, useContext } from 'react'
import type { WorkspaceQuery } from '../gql/graphql.ts'

export type Workspace = NonNullable<WorkspaceQuery['workspace']>

export const WorkspaceContext = createContext<Workspace | undefined>(undefined)

/** The workspace that is open. Only for components inside of `WorkspaceFrame`. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext)
  if (!workspace) throw new Error('useWorkspace needs WorkspaceFrame around it')
  return workspace
}
