import type { AuditAction } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { recordInstanceEvent } from './audit.ts'

type SignInAction = Extract<
  AuditAction,
  `${'sign-in' | 'session' | 'password' | 'two-factor' | 'passkey' | 'app'}.${string}`
>

export interface SignInEvent {
  action: SignInAction
  /** The id of the person, or the email that was typed. */
  person: { id: string } | { email: string }
  detail?: Readonly<Record<string, unknown>>
}

const personBy = statement('select id, email from auth_user where id = $1 or email = $2')

/**
 * Writes what a person did about signing in into the audit logs of the instance and of each of the person's workspaces.
 * An email of no account leaves nothing: somebody may have typed a password there.
 */
export async function recordSignInEvent(
  store: Store,
  { action, person, detail }: SignInEvent,
): Promise<void> {
  const [id, email] = 'id' in person ? [person.id, null] : [null, person.email]
  const [found] = await store.read<{ id: string; email: string }>(personBy, [id, email])
  if (!found) return
  const { email: label } = found
  const entry = { actor: { label }, action, target: label, person: found.id }
  await recordInstanceEvent(store.em(), detail ? { ...entry, detail } : entry)
}
