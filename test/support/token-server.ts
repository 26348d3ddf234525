import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An OAuth 2 token endpoint, and a service that takes its latest tokens alone. */
export interface TokenServer extends AsyncDisposable {
  readonly tokenUrl: string
  readonly apiUrl: string
  /** The forms that it was sent, with the Authorization header as `authorization`. */
  readonly asked: Record<string, string>[]
  /** The tokens that it gave, in order. */
  readonly given: string[]
  /** How long they live. */
  expiresIn: number | undefined
  /** What it refuses with instead. */
  refusal: { status: number; body: unknown } | undefined
  /** The Authorization headers at the service. */
  readonly used: (string | undefined)[]
}

export async function startTokenServer(): Promise<TokenServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization } = request.headers
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.url === '/api') {
      state.used.push(authorization)
      const latest = `Bearer ${state.given.at(-1)}`
      return answer(authorization === latest ? 200 : 401, { ok: authorization === latest })
    }
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    state.asked.push({ ...form, ...(authorization && { authorization }) })
    if (state.refusal) return answer(state.refusal.status, state.refusal.body)
    // Long enough for others to ask meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50))
    const token = `token-${state.given.length}-${crypto.randomUUID()}`
    state.given.push(token)
    answer(200, {
      access_token: token,
      token_type: 'bearer',
      expires_in: state.expiresIn,
      refresh_token: `refresh-${token}`,
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: TokenServer = {
    tokenUrl: `${origin}/token`,
    apiUrl: `${origin}/api`,
    asked: [],
    given: [],
    used: [],
    expiresIn: 3600,
    refusal: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return state
}
