import type { Actor, Grantor, TokenGrant } from '../domain/index.ts'

/** Who makes a request. */
export type Caller =
  | { kind: 'anonymous' }
  | { kind: 'user'; id: string; name: string; email: string }
  | ({ kind: 'token' } & TokenGrant)

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

/** Whose rights bound what the caller may give to others. */
export function grantorOf(caller: Caller): Grantor {
  if (caller.kind === 'user') return { owner: caller.id }
  if (caller.kind === 'token') return caller
  return { owner: null, scopes: new Set() }
}
