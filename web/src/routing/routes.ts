/** The pages of the app. Their addresses are part of the product: people keep and share them. */
export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'sign-up' }
  | { page: 'invitation' }
  | { page: 'new-workspace' }
  | { page: 'workspace'; workspace: string }
  | { page: 'secrets'; workspace: string }
  | { page: 'not-found' }

export const signInPath = '/sign-in'
export const signUpPath = '/sign-up'
export const newWorkspacePath = '/new-workspace'

export function secretsPath(workspace: string): string {
  return `/w/${encodeURIComponent(workspace)}/settings/secrets`
}

export function routeOf(path: string): Route {
  const [first, second, ...rest] = path.split('/').filter((it) => it !== '')
  if (first === 'w' && second !== undefined) return workspaceRoute(second, rest.join('/'))
  if (second !== undefined) return { page: 'not-found' }
  switch (first) {
    case undefined:
      return { page: 'home' }
    case 'sign-in':
    case 'sign-up':
    case 'new-workspace':
      return { page: first }
    case 'invite':
      return { page: 'invitation' }
    default:
      return { page: 'not-found' }
  }
}

function workspaceRoute(encoded: string, rest: string): Route {
  const workspace = decoded(encoded)
  if (workspace === undefined) return { page: 'not-found' }
  switch (rest) {
    case '':
    case 'settings':
      return { page: 'workspace', workspace }
    case 'settings/secrets':
      return { page: 'secrets', workspace }
    default:
      return { page: 'not-found' }
  }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
