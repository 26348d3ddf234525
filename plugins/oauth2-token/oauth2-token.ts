import {
  defineStep,
  fieldError,
  type Sensitive,
  type StepContext,
  type StepType,
} from '../../src/steps/index.ts'
import { askForToken } from './ask-for-token.ts'
import { fields, type TokenInput } from './fields.ts'
import { type KeptToken, readKept, writeKept } from './kept-token.ts'

/** The fields whose secrets a token comes from. */
const SOURCES = ['clientSecret', 'refreshToken', 'assertion', 'subjectToken', 'parameters']
const SECOND = 1000

/**
 * Gives an OAuth 2 access token (RFC 6749, 7523, 8693), and keeps it for later runs until shortly before it expires.
 * However many runs want one at a time, the service is asked once.
 */
export const oauth2Token: StepType = defineStep({
  type: 'oauth2-token',
  title: 'Get an OAuth 2 token',
  description: 'Gets an access token for later steps, and keeps it until it expires.',
  icon: 'key',
  summary: '{tokenUrl}',
  fields,
  output: {
    type: 'object',
    properties: {
      accessToken: { type: 'string', description: 'The token.', protected: true },
      authorization: { type: 'string', description: 'For an Authorization header: the type and the token.' },
      expiresAt: { type: 'string', description: 'When the token expires, as ISO 8601.' },
    },
  },
  repeatable: true,
  destinations: {
    clientSecret: [{ field: 'tokenUrl' }],
    refreshToken: [{ field: 'tokenUrl' }],
    assertion: [{ field: 'tokenUrl' }],
    subjectToken: [{ field: 'tokenUrl' }],
    parameters: [{ field: 'tokenUrl' }],
    tokenUrl: [{ field: 'tokenUrl' }],
    checkUrl: [{ field: 'checkUrl' }],
  },
  async check({ tokenUrl, ...input }, context) {
    if (!tokenUrl) throw fieldError({ field: 'tokenUrl' }, 'is required.')
    // One that is kept would say nothing of what is written now.
    await freshToken({ ...(input as TokenInput), tokenUrl, renew: true }, context)
    return 'The service gives a token.'
  },
  async run(input, context) {
    const token = await freshToken(input, context)
    return {
      accessToken: context.protect(token.accessToken, { from: SOURCES }),
      authorization: `${token.tokenType} ${token.accessToken}`,
      expiresAt: new Date(token.expiresAt).toISOString(),
    }
  },
})

async function freshToken(input: TokenInput, context: StepContext): Promise<KeptToken> {
  const { cache } = context
  const key = keyOf(input)
  const kept = await cache.get(key, { from: SOURCES })
  if (kept) {
    const token = readKept(kept.reveal())
    if (!input.renew && (await isAccepted(token, input, context))) return token
    await cache.delete(key, { from: SOURCES })
    // Another run may have found the same, and has a new one by now.
    const other = await cache.get(key, { from: SOURCES })
    if (other) return readKept(other.reveal())
  }
  const token = await askForToken(input, context, { key, from: SOURCES })
  const until = token.expiresAt - (input.renewBeforeSeconds ?? 0) * SECOND
  await cache.set(key, writeKept(token), { expiresAt: new Date(until), from: SOURCES })
  return token
}

/**
 * Tokens that differ in any of these are different. A field that holds a secret is left out: what is kept is bound to the
 * secrets by itself.
 */
function keyOf(input: TokenInput): string {
  const { grant, tokenUrl, clientId, scope, audience, subjectTokenType, requestedTokenType } = input
  const plain = [input.clientSecret, input.refreshToken, input.assertion, input.subjectToken].map(
    unlessSecret,
  )
  const rows = (input.parameters ?? []).map(({ name, value }) => [name, unlessSecret(value)])
  const types = [subjectTokenType, requestedTokenType]
  return JSON.stringify([grant, tokenUrl, clientId, scope, audience, ...types, ...plain, rows])
}

function unlessSecret(value: Sensitive | undefined): string | undefined {
  return value?.holdsSecret ? undefined : value?.reveal()
}

async function isAccepted(
  token: KeptToken,
  { checkUrl }: TokenInput,
  { http }: StepContext,
): Promise<boolean> {
  if (checkUrl === undefined) return true
  const authorization = `${token.tokenType} ${token.accessToken}`
  const { status } = await http(checkUrl, { headers: { authorization }, uses: [], redirect: 'manual' })
  return status !== 401
}
