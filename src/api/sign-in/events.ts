import type { Domain, SignInEvent } from '../../domain/index.ts'
import { emailIn } from './attempt-rules.ts'
import { isObject } from './body.ts'
import type { Call, CallState } from './call.ts'

/** What came of a call. */
export interface Outcome {
  succeeded: boolean
  /** Whether the password was right, and a second factor is asked for. */
  pending: boolean
  status: number
  body: unknown
}

/** What a signed-in person did, by the endpoint. */
const done: Readonly<Record<string, SignInEvent['action']>> = {
  '/change-password': 'password.change',
  '/two-factor/verify-totp': 'two-factor.enable',
  '/two-factor/disable': 'two-factor.disable',
  '/passkey/verify-registration': 'passkey.add',
  '/passkey/delete-passkey': 'passkey.remove',
  '/end-session': 'session.end',
  '/revoke-other-sessions': 'session.end',
  '/sign-out': 'session.end',
}

/** How a person came in, by the endpoint that makes the session. */
const ways: Readonly<Record<string, string>> = {
  '/sign-in/email': 'password',
  '/sign-up/email': 'new account',
  '/two-factor/verify-totp': 'password and code',
  '/two-factor/verify-backup-code': 'password and recovery code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/oidc': 'OpenID Connect',
}

/** Whether the session of the caller has to be known before the call, because the call may end it. */
export const needsCaller = ({ endpoint }: Call): boolean => endpoint.path in done

/**
 * Writes an audit event for what came of a call, if it is worth one. Attempts that were not made, because there were too
 * many, are no event: they are in the metrics.
 *
 * @param caller the person who was signed in before.
 */
export async function recordOutcome(
  domain: Pick<Domain, 'recordSignInEvent'>,
  call: Call,
  outcome: Outcome,
  { user, refused }: CallState,
  caller: string | undefined,
): Promise<void> {
  const event =
    outcome.succeeded || outcome.pending
      ? eventOf(call, outcome, user, caller)
      : failureOf(call, outcome, refused)
  if (!event) return
  await domain.recordSignInEvent(event)
}

function eventOf(
  call: Call,
  { pending }: Outcome,
  user: string | undefined,
  caller: string | undefined,
): Omit<SignInEvent, 'address' | 'client'> | undefined {
  const { path } = call.endpoint
  const how = ways[path]
  if (pending && user !== undefined) return { action: 'sign-in.second-factor', person: { id: user } }
  if (path === '/reset-password')
    return user === undefined ? undefined : { action: 'password.reset', person: { id: user } }
  const action = done[path]
  if (action && caller !== undefined) return { action, person: { id: caller } }
  if (how === undefined || user === undefined) return undefined
  return { action: 'sign-in.succeed', person: { id: user }, detail: { how } }
}

/** A guess, and whose account it was at. */
function failureOf(
  call: Call,
  { status }: Outcome,
  refused: string | undefined,
): Omit<SignInEvent, 'address' | 'client'> | undefined {
  const { path } = call.endpoint
  const how = ways[path]
  const event = { action: 'sign-in.fail', detail: { how } } as const
  if (path === '/sign-in/email' && status === 401) return { ...event, person: { email: emailIn(call) } }
  return refused === undefined || status >= 500 ? undefined : { ...event, person: { id: refused } }
}

/** The email of the person whom an answer is about. */
export function emailOf({ body }: Outcome): string | undefined {
  const user = isObject(body) ? body['user'] : undefined
  return isObject(user) && typeof user['email'] === 'string' ? user['email'] : undefined
}
