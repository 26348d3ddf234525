import type { KeyObject } from 'node:crypto'
import { type CompactJWSHeaderParameters, CompactSign } from 'jose'
import { defineStep, type StepType } from '../../src/steps/index.ts'
import { type Claims, claimsOf } from './claims.ts'
import { fields, type SignJwtInput } from './fields.ts'
import { refusedKey, signingKey } from './signing-key.ts'

/**
 * Signs a JSON Web Token (RFC 7519), for services that take a short-lived token instead of a key: GitHub apps,
 * service accounts, App Store Connect and the like.
 *
 * Example: `{ "algorithm": "RS256", "key": "{{ secrets.APP_KEY }}", "issuer": "12345" }`; a later step sends
 * `Bearer {{ steps.jwt.output.token }}`.
 *
 * A token is as good as the key until it expires, and a search for the key would not find it. So it is protected:
 * it is stored and shown as the secret it was made of, and sent only where that secret may go. A short shared secret is
 * refused unless the author allows it.
 */
export const signJwt: StepType = defineStep({
  type: 'sign-jwt',
  title: 'Sign a JWT',
  icon: 'key',
  description: 'Makes a signed token of claims, for a step that calls a service with it.',
  fields,
  output: {
    type: 'object',
    properties: {
      token: { type: 'string', description: 'The token. Later steps can send it; people see it redacted.' },
      expiresAt: { type: 'string', description: 'When the token expires, as ISO 8601.' },
    },
  },
  repeatable: true,
  // The key is sent nowhere. Where the token may go is checked when a later step sends it.
  destinations: () => [],
  async run(input, { protect, log }) {
    const issuedAt = Math.floor(Date.now() / 1000)
    const claims = claimsOf(input, issuedAt)
    const { key, isShort } = signingKey(input)
    if (isShort) log.warn(SHORT_KEY)
    const header = { alg: input.algorithm, typ: 'JWT', ...(input.keyId && { kid: input.keyId }) }
    const token = await sign(claims, header, key)
    // The signature is protected separately, because anybody who knows the claims can rebuild the token from it.
    protect(token.slice(token.lastIndexOf('.') + 1))
    const expiresAt = new Date((issuedAt + input.expiresInSeconds) * 1000).toISOString()
    return { token: protect(token), expiresAt }
  },
})

const SHORT_KEY =
  'The shared secret is shorter than RFC 7518, section 3.2 asks for. Ask the service for a longer one: who sees a token can try to guess it.'

async function sign(
  claims: Claims,
  header: CompactJWSHeaderParameters & { alg: SignJwtInput['algorithm'] },
  key: KeyObject,
) {
  try {
    // Its own writer of claims would copy the numbers, and so lose digits of theirs.
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    return await new CompactSign(payload).setProtectedHeader(header).sign(key)
  } catch {
    throw refusedKey(header.alg)
  }
}
