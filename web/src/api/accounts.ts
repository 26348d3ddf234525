import { networkProblem, type Problem, problemOfStatus } from './problem.ts'

export function signIn(input: { email: string; password: string }): Promise<Problem | undefined> {
  return post('sign-in/email', input)
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

async function post(action: string, body: object): Promise<Problem | undefined> {
  try {
    const response = await fetch(`/api/auth/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) return undefined
    return problemOfStatus(response.status, await response.json().catch(() => undefined))
  } catch {
    return networkProblem()
  }
}
