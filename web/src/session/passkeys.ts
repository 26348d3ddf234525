import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { callAccounts, post } from '../api/accounts.ts'
import type { Problem } from '../api/problem.ts'

const cancelled: Problem = {
  code: 'PASSKEY_CANCELLED',
  message: 'Your device did not give a passkey. Try again, or take another way.',
  canRetry: true,
}

type AuthenticationOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

export async function signInByPasskey(): Promise<Problem | undefined> {
  const asked = await callAccounts<AuthenticationOptions>('passkey/generate-authenticate-options')
  if (asked.problem) return asked.problem
  // The device has to ask who uses it: the passkey stands for both factors.
  const optionsJSON = { ...asked.data, userVerification: 'required' as const }
  const response = await startAuthentication({ optionsJSON }).catch(() => undefined)
  return response ? post('passkey/verify-authentication', { response }) : cancelled
}

export async function addPasskey(name: string): Promise<Problem | undefined> {
  const asked = await callAccounts<RegistrationOptions>('passkey/generate-register-options')
  if (asked.problem?.code === 'SESSION_NOT_FRESH')
    return {
      ...asked.problem,
      message: 'Sign out and in again first: a passkey is added within a day of signing in.',
    }
  if (asked.problem) return asked.problem
  const response = await startRegistration({ optionsJSON: asked.data }).catch(() => undefined)
  return response ? post('passkey/verify-registration', { response, name }) : cancelled
}
