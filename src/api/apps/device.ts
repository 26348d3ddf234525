import { ASK_SECONDS, COMMAND_LINE, DEVICE_SECONDS, type Domain } from '../../domain/index.ts'
import { ADDRESS_HEADER } from '../../server/client-address.ts'
import type { SignInAttempts } from '../../store/sign-in-attempts.ts'
import { readJson } from '../sign-in/body.ts'
import { refusal, tooMany } from '../sign-in/refusal.ts'
import { notForm, oauthError, readForm } from './form.ts'

export interface DeviceParts {
  domain: Pick<Domain, 'deviceRequests' | 'recordSignInEvent'>
  attempts: SignInAttempts
  publicUrl: string
  /** The person whose browser it is. */
  personOf(request: Request): Promise<{ id: string } | undefined>
}

/** The device authorization request (RFC 8628, section 3.1): the command line asks for codes. */
export async function askForDevice({ domain, publicUrl }: DeviceParts, request: Request): Promise<Response> {
  const form = await readForm(request)
  if (!form) return notForm()
  const client = form.get('client_id') ?? ''
  if (client !== COMMAND_LINE) return oauthError('unauthorized_client', `Only ${COMMAND_LINE} signs in so.`)
  const { headers } = request
  const [address, userAgent] = [headers.get(ADDRESS_HEADER), headers.get('user-agent')?.slice(0, 300)]
  const from = { ...(address && { address }), ...(userAgent && { userAgent }) }
  const codes = await domain.deviceRequests.ask(client, from)
  const page = `${publicUrl}/device`
  const answer = {
    device_code: codes.device,
    user_code: codes.user,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${codes.user}`,
    expires_in: DEVICE_SECONDS,
    interval: ASK_SECONDS,
  }
  return Response.json(answer, { headers: { pragma: 'no-cache' } })
}

const signInFirst = () => refusal(401, 'UNAUTHENTICATED', 'Sign in on the pages of this server first.')
const unknownCode = () =>
  refusal(
    404,
    'UNKNOWN_CODE',
    'No login waits with this code. Compare it with what your terminal shows, or begin anew.',
  )

/**
 * A code is short, so that a person can type it. Who tries codes that others wait with is stopped by the number of attempts
 * (RFC 8628, section 5.1): with these, all attempts of ten minutes find one of 25,600 million codes.
 */
const guessesOf = (person: string) => ({
  subject: `device code ${person}`,
  free: 10,
  longest: 600,
  forget: 3600,
})

/** What the page shows before the person decides. */
export async function describeDevice(parts: DeviceParts, request: Request): Promise<Response> {
  const person = await parts.personOf(request)
  if (!person) return signInFirst()
  const guesses = guessesOf(person.id)
  const seconds = await parts.attempts.take([guesses])
  if (seconds > 0) return tooMany(seconds)
  const code = new URL(request.url).searchParams.get('user_code') ?? ''
  const found = await parts.domain.deviceRequests.find(code)
  if (!found) return unknownCode()
  await parts.attempts.succeed([], [guesses])
  return Response.json(found)
}

/** The person allows or refuses it. */
export async function decideDevice(parts: DeviceParts, request: Request): Promise<Response> {
  // A form of another site cannot send this type without asking first.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON.')
  const person = await parts.personOf(request)
  if (!person) return signInFirst()
  const { user_code: code, allow } = (await readJson(request)) ?? {}
  if (typeof code !== 'string' || typeof allow !== 'boolean')
    return refusal(400, 'INVALID_BODY', 'Send a JSON object with user_code and allow.')
  const guesses = guessesOf(person.id)
  const seconds = await parts.attempts.take([guesses])
  if (seconds > 0) return tooMany(seconds)
  if (!(await parts.domain.deviceRequests.decide(code, person.id, allow))) return unknownCode()
  await parts.attempts.succeed([], [guesses])
  const event = { person: { id: person.id }, detail: { app: COMMAND_LINE } }
  if (allow) await parts.domain.recordSignInEvent({ ...event, action: 'app.allow' })
  return Response.json({ allowed: allow })
}
