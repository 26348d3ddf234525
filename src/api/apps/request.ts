import type { AppRequest } from '../../domain/index.ts'
import { refusal } from '../sign-in/refusal.ts'

/** The addresses to which a person is sent back, by the id of the app. */
export type AskedBy = ReadonlyMap<string, ReadonlySet<string>>

export interface CheckedRequest extends AppRequest {
  /** What the app gets back, to know its own request again. */
  state: string | undefined
}

// SHA-256 in base64url.
const CHALLENGE = /^[\w-]{43}$/
const MOST_STATE = 1000

/**
 * Checks what an app asks for. A fault is shown on our own page and never sent to the address of the request, which would
 * lead people anywhere (RFC 9700, section 4.11.2).
 */
export function checkRequest(
  apps: AskedBy,
  given: Readonly<Record<string, unknown>>,
): CheckedRequest | Response {
  const { client_id: client, redirect_uri: redirectUri, code_challenge: challenge, state } = given
  const addresses = typeof client === 'string' ? apps.get(client) : undefined
  if (typeof client !== 'string' || !addresses)
    return refusal(400, 'UNKNOWN_APP', 'No app of this id is registered here (LOCKSTEP_APPS).')
  // Compared character by character (RFC 9700, section 2.1).
  if (typeof redirectUri !== 'string' || !addresses.has(redirectUri))
    return refusal(400, 'UNKNOWN_ADDRESS', 'The app asks to return to an address that is not registered.')
  if (given['response_type'] !== 'code')
    return refusal(400, 'INVALID_REQUEST', 'The app has to ask for a code (response_type=code).')
  // Without it, or with `plain`, whoever reads the address of the request could exchange the code.
  if (
    given['code_challenge_method'] !== 'S256' ||
    typeof challenge !== 'string' ||
    !CHALLENGE.test(challenge)
  )
    return refusal(400, 'INVALID_REQUEST', 'The app has to use PKCE with S256 (RFC 7636).')
  if (state !== undefined && (typeof state !== 'string' || state.length > MOST_STATE))
    return refusal(400, 'INVALID_REQUEST', `The state is text of at most ${MOST_STATE} characters.`)
  return { client, redirectUri, challenge, state }
}
