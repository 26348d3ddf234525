import { createAuthMiddleware, isAPIError } from 'better-auth/api'
import { isObject } from './body.ts'
import { callState } from './call.ts'

// The library's name for the cookie that says whose password was right.
const CHALLENGE_COOKIE = 'two_factor'
// There was a challenge, and the answer to it was wrong. Without one, anybody could fill the log of somebody else.
const GUESSES: ReadonlySet<unknown> = new Set([
  'INVALID_CODE',
  'INVALID_BACKUP_CODE',
  'AUTHENTICATION_FAILED',
  'USER_NOT_VERIFIED',
])

/**
 * Tells whose second factor or passkey was wrong, which an answer does not say: somebody who guesses at the code of a person
 * has the person's password.
 */
export const tellRefusedPerson = createAuthMiddleware(async (context) => {
  const state = callState.getStore()
  const { returned } = context.context
  if (!state || !isAPIError(returned) || !GUESSES.has(returned.body?.code)) return
  const find = context.path.startsWith('/two-factor/verify-') ? challenged : holderOf
  if (find === holderOf && context.path !== '/passkey/verify-authentication') return
  const user = await find(context)
  if (user !== undefined) state.refused = user
})

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

async function challenged({ context, getSignedCookie }: Context): Promise<string | undefined> {
  const { name } = context.createAuthCookie(CHALLENGE_COOKIE)
  const challenge = await getSignedCookie(name, context.secret)
  if (!challenge) return undefined
  return (await context.internalAdapter.findVerificationValue(challenge))?.value
}

async function holderOf({ context, body }: Context): Promise<string | undefined> {
  const response: unknown = isObject(body) ? body['response'] : undefined
  const value = isObject(response) ? response['id'] : undefined
  if (typeof value !== 'string') return undefined
  const where = [{ field: 'credentialID', value }]
  const found = await context.adapter.findOne<{ userId: string }>({ model: 'passkey', where })
  return found?.userId
}
