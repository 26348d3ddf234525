import type { Actor, TokenGrant } from '../domain/index.ts'

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
