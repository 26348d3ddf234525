import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { persistedExchange } from '@urql/exchange-persisted'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AcceptInvitationDocument, ViewerDocument } from '../../web/src/gql/graphql.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import { readRows } from '../support/rows.ts'

const texts: Record<string, string> = JSON.parse(
  await readFile(new URL('../../web/src/gql/persisted-documents.json', import.meta.url), 'utf8'),
)
const hashOf = (operation: string): string =>
  Object.entries(texts).find(
    ([, text]) => text.includes(` ${operation} {`) || text.includes(` ${operation}(`),
  )?.[0] ?? ''
const byHash = (operation: string, variables: object = {}) => ({
  variables,
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(operation) } },
})
const unknownHash = { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }
const viewer = { query: '{ viewer { id } }' }

let app: TestApp
let open: TestApp
beforeAll(async () => {
  app = await startTestApp({ env: { LOCKSTEP_PERSISTED_ONLY: 'on' } })
  open = await startTestApp()
})
afterAll(async () => {
  await app.close()
  await open.close()
})

const send = async (to: TestApp, body: object, headers = {}) => {
  const init = post(body)
  const { text } = await to.anonymous.request('/graphql', {
    ...init,
    headers: { ...init.headers, ...headers },
  })
  return JSON.parse(/\{.*\}/s.exec(text)?.[0] ?? 'null')
}
const get = async (to: TestApp, body: Record<string, unknown>, headers = {}) => {
  const entries = Object.entries(body).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  const { text } = await to.anonymous.request(`/graphql?${new URLSearchParams(entries)}`, { headers })
  return JSON.parse(/\{.*\}/s.exec(text)?.[0] ?? 'null')
}
const sse = { accept: 'text/event-stream' }

const ways: [string, (to: TestApp, body: Record<string, unknown>) => Promise<unknown>][] = [
  ['POST', (to, body) => send(to, body)],
  ['GET', (to, body) => get(to, body)],
  ['SSE by POST', (to, body) => send(to, body, sse)],
  ['SSE by GET', (to, body) => get(to, body, sse)],
]

test('every document of the web app is stored under the SHA-256 of its text', () => {
  expect(Object.keys(texts).length).toBeGreaterThan(8)
  for (const [hash, text] of Object.entries(texts)) {
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash)
  }
})

describe.each(ways)('by %s', (_way, ask) => {
  const code = (value: string) => ({ errors: [{ extensions: { code: value } }] })

  test('a document of the web app is accepted by its hash, also by a server that accepts others', async () => {
    for (const to of [app, open])
      expect(await ask(to, byHash('Viewer'))).toMatchObject({ data: { viewer: null } })
  })

  test('the text of a document is accepted unless the server refuses texts', async () => {
    expect(await ask(open, viewer)).toEqual({ data: { viewer: null } })
    expect(await ask(app, viewer)).toMatchObject(code('PERSISTED_ONLY'))
    expect(await ask(app, { ...viewer, ...byHash('Viewer') })).toMatchObject(code('PERSISTED_ONLY'))
    expect(await ask(app, { query: texts[hashOf('Viewer')] ?? '' })).toMatchObject(code('PERSISTED_ONLY'))
    expect(await ask(app, { query: 'subscription { runUpdated(id: "x") { id } }' })).toMatchObject(
      code('PERSISTED_ONLY'),
    )
  })

  test('a document is accepted by the id of GraphQL over HTTP too', async () => {
    for (const id of [hashOf('Viewer'), `sha256:${hashOf('Viewer')}`])
      expect(await ask(app, { documentId: id })).toMatchObject({ data: { viewer: null } })
    expect(await ask(app, { documentId: 'sha256:none' })).toMatchObject(code('PERSISTED_QUERY_NOT_FOUND'))
  })

  test('an unknown hash is refused with the words that clients look for', async () => {
    for (const to of [app, open]) {
      expect(await ask(to, unknownHash)).toMatchObject({
        errors: [
          {
            message: 'PersistedQueryNotFound',
            extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
          },
        ],
      })
    }
  })

  test.each([
    ['nothing', {}],
    ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf('Viewer') } } }],
    ['a hash that is none', { extensions: { persistedQuery: { version: 1, sha256Hash: 1 } } }],
    ['a name of Object', { extensions: { persistedQuery: { version: 1, sha256Hash: 'constructor' } } }],
    ['null', { extensions: null }],
  ])('%s instead of a hash is refused', async (_what, body) => {
    expect(await ask(app, body)).toMatchObject({ errors: [{ message: expect.stringMatching(/./) }] })
  })
})

test('a mutation by hash has an effect only by POST', async () => {
  const worker = await app.signUp('Person')
  const input = { id: 'by-hash', name: 'x' }
  const before = await readRows(app.database, ['workspace'])
  const params = new URLSearchParams(
    Object.entries(byHash('CreateWorkspace', { input })).map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  )
  expect((await worker.request(`/graphql?${params}`)).status).toBe(405)
  expect(await readRows(app.database, ['workspace'])).toEqual(before)
  const { text } = await worker.request('/graphql', post(byHash('CreateWorkspace', { input })))
  expect(JSON.parse(text).data.createWorkspace).toMatchObject({ workspace: { id: 'by-hash' } })
})

test("a query and a mutation of urql's normalised cache are accepted", async () => {
  const sent: string[] = []
  const client = new Client({
    url: `${app.url}/graphql`,
    preferGetMethod: false,
    fetch: (url, init) => {
      sent.push(String(init?.body))
      return fetch(url, init)
    },
    exchanges: [
      cacheExchange({}),
      persistedExchange({
        preferGetForPersistedQueries: false,
        enforcePersistedQueries: true,
        enableForMutation: true,
        enableForSubscriptions: true,
        // The hash in the generated documents.
        generateHash: async (_text, document) =>
          (document as { __meta__?: { hash: string } }).__meta__?.hash ?? '',
      }),
      fetchExchange,
    ],
  })
  const { data, error } = await client.query(ViewerDocument, {}).toPromise()
  expect([data, error]).toMatchObject([{ viewer: null }, undefined])
  const answer = await client.mutation(AcceptInvitationDocument, { token: 'x' }).toPromise()
  expect(answer.error?.graphQLErrors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  expect(sent).toHaveLength(2)
  for (const body of sent) expect(JSON.parse(body)).not.toHaveProperty('query')
})
