import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import type { Login } from './login-file.ts'
import { askOauth, CLIENT, loginFrom } from './oauth.ts'

const deviceOf = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
})
const errorOf = z.object({ error: z.string() })

export interface DeviceSteps {
  /** Tells the person where to go, and with which code. */
  show(at: { url: string; completeUrl: string; code: string; minutes: number }): void
  /** Waits before the next question. For tests. */
  wait?(milliseconds: number): Promise<unknown>
}

/**
 * Signs a person in by their browser, which may be on another machine: the device authorization grant (RFC 8628).
 *
 * @throws AppError UNAUTHENTICATED when the person refuses, or has not answered in time; INVALID_CONFIG when the server has
 *   no such sign-in.
 */
export async function loginByDevice(url: string, { show, wait = delay }: DeviceSteps): Promise<Login> {
  const { answer } = await askOauth(url, 'device', { client_id: CLIENT })
  const parsed = deviceOf.safeParse(answer)
  if (!parsed.success)
    throw new AppError('INVALID_CONFIG', `${url} does not sign in a command line. Is it an older Lockstep?`)
  const { device_code: code, interval, expires_in: seconds, ...rest } = parsed.data
  const minutes = Math.ceil(seconds / 60)
  show({
    url: rest.verification_uri,
    completeUrl: rest.verification_uri_complete,
    code: rest.user_code,
    minutes,
  })
  const grant = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: CLIENT,
    device_code: code,
  }
  let pause = interval
  for (;;) {
    await wait(pause * 1000)
    const { status, answer: polled } = await askOauth(url, 'token', grant)
    if (status === 200) return loginFrom(url, polled)
    const error = errorOf.safeParse(polled).data?.error
    // RFC 8628, section 3.5.
    if (error === 'slow_down' || status === 429) pause += 5
    else if (error !== 'authorization_pending') throw refused(error)
  }
}

function refused(error: string | undefined): AppError {
  if (error === 'access_denied') return new AppError('UNAUTHENTICATED', 'It was refused in the browser.')
  return new AppError(
    'UNAUTHENTICATED',
    'The code has ended before anybody allowed it. Run `lockstep login` again.',
  )
}
