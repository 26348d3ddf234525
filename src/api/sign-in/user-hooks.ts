import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import { checkEmail, checkPersonName, type Domain } from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import type { RightsSignals } from '../../store/rights-signals.ts'
import { isObject } from './body.ts'

/** Who may make an account. */
export interface SignUpParts {
  domain: Pick<Domain, 'members' | 'appGrants'>
  publicUrl: string
  signUp: 'first' | 'open' | 'closed'
  /** Claims the right to be the first sign-up. True only once. */
  claimFirstSignUp(): Promise<boolean>
}

type UserHooks = NonNullable<NonNullable<BetterAuthOptions['databaseHooks']>['user']>

/** What is checked and done whenever an account is made or changed, on whatever way. */
export function createUserHooks(parts: SignUpParts, rights: RightsSignals): UserHooks {
  const { domain } = parts
  return {
    create: {
      before: async (user, context) => {
        // These checks come first, because a sign-up that fails later has used up the claim of the first one.
        const name = asRefusal(() => checkPersonName(user.name))
        const email = asRefusal(() => checkEmail(user.email))
        if (context?.path === '/callback/:id') checkVerified(user.emailVerified)
        else await checkSignUp(parts, email, invitationIn(context?.body))
        return { data: { ...user, name, email } }
      },
      after: async ({ id, email }, context) => {
        const token = invitationIn(context?.body)
        if (token) await domain.members.accept({ label: email }, { id, email }, token)
      },
    },
    update: {
      before: async ({ name, email, ...user }) => ({
        data: {
          ...user,
          ...(name !== undefined && { name: asRefusal(() => checkPersonName(name)) }),
          ...(email !== undefined && { email: asRefusal(() => checkEmail(email)) }),
        },
      }),
      after: ({ id }) => rights.announce(id),
    },
  }
}

function asRefusal(check: () => string): string {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new APIError('BAD_REQUEST', { code: error.code, message: error.message })
  }
}

/**
 * Of a provider every verified person may come in: who that is, the operator has decided there. An email that is not
 * verified could be anybody's, and the audit log would show it as the person's own.
 */
function checkVerified(emailVerified: boolean): void {
  if (emailVerified) return
  const message = 'The provider does not say that this email address is verified.'
  throw new APIError('FORBIDDEN', { code: 'OIDC_EMAIL_UNVERIFIED', message })
}

function invitationIn(body: unknown): string | undefined {
  return isObject(body) && typeof body['invitation'] === 'string' ? body['invitation'] : undefined
}

async function checkSignUp(
  { domain, signUp, claimFirstSignUp }: SignUpParts,
  email: string,
  invitation: string | undefined,
): Promise<void> {
  if (signUp === 'open' && invitation === undefined) return
  if (signUp === 'closed') throw signUpRefused('Nobody can sign up here. Ask the operator for an account.')
  if (invitation !== undefined) {
    const invited = await domain.members.invitedEmail(invitation)
    if (invited === email) return
    throw signUpRefused('This invitation does not work for this email. Ask an admin for a new one.')
  }
  if (await claimFirstSignUp()) return
  throw signUpRefused('The first account exists already. Ask an admin of a workspace for an invitation.')
}

function signUpRefused(message: string): APIError {
  return new APIError('FORBIDDEN', { code: 'SIGN_UP_REFUSED', message })
}
