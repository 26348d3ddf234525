import { createContext, type ReactNode, useContext } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../api/problem.ts'
import { WorkspaceDocument, type WorkspaceQuery } from '../gql/graphql.ts'
import { Announcer } from '../parts/announcer.tsx'
import { Trouble } from '../parts/notice.tsx'
import { Link } from '../routing/link.tsx'
import { PageHeading } from '../routing/page-heading.tsx'
import { Sidebar } from './sidebar.tsx'

export type Workspace = NonNullable<WorkspaceQuery['workspace']>

const WorkspaceContext = createContext<Workspace | undefined>(undefined)

/** The workspace that is open. Only for components inside of {@link WorkspaceFrame}. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext)
  if (!workspace) throw new Error('useWorkspace needs WorkspaceFrame around it')
  return workspace
}

/** Navigation beside the page, and the workspace that the page is about. */
export function WorkspaceFrame({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Announcer>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <div className="frame">
        <Sidebar workspace={id} />
        <main id="content" tabIndex={-1}>
          <OpenWorkspace id={id}>{children}</OpenWorkspace>
        </main>
      </div>
    </Announcer>
  )
}

function OpenWorkspace({ id, children }: { id: string; children: ReactNode }) {
  const [{ data, error, fetching }, reload] = useQuery({ query: WorkspaceDocument, variables: { id } })
  const workspace = data?.workspace
  if (workspace?.id === id) return <WorkspaceContext value={workspace}>{children}</WorkspaceContext>
  if (fetching) return <div aria-busy="true" />
  if (error) {
    return <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
  }
  return (
    <>
      <PageHeading text="There is no such workspace" />
      <p className="lead">
        It does not exist, or you are not a member of it. Ask one of its admins to invite you.
      </p>
      <p>
        <Link href="/">Go to your workspaces</Link>
      </p>
    </>
  )
}
