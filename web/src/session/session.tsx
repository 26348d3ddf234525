import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { type Client, Provider, useQuery } from 'urql'
import { createApiClient } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'
import { ViewerDocument, type ViewerQuery } from '../gql/graphql.ts'
import { Trouble } from '../parts/notice.tsx'
import { navigate, Redirect } from '../routing/location.ts'
import { signInPath } from '../routing/routes.ts'

export type Viewer = NonNullable<ViewerQuery['viewer']>

interface Session {
  /** Forgets all that was loaded; to be called when another person signs in or the person signs out. */
  restart(): void
}

const SessionContext = createContext<Session>({ restart: () => undefined })
const ViewerContext = createContext<Viewer | undefined>(undefined)

export function useSession(): Session {
  return useContext(SessionContext)
}

/** Who is signed in. Only for components inside of {@link SignedIn}. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (!viewer) throw new Error('useViewer needs SignedIn around it')
  return viewer
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [client, setClient] = useState(() => openClient((next) => setClient(next)))
  const session = useMemo(() => ({ restart: () => setClient(openClient(setClient)) }), [])
  return (
    <SessionContext value={session}>
      <Provider value={client}>{children}</Provider>
    </SessionContext>
  )
}

/**
 * A client for one session. When the API says that it has ended, the person is sent to sign in, and the client is
 * replaced: what it has loaded is not for whoever signs in next.
 */
function openClient(replace: (client: Client) => void): Client {
  let ended = false
  return createApiClient(() => {
    // Several requests may hear it at once.
    if (ended) return
    ended = true
    // First, so that the page does not ask again with the next client.
    navigate(signInPath, { replace: true, from: window.location.pathname + window.location.hash })
    replace(openClient(replace))
  })
}

// A first workspace changes the viewer, although nothing in an empty list says so.
const viewerContext = { additionalTypenames: ['Workspace'] }

/** Shows its content to people who are signed in, and sends everyone else to do so first. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [{ data, error, fetching }, reload] = useQuery({ query: ViewerDocument, context: viewerContext })
  if (!data && error && !fetching) {
    return (
      <main className="entrance">
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      </main>
    )
  }
  if (!data) return <main className="entrance" aria-busy="true" />
  if (!data.viewer) return <Redirect to={signInPath} from={window.location.pathname} />
  return <ViewerContext value={data.viewer}>{children}</ViewerContext>
}
