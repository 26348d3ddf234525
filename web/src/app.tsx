import type { ReactNode } from 'react'
import { Button } from './parts/button.tsx'
import { navigate, Redirect, usePath } from './routing/location.ts'
import { newWorkspacePath, type Route, routeOf, secretsPath } from './routing/routes.ts'
import { SecretsPage } from './secrets/secrets-page.tsx'
import { Entrance } from './session/entrance.tsx'
import { InvitationPage } from './session/invitation-page.tsx'
import { SessionProvider, SignedIn, useViewer } from './session/session.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { SignUpPage } from './session/sign-up-page.tsx'
import { NewWorkspacePage } from './workspaces/new-workspace-page.tsx'
import { WorkspaceFrame } from './workspaces/workspace-frame.tsx'

export function App() {
  return (
    <SessionProvider>
      <Page route={routeOf(usePath())} />
    </SessionProvider>
  )
}

function Page({ route }: { route: Route }): ReactNode {
  switch (route.page) {
    case 'sign-in':
      return <SignInPage />
    case 'sign-up':
      return <SignUpPage />
    case 'invitation':
      return <InvitationPage />
    case 'not-found':
      return <NotFoundPage />
    case 'home':
    case 'new-workspace':
    case 'workspace':
    case 'secrets':
      return (
        <SignedIn>
          <SignedInPage route={route} />
        </SignedIn>
      )
    default:
      return route satisfies never
  }
}

type SignedInRoute = Extract<Route, { page: 'home' | 'new-workspace' | 'workspace' | 'secrets' }>

function SignedInPage({ route }: { route: SignedInRoute }): ReactNode {
  const { workspaces } = useViewer()
  const [first] = workspaces
  switch (route.page) {
    case 'home':
      return <Redirect to={first ? secretsPath(first.id) : newWorkspacePath} />
    case 'new-workspace':
      return <NewWorkspacePage />
    case 'workspace':
      return <Redirect to={secretsPath(route.workspace)} />
    case 'secrets':
      return (
        <WorkspaceFrame key={route.workspace} id={route.workspace}>
          <SecretsPage />
        </WorkspaceFrame>
      )
    default:
      return route satisfies never
  }
}

function NotFoundPage() {
  return (
    <Entrance title="There is nothing here" lead="The address may have been mistyped.">
      <Button onClick={() => navigate('/')}>Go to Lockstep</Button>
    </Entrance>
  )
}
