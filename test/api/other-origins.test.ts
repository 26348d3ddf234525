import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { APP_SETTINGS, appTokensOf } from '../support/app-sign-in.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
let ada: Client
beforeAll(async () => {
  app = await startTestApp({ env: APP_SETTINGS })
  acme = await createTestWorkspace(app, 'acme')
  ada = acme.admin
})
afterAll(() => app.close())

const tokensOf = () => appTokensOf(ada, app.anonymous)
const json = (body: object, headers = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

describe('pages of another origin', () => {
  const cors = (headers: Headers) => [...headers].filter(([name]) => name.startsWith('access-control-'))

  test.each(['/graphql', '/api/oauth/token', '/api/oauth/revoke'])(
    'may ask %s after a preflight',
    async (path) => {
      const { status, headers } = await app.anonymous.request(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(status).toBe(204)
      expect(Object.fromEntries(headers)).toMatchObject({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': expect.stringMatching(/authorization, content-type, last-event-id/),
        vary: expect.stringMatching(/Origin/),
      })
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    },
  )

  test.each([
    ['null', 'null'],
    ['a suffix', 'https://app.example.evil.example'],
    ['a prefix', 'https://evilapp.example'],
    ['a subdomain', 'https://a.app.example'],
    ['capitals', 'https://APP.example'],
    ['a port', 'https://app.example:8443'],
    ['http', 'http://app.example'],
    ['a slash', 'https://app.example/'],
    ['user info', 'https://app.example@evil.example'],
    ['another port of this machine', 'http://localhost:5174'],
  ])('with the origin %s may read nothing', async (_what, origin) => {
    for (const init of [
      json({ query: '{ __typename }' }, { origin }),
      { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } },
    ]) {
      const { headers } = await app.anonymous.request('/graphql', init)
      expect(cors(headers)).toEqual([])
      expect(headers.get('vary')).toMatch(/Origin/)
    }
  })

  test.each(['/api/auth/sign-in/email', '/api/auth/sessions', '/api/oauth/consent', '/hooks/acme.x', '/'])(
    'may read nothing of %s',
    async (path) => {
      const { headers } = await app.anonymous.request(path, { headers: { origin: 'https://app.example' } })
      expect(cors(headers)).toEqual([])
    },
  )

  test('act by the token, never by the cookie, on the quick way too', async () => {
    const { access_token } = await tokensOf()
    const origin = 'https://app.example'
    for (const asked of [documents.viewer, documents.viewer, '{ viewer { id email } }']) {
      const byCookie = await ada.request('/graphql', json({ query: asked }, { origin }))
      expect(JSON.parse(byCookie.text).data.viewer).toBeNull()
      const headers = { origin, authorization: `Bearer ${access_token}` }
      const byToken = await app.anonymous.request('/graphql', json({ query: asked }, headers))
      expect(JSON.parse(byToken.text).data.viewer.email).toBe(ada.email)
      expect(byToken.headers.get('access-control-allow-origin')).toBe(origin)
    }
  })

  test('follow a run by server-sent events', async () => {
    const { access_token } = await tokensOf()
    const fields = { values: { a: 1 } }
    const { id } = await acme.createAutomation('Set', [{ key: 'set', type: 'set-values', fields }])
    const run = await acme.run(id)
    const headers = {
      origin: 'https://app.example',
      authorization: `Bearer ${access_token}`,
      accept: 'text/event-stream',
    }
    const body = { query: documents.runUpdated, variables: { id: run.id } }
    const answer = await app.anonymous.request('/graphql', json(body, headers))
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(answer.text).toContain('SUCCEEDED')
  })

  test('behind a proxy for development are pages of this server, as the browser says', async () => {
    const { hostname } = new URL(app.url)
    // What a dev server with changeOrigin forwards: its own page as Origin, and this server as Host.
    const headers = { origin: `http://${hostname}:5173`, 'sec-fetch-site': 'same-origin' }
    const { text } = await ada.request('/graphql', json({ query: documents.viewer }, headers))
    expect(JSON.parse(text).data.viewer.email).toBe(ada.email)
  })
})
