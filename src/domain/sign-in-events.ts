import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { recordAudit } from './audit.ts'

type SignInAction =
  | 'sign-in.succeed'
  | 'sign-in.fail'
  | 'sign-in.second-factor'
  | 'session.end'
  | 'password.change'
  | 'password.link'
  | 'password.reset'
  | 'two-factor.enable'
  | 'two-factor.disable'
  | 'passkey.add'
  | 'passkey.remove'

export interface SignInEvent {
  action: SignInAction
  /** The id of the person, or the email that was typed. */
  person: { id: string } | { email: string }
  /** The address of the client. */
  address: string
  /** What the client calls itself. */
  client: string
  detail?: Readonly<Record<string, unknown>>
}

const workspacesOfPerson = statement(
  `select workspace_id as workspace, email from membership join auth_user on auth_user.id = membership."user"
    where auth_user.id = $1 or auth_user.email = $2`,
)

/** Writes what a person did about signing in into the audit log of each of the person's workspaces. */
export async function recordSignInEvent(
  store: Store,
  { action, person, address, client, detail }: SignInEvent,
): Promise<void> {
  const [id, email] = 'id' in person ? [person.id, null] : [null, person.email]
  const found = await store.read<{ workspace: string; email: string }>(workspacesOfPerson, [id, email])
  if (found.length === 0) return
  await store.inTransaction(async (tx) => {
    for (const { workspace, email: label } of found) {
      const entry = { workspace, actor: { label }, action, target: label }
      await recordAudit(tx, { ...entry, detail: { address, client, ...detail } })
    }
  })
}
