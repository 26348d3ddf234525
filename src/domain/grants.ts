import { AppError } from '../errors.ts'
import type { Role } from '../store/entities/index.ts'
import type { Tx } from '../store/store.ts'
import { type Scope, scopesOf } from './scopes.ts'

/** Who gives rights to others: with a token, an invitation or a role. */
export interface Grantor {
  /** The person, also when a token of theirs acts. Null: a token that has no owner. */
  owner: string | null
  /** Of the token that acts; undefined: a person acts. */
  scopes?: ReadonlySet<Scope>
  /** When the token ends that acts; null: never. */
  expiresAt?: Date | null
}

/**
 * What the grantor may do, until the end of the transaction: whoever takes the role away meanwhile waits, and finds what
 * was granted.
 *
 * @throws AppError FORBIDDEN when the person has left, or is no admin any more.
 */
export async function lockGrantor(
  tx: Tx,
  workspace: string,
  { owner, scopes }: Grantor,
): Promise<ReadonlySet<Scope>> {
  if (owner === null) return scopes ?? scopesOf(undefined)
  const [row] = await tx.execute<{ role: Role }[]>(
    'select role from membership where workspace_id = ? and "user" = ? for share',
    [workspace, owner],
  )
  const ofPerson = scopesOf(row?.role)
  if (!ofPerson.has('members:write')) {
    throw new AppError('FORBIDDEN', 'You may not do this here any more. Ask an admin of the workspace.')
  }
  return scopes ? new Set([...scopes].filter((it) => ofPerson.has(it))) : ofPerson
}

/** Stops a token with few scopes from making one, or a person, with more. @throws AppError FORBIDDEN */
export function checkGrant(own: ReadonlySet<Scope>, granted: Iterable<Scope>): void {
  const missing = [...granted].find((it) => !own.has(it))
  if (missing === undefined) return
  throw new AppError('FORBIDDEN', `This token lacks the scope ${missing}, so it cannot give it to others.`)
}
