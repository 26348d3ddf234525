import { Container } from '@mantine/core'
import { type RegisteredRouter, useRouter } from '@tanstack/react-router'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Client, Provider, useQuery } from 'urql'
import { type ApiClient, createApiClient } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'
import { isSomethingTyped } from '../dialogs/use-unsaved.ts'
import { Loading } from '../feedback/loading.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { ViewerDocument, ViewerIdDocument, type ViewerQuery } from '../gql/graphql.ts'

export type Viewer = NonNullable<ViewerQuery['viewer']>

interface Session {
  /** Forgets all that was loaded. It is called when a person signs in or out. */
  restart(): void
  /** The session has ended, and a dialog holds something that the person has typed. */
  asksAgain: boolean
  /** They have signed in again, or want to do so later. */
  goOn(): void
  /** Loads all that is shown again. */
  refresh(): void
}

const nothing = () => undefined
const NO_SESSION: Session = { restart: nothing, asksAgain: false, goOn: nothing, refresh: nothing }
const SessionContext = createContext<Session>(NO_SESSION)
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

type Navigation = RegisteredRouter['navigate']

export function SessionProvider({ navigate, children }: { navigate: Navigation; children: ReactNode }) {
  const [asksAgain, setAsksAgain] = useState(false)
  const open = useCallback((): ApiClient => {
    const parts = { navigate, replace: () => setClient(open()), ask: () => setAsksAgain(true) }
    return openClient(parts)
  }, [navigate])
  const [{ client, refresh }, setClient] = useState(open)
  const session = useMemo(
    () => ({ restart: () => setClient(open()), asksAgain, goOn: () => setAsksAgain(false), refresh }),
    [open, asksAgain, refresh],
  )
  useEffect(() => {
    window.addEventListener('online', refresh)
    return () => window.removeEventListener('online', refresh)
  }, [refresh])
  return (
    <SessionContext value={session}>
      <Provider value={client}>{children}</Provider>
    </SessionContext>
  )
}

/**
 * A client for one session. When the API says that it has ended, the person is sent to sign in, and the client is
 * replaced: the next person must not see what this one has loaded. With something typed in a dialog they are asked in place.
 */
function openClient({
  navigate,
  replace,
  ask,
}: {
  navigate: Navigation
  replace: () => void
  ask: () => void
}): ApiClient {
  let ended = false
  const { client, refresh } = createApiClient(() => {
    // Several requests may hear it at once.
    if (ended) return
    if (isSomethingTyped()) return ask()
    ended = true
    const { pathname, search, hash } = window.location
    // A page that is going away may have asked again with the next client. The address to come back to is known
    // already.
    if (pathname === '/sign-in') return
    // The navigation comes before the next client, so that the page does not ask again with it.
    void navigate({ to: '/sign-in', replace: true, state: { from: pathname + search + hash } })
    replace()
  })
  return {
    client,
    async refresh() {
      // The answers to all that is shown would take the dialog away, with what is typed in it.
      if (isSomethingTyped() && (await hasEnded(client))) ask()
      else refresh()
    },
  }
}

async function hasEnded(client: Client): Promise<boolean> {
  const answer = await client.query(ViewerIdDocument, {}, { requestPolicy: 'network-only' }).toPromise()
  return answer.data?.viewer === null
}

/** Shows its content to people who are signed in, and sends everyone else to do so first. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [{ data, error, fetching }, reload] = useQuery({ query: ViewerDocument })
  const [known, setKnown] = useState<Viewer>()
  if (data?.viewer && data.viewer !== known) setKnown(data.viewer)
  if (!data && error && !fetching) {
    return (
      <Container component="main" size="xs" py="xl">
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      </Container>
    )
  }
  if (!data) return <Loading />
  // The session has ended. A dialog with something typed stays, for they are asked to sign in above it.
  const viewer = data.viewer ?? (isSomethingTyped() ? known : undefined)
  if (!viewer) return <SignInFirst />
  return <ViewerContext value={viewer}>{children}</ViewerContext>
}

/** Signing in inside of it begins no session anew, which would lose what is open. */
export function KeepsSession({ children }: { children: ReactNode }) {
  return <SessionContext value={NO_SESSION}>{children}</SessionContext>
}

function SignInFirst() {
  const router = useRouter()
  // The effect runs once, because the location changes while this is still shown.
  useEffect(() => {
    const { href, pathname } = router.history.location
    // A session that has just ended has started this navigation already, and knows the address to come back to.
    if (pathname === '/sign-in') return
    void router.navigate({ to: '/sign-in', replace: true, state: { from: href } })
  }, [router])
  return <Loading />
}
