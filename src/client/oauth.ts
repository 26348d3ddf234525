import * as z from 'zod'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { notLockstep, refuseRedirect, sendTo } from './api-request.ts'
import type { Login } from './login-file.ts'

/** The id under which the command line asks. Every server knows it. */
export const CLIENT = 'lockstep-cli'

/** Sends a form to an endpoint of OAuth. @returns the JSON of its answer. */
export async function askOauth(
  url: string,
  endpoint: 'device' | 'token' | 'revoke',
  form: Record<string, string>,
): Promise<{ status: number; answer: unknown }> {
  const response = await sendTo(url, `/api/oauth/${endpoint}`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  refuseRedirect(url, response)
  const answer: unknown = await response.json().catch(() => undefined)
  if (answer === undefined || response.status >= 500) throw notLockstep(url, response.status)
  return { status: response.status, answer }
}

const tokensOf = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() })

/** @throws AppError INVALID_CONFIG when the answer has no tokens. */
export function loginFrom(url: string, answer: unknown): Login {
  const parsed = tokensOf.safeParse(answer)
  if (!parsed.success) throw new AppError('INVALID_CONFIG', `${url} does not answer as Lockstep does.`)
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = parsed.data
  const expiresAt = databaseTime().getTime() + seconds * 1000
  return { url, access, refresh, expiresAt, email: null, workspace: null }
}
