import { networkProblem, type Problem, problemOfStatus } from './problem.ts'

/** What an endpoint of sign-in answered, or what went wrong. */
export type Answer<Data> = { data: Data; problem?: undefined } | { data?: undefined; problem: Problem }

/** In which ways people sign in here. */
export interface Ways {
  password: boolean
  oidc: boolean
  mail: boolean
}

/** Sends `body`, or asks when there is none. */
export const callAccounts = <Data>(path: string, body?: object): Promise<Answer<Data>> =>
  call(`/api/auth/${path}`, body)

/** The same about apps of other origins. */
export const callApps = <Data>(path: string, body?: object): Promise<Answer<Data>> =>
  call(`/api/oauth/${path}`, body)

async function call<Data>(path: string, body?: object): Promise<Answer<Data>> {
  const sent = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  try {
    const response = await fetch(path, sent)
    const data = await response.json().catch(() => undefined)
    return response.ok ? { data } : { problem: problemOfStatus(response.status, data) }
  } catch {
    return { problem: networkProblem() }
  }
}

/** @returns `code` when a code of the second factor is asked for. */
export async function signIn(input: {
  email: string
  password: string
}): Promise<Problem | 'code' | undefined> {
  const { data, problem } = await callAccounts<{ twoFactorRedirect?: true }>('sign-in/email', input)
  return problem ?? (data.twoFactorRedirect ? 'code' : undefined)
}

/** The second step of signing in. A longer code is a recovery code. */
export function sendCode(code: string, trustDevice: boolean): Promise<Problem | undefined> {
  const typed = code.trim()
  const path = /^[\d ]{6,7}$/.test(typed) ? 'verify-totp' : 'verify-backup-code'
  const plain = path === 'verify-totp' ? typed.replaceAll(' ', '') : typed
  return post(`two-factor/${path}`, { code: plain, trustDevice })
}

/** Makes an account and signs it in. */
export function signUp(input: {
  name: string
  email: string
  password: string
  invitation?: string
}): Promise<Problem | undefined> {
  return post('sign-up/email', input)
}

export function signOut(): Promise<Problem | undefined> {
  return post('sign-out', {})
}

/** Leaves for the provider of single sign-on. @param link connects the signed-in account instead of signing in. */
export async function goToProvider(callbackURL: string, link = false): Promise<Problem | undefined> {
  const path = link ? 'link-social' : 'sign-in/social'
  const { data, problem } = await callAccounts<{ url: string }>(path, { provider: 'oidc', callbackURL })
  if (problem) return problem
  window.location.assign(data.url)
  return undefined
}

/** Sends what changes something. @returns what went wrong, or nothing. */
export async function post(path: string, body: object): Promise<Problem | undefined> {
  return (await callAccounts(path, body)).problem
}
