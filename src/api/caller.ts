import type { Actor, Domain, Role, TokenGrant } from '../domain/index.ts'

/** Who makes a request. */
export type Caller =
  | { kind: 'anonymous' }
  | { kind: 'user'; id: string; name: string; email: string }
  | ({ kind: 'token' } & TokenGrant)

/** The caller's role in a workspace; `undefined` both for a foreign workspace and for a missing one. */
export async function roleIn(domain: Domain, caller: Caller, workspace: string): Promise<Role | undefined> {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'token':
      return caller.workspace === workspace ? caller.role : undefined
    case 'user':
      return domain.workspaces.roleOf(workspace, caller.id)
    default:
      return caller satisfies never
  }
}

/** How the audit log names the caller. */
export function actorOf(caller: Caller): Actor {
  switch (caller.kind) {
    case 'anonymous':
      return { label: 'anonymous' }
    case 'token':
      return { label: `API token ${caller.name}` }
    case 'user':
      return { label: caller.email }
    default:
      return caller satisfies never
  }
}
