import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { recordInstanceEvent } from '../../src/domain/index.ts'
import { requestContext } from '../../src/request-context.ts'
import { openStore } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'value-whose-way-is-on-record-5518'

interface Event {
  action: string
  actor: string
  target: string
  detail: Record<string, unknown> | null
  address: string | null
  client: string | null
  sequence: number | null
}

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('FREE', VALUE)
  const input = { workspace: 'acme', name: 'BOUND', value: VALUE, allowedHosts: ['only.example.com'] }
  await acme.admin.mutate(documents.createSecret, { input })
})
afterAll(async () => {
  await app.expectNoCanary(VALUE)
  await echo.close()
  await app.close()
})

async function read(filter: object): Promise<Event[]> {
  const { data, errors } = await acme.admin.graphql(documents.filteredAuditLog, filter)
  expect(errors).toBeUndefined()
  return data.auditLog
}

async function send(name: string, secret: string, extra: object = {}) {
  const headers = [{ name: 'x-key', value: `{{ secrets.${secret} }}` }]
  const fields = { method: 'POST', url: `${echo.url}/path`, headers }
  const { id } = await acme.createAutomation(name, [{ key: 'send', type: 'custom-http', fields, ...extra }])
  return acme.run(id)
}

test('where a secret went is on record: run, step, type, host, method and status, and who was behind it', async () => {
  const ended = await send('Sends', 'FREE')
  const [sent, used] = await read({ secret: 'FREE', actor: `run ${ended.id}` })
  expect(used).toMatchObject({ action: 'secret.use', detail: { step: 'send' } })
  expect(sent).toMatchObject({
    action: 'secret.send',
    target: 'FREE',
    detail: {
      step: 'send',
      type: 'custom-http',
      attempt: 1,
      host: new URL(echo.url).host,
      method: 'POST',
      status: 200,
      decision: 'allowed',
    },
    address: expect.stringMatching(/127\.0\.0\.1$/),
    client: expect.any(String),
  })
})

test('a secret that may not go where a step sends it is on record as refused', async () => {
  const before = echo.received.length
  const ended = await send('Is refused', 'BOUND')
  expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'DESTINATION_NOT_ALLOWED' } })
  expect(echo.received).toHaveLength(before)
  expect(await read({ action: 'secret.refuse' })).toMatchObject([
    {
      target: 'BOUND',
      actor: `run ${ended.id}`,
      detail: { step: 'send', host: new URL(echo.url).host, decision: 'refused' },
    },
  ])
})

test('filters show what they name and nothing else', async () => {
  await vi.waitUntil(async () => (await read({})).every(({ sequence }) => sequence !== null))
  const all = await read({})
  const actions = async (filter: object) =>
    [...new Set((await read(filter)).map(({ action }) => action))].toSorted((one, other) =>
      one < other ? -1 : 1,
    )
  expect(await actions({ action: 'secret' })).toEqual([
    'secret.create',
    'secret.refuse',
    'secret.send',
    'secret.use',
  ])
  expect(await actions({ action: 'sec' })).toEqual([])
  expect(await actions({ automation: 'Sends' })).toEqual(['automation.create', 'run.start'])
  expect(new Set((await read({ secret: 'FREE' })).map(({ target }) => target))).toEqual(new Set(['FREE']))
  expect(await read({ from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' })).toHaveLength(all.length)
  expect(await read({ to: '2020-01-01T00:00:00Z' })).toEqual([])
  const wrong = await acme.admin.graphql(documents.filteredAuditLog, { from: 'yesterday' })
  expect(wrong.errors?.[0]).toMatchObject({ message: expect.stringContaining('from is a time such as') })
})

test('an event of the whole instance has a chain of its own, and is in the logs of the person whom it is about', async () => {
  const store = await openStore(app.database.url)
  const { id } = (await acme.admin.graphql(documents.viewer)).data.viewer
  const event = { actor: { label: 'somebody' }, action: 'session.fail', target: 'a@example.com' }
  await requestContext.run(
    { id: 'r', traceparent: undefined, address: '192.0.2.7', client: 'a browser' },
    async () => {
      await recordInstanceEvent(store.em(), { ...event, person: id })
      await recordInstanceEvent(store.em(), { ...event, target: 'unknown@example.com' })
    },
  )
  await store.close()
  expect(await read({ action: 'session' })).toMatchObject([
    { action: 'session.fail', target: 'a@example.com', address: '192.0.2.7', client: 'a browser' },
  ])
  const of = `select target from audit_event where workspace_id = '@instance' and action = 'session.fail' order by target`
  expect(await app.database.query(of)).toEqual([
    { target: 'a@example.com' },
    { target: 'unknown@example.com' },
  ])
  const { errors } = await acme.admin.graphql(documents.auditLog, { workspace: '@instance' })
  expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
})
