import { AppError, defineStep, field, Sensitive, type StepContext, StepError } from '@lockstep/steps'

/** Where a token comes from: it is bound to these secrets, and gone when one of them is replaced. */
const FROM = ['clientSecret']
// A token is not used in its last minute (milliseconds): the clocks of others differ.
const SPARE = 60_000

interface Client {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: Sensitive
}

/** The token of the runs before, or a new one. However many runs want one at a time, one of them asks. */
async function tokenOf(
  { tokenUrl, clientId, clientSecret }: Client,
  context: StepContext,
): Promise<Sensitive> {
  const { cache, http } = context
  const key = `${tokenUrl} ${clientId}`
  const kept = await cache.get(key, { from: FROM })
  if (kept) return kept
  const credentials = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64')
  const response = await http(tokenUrl, {
    method: 'POST',
    headers: {
      authorization: Sensitive.madeOf(`Basic ${credentials}`, [clientSecret]),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
    redirect: 'error',
    uses: FROM,
  })
  if (!response.ok)
    throw new AppError('STEP_FAILED', `The token endpoint answered ${response.status}. Check the client.`)
  const { access_token: token, expires_in: seconds = 300 } = (await response.json()) as {
    access_token: string
    expires_in?: number
  }
  // What `set` gives back is protected, as what `get` gives is.
  return cache.set(key, token, { expiresAt: new Date(Date.now() + seconds * 1000 - SPARE), from: FROM })
}

/** Reads from an API that takes OAuth 2 tokens of client credentials (RFC 6749, section 4.4). */
export default defineStep({
  type: 'call-api',
  title: 'Call the API',
  description: 'Reads from an API behind OAuth 2.',
  fields: {
    url: field.url({ label: 'URL', required: true }),
    tokenUrl: field.url({ label: 'Token endpoint', required: true }),
    clientId: field.text({ label: 'Client id', required: true }),
    clientSecret: field.text({ label: 'Client secret', required: true, secrets: true }),
  },
  output: {
    type: 'object',
    properties: { status: { type: 'integer' }, body: { description: 'The JSON of the answer.' } },
  },
  repeatable: true,
  // The secret goes to the token endpoint alone. An admin binds it to both hosts, since its token goes to the API.
  destinations: { clientSecret: [{ field: 'tokenUrl' }], url: [{ field: 'url' }] },
  async run({ url, ...client }, context) {
    const token = await tokenOf(client, context)
    const headers = { authorization: Sensitive.madeOf(`Bearer ${token.reveal()}`, [token]) }
    const response = await context.http(url, { headers, uses: [] })
    if (response.status === 401) {
      // The service has revoked it: the next attempt asks for a new one.
      await context.cache.delete(`${client.tokenUrl} ${client.clientId}`, { from: FROM })
      throw StepError.retryable('The API refused the token.', { details: { status: 401 } })
    }
    if (!response.ok) throw new AppError('STEP_FAILED', `The API answered ${response.status}.`)
    return { status: response.status, body: await response.json() }
  },
})
