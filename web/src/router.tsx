import { createRootRoute, createRoute, createRouter, Navigate, Outlet } from '@tanstack/react-router'
import { readAuditFilter } from './audit/audit-filter.ts'
import { readAutomationsAddress } from './automations/automations-address.ts'
import { PageSkeleton } from './feedback/skeletons.tsx'
import { lazyPage } from './routing/lazy-page.tsx'
import { BrokenPage, NotFoundInWorkspace, NotFoundPage } from './routing/lost-pages.tsx'
import type { SecretsAddress } from './secrets/secrets-address.ts'
import { SignedIn } from './session/session.tsx'
import { SessionEnded } from './session/session-ended.tsx'
import { HomePage } from './workspaces/home-page.tsx'
import { WorkspaceFrame } from './workspaces/workspace-frame.tsx'

interface RunFilter {
  automation?: unknown
  status?: unknown
}

/** The pages of the app. Their addresses are part of the product: people keep and share them. */
const root = createRootRoute({ notFoundComponent: NotFoundPage })
type Entrance = '/sign-in' | '/sign-up' | '/invite' | '/forgot-password' | '/reset-password' | '/verify-email'
const page = (path: Entrance, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component })

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: () => (
    <SignedIn>
      <Outlet />
      <SessionEnded />
    </SignedIn>
  ),
})
const home = createRoute({ getParentRoute: () => signedIn, path: '/', component: HomePage })
const newWorkspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/new-workspace',
  component: lazyPage(() => import('./workspaces/new-workspace-page.tsx'), 'NewWorkspacePage'),
})
const security = createRoute({
  getParentRoute: () => signedIn,
  path: '/security',
  component: lazyPage(() => import('./security/security-page.tsx'), 'SecurityPage'),
})
const authorize = createRoute({
  getParentRoute: () => signedIn,
  path: '/authorize',
  component: lazyPage(() => import('./apps/consent-page.tsx'), 'ConsentPage'),
})
const device = createRoute({
  getParentRoute: () => signedIn,
  path: '/device',
  component: lazyPage(() => import('./apps/device-page.tsx'), 'DevicePage'),
})
const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/w/$workspace',
  notFoundComponent: NotFoundInWorkspace,
  component: function Workspace() {
    const { workspace: id } = workspace.useParams()
    return (
      <WorkspaceFrame key={id} id={id}>
        <Outlet />
      </WorkspaceFrame>
    )
  },
})
const workspaceIndex = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: () => <Navigate from="/w/$workspace" to="/w/$workspace/automations" replace />,
})
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  component: () => <Navigate from="/w/$workspace" to="/w/$workspace/settings/secrets" replace />,
})
const secrets = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/secrets',
  component: lazyPage(() => import('./secrets/secrets-page.tsx'), 'SecretsPage'),
  validateSearch: (search: SecretsAddress) => search,
})
const members = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/members',
  component: lazyPage(() => import('./members/members-page.tsx'), 'MembersPage'),
})
const workspaceSettings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/workspace',
  component: lazyPage(() => import('./workspaces/workspace-page.tsx'), 'WorkspacePage'),
})
const tokens = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/tokens',
  component: lazyPage(() => import('./tokens/tokens-page.tsx'), 'TokensPage'),
})
const audit = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/audit',
  component: lazyPage(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  validateSearch: readAuditFilter,
})
const keys = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/keys',
  component: lazyPage(() => import('./keys/keys-page.tsx'), 'KeysPage'),
})
const automations = createRoute({
  getParentRoute: () => workspace,
  path: '/automations',
  component: lazyPage(() => import('./automations/automations-page.tsx'), 'AutomationsPage'),
  validateSearch: readAutomationsAddress,
})
const newAutomation = createRoute({
  getParentRoute: () => workspace,
  path: '/automations/new',
  component: lazyPage(() => import('./editor/editor-page.tsx'), 'NewAutomationPage'),
})
const automation = createRoute({
  getParentRoute: () => workspace,
  path: '/automations/$automation',
  component: lazyPage(() => import('./editor/editor-page.tsx'), 'AutomationPage'),
})
const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  component: lazyPage(() => import('./runs/runs-page.tsx'), 'RunsPage'),
  // The filters are part of the address, so that a person can keep and share a filtered list.
  validateSearch: (search: RunFilter): { automation?: string; status?: string } => ({
    ...(typeof search.automation === 'string' && { automation: search.automation }),
    ...(typeof search.status === 'string' && { status: search.status }),
  }),
})
const run = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/$run',
  component: lazyPage(() => import('./runs/run-page.tsx'), 'RunPage'),
})

const ofWorkspace = [
  workspaceIndex,
  settings,
  secrets,
  members,
  workspaceSettings,
  tokens,
  audit,
  keys,
  automations,
  newAutomation,
  automation,
  runs,
  run,
] as const
const routeTree = root.addChildren([
  page(
    '/sign-in',
    lazyPage(() => import('./session/sign-in-page.tsx'), 'SignInPage'),
  ),
  page(
    '/sign-up',
    lazyPage(() => import('./session/sign-up-page.tsx'), 'SignUpPage'),
  ),
  page(
    '/invite',
    lazyPage(() => import('./session/invitation-page.tsx'), 'InvitationPage'),
  ),
  page(
    '/forgot-password',
    lazyPage(() => import('./session/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  ),
  page(
    '/reset-password',
    lazyPage(() => import('./session/reset-password-page.tsx'), 'ResetPasswordPage'),
  ),
  page(
    '/verify-email',
    lazyPage(() => import('./session/verify-email-page.tsx'), 'VerifyEmailPage'),
  ),
  signedIn.addChildren([home, newWorkspace, security, authorize, device, workspace.addChildren(ofWorkspace)]),
])

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
  interface HistoryState {
    /** The address that the person wanted to see before they had to sign in. */
    from?: string
    /** The host that a run was refused, for the form of the secret that it opens. */
    allowedHost?: string
  }
}
