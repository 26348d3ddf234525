import type { Problem } from '../api/problem.ts'

/**
 * What the code in the address says after a return from the provider. Only codes that are known here are shown in
 * words: a link could have any text in it.
 */
const words: Readonly<Record<string, string>> = {
  OIDC_EMAIL_UNVERIFIED:
    'The provider does not say that your email address is verified. Have it verified there, then try again.',
  account_not_linked:
    'There is an account with this email address already. Sign in as before, and connect it under Security.',
  unable_to_link_account:
    'The account was not connected: the provider does not say that the address is verified.',
  "email_doesn't_match": 'The account was not connected: the provider has another email address for you.',
  account_already_linked_to_different_user: 'Another account here is connected with this person already.',
  email_not_found: 'The provider does not tell your email address. Ask the operator to have it sent.',
  INVALID_NAME: 'The provider has a name for you that cannot be shown. Change it there, then try again.',
  access_denied: 'The provider did not let you in.',
}

export function providerProblem(code: string | undefined): Problem | undefined {
  if (code === undefined) return undefined
  const message = (Object.hasOwn(words, code) && words[code]) || 'Single sign-on did not work. Try again.'
  return { code, message, canRetry: true }
}
