import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'
import { freePort } from './free-port.ts'

/** What the provider says of a person. */
export type Claims = Readonly<Record<string, unknown>>

export const CLIENT = { id: 'lockstep', secret: 'canary-client-secret-0123456789' }

interface RunningIssuer {
  issuer: string
  close(): Promise<void>
}

/**
 * A real provider of OpenID Connect. It signs in the person who is set without asking.
 *
 * @param redirectUri of the only client.
 */
export async function startProvider(redirectUri: string): Promise<RunningIssuer & { person: Claims }> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const running = { issuer, person: {} as Claims }
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['only for this test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, ...running.person }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  const server = await listen(port, (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return void answer(req, res)
    const login = { accountId: String(running.person['sub']) }
    return void provider.interactionFinished(req, res, { login })
  })
  return Object.assign(running, { close: () => closed(server) })
}

/** An issuer that answers what a test tells it to. */
export interface FakeIssuer extends RunningIssuer {
  /** Replaces parts of the document that describes it; a text replaces the whole document. */
  document: Record<string, unknown> | string
  /** Claims of the next ID token, over those that are right. Undefined leaves one out. */
  claims: JWTPayload
  /** Whether the next answer has no ID token. */
  withoutIdToken: boolean
}

export async function startFakeIssuer(): Promise<FakeIssuer> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'RS256', kid: 'k', use: 'sig' }]
  let nonce: string | null = null
  const idToken = (claims: JWTPayload) => {
    const all = { iss: issuer, aud: CLIENT.id, sub: 'ada', nonce, ...claims }
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
  }
  const respond = async (url: URL): Promise<unknown> => {
    if (url.pathname === '/jwks') return { keys }
    if (url.pathname === '/token') {
      const token = fake.withoutIdToken ? {} : { id_token: await idToken(fake.claims) }
      return { access_token: 'x', token_type: 'Bearer', ...token }
    }
    if (typeof fake.document === 'string') return fake.document
    const own = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      id_token_signing_alg_values_supported: ['RS256'],
    }
    return { ...own, ...fake.document }
  }
  const server = await listen(port, async (req, res) => {
    const url = new URL(req.url ?? '/', issuer)
    if (url.pathname === '/authorize') {
      nonce = url.searchParams.get('nonce')
      const back = `${url.searchParams.get('redirect_uri')}?code=x&state=${url.searchParams.get('state')}`
      res.writeHead(302, { location: back }).end()
      return
    }
    const answer = await respond(url)
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  const fake: FakeIssuer = {
    issuer,
    document: {},
    claims: {},
    withoutIdToken: false,
    close: () => closed(server),
  }
  return fake
}

function listen(
  port: number,
  answer: (req: IncomingMessage, res: ServerResponse) => unknown,
): Promise<Server> {
  const server = createServer((req, res) => void answer(req, res))
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
