import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { lineOfChange, RUN_CHANNEL } from '../../src/store/runs/told.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { send, unknown } from '../support/operations.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_watched_0123456789'

interface WatchedRun {
  status: string
  steps: { key: string; status: string }[]
}

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('WATCHED', value)
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

const call = (key: string) => ({
  key,
  type: 'custom-http',
  fields: { url: `${echo.url}/{{ secrets.WATCHED }}` },
})

/** Every state that the subscription reports until it ends. */
async function watch(id: string): Promise<WatchedRun[]> {
  const { text } = await send(acme.admin, documents.runUpdated, { id })
  expect(text).toMatch(/event: complete/)
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data).data.runUpdated)
}

test('a subscription reports each change of a run and ends with it', async () => {
  const { id } = await acme.createAutomation('Watched', [call('one'), call('two')])
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const states = await watch(run.id)
  const order = ['QUEUED', 'RUNNING', 'SUCCEEDED']
  const seen = states.map(({ status }) => order.indexOf(status))
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(states.at(-1)).toMatchObject({
    status: 'SUCCEEDED',
    steps: [
      { key: 'one', status: 'SUCCEEDED' },
      { key: 'two', status: 'SUCCEEDED' },
    ],
  })
  expect(states.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1)
})

test('a subscription to a run that has ended reports its end and completes', async () => {
  const { id } = await acme.createAutomation('Ended', [call('one')])
  const run = await acme.run(id)
  expect(await watch(run.id)).toMatchObject([{ status: 'SUCCEEDED' }])
})

test('a subscription to an unknown run is refused', async () => {
  const { answer } = await send(acme.admin, documents.runUpdated, { id: unknown('acme') })
  expect(answer.errors).toMatchObject([{ path: ['runUpdated'], extensions: { code: 'NOT_FOUND' } }])
})

test('events have an id, and a client that comes back is not told what it knows', async () => {
  const { id } = await acme.createAutomation('Resumed', [call('one')])
  const run = await acme.run(id)
  const follow = async (known = {}) => {
    const init = post({ query: documents.runUpdated, variables: { id: run.id } })
    const headers = { ...init.headers, accept: 'text/event-stream', ...known }
    return (await acme.admin.request('/graphql', { ...init, headers })).text
  }
  const first = await follow()
  const [, last = ''] = /^id: (\S+)$/m.exec(first) ?? []
  expect(first).toContain('SUCCEEDED')
  expect(last).toMatch(/^[\w-]{43}$/)
  const again = await follow({ 'last-event-id': last })
  expect(again).not.toContain('data: {')
  expect(again).toMatch(/event: complete/)
  expect(await follow({ 'last-event-id': 'another' })).toContain('SUCCEEDED')
})

test('while nothing changes there is no event, and a revocation ends the subscription all the same', async () => {
  const held = await startHoldingServer()
  onTestFinished(() => held.close())
  const input = { workspace: 'acme', name: 'follows', role: 'MEMBER' }
  const made = await acme.admin.mutate(documents.createApiToken, { input })
  const steps = [{ key: 'held', type: 'custom-http', fields: { url: held.url } }]
  const { id } = await acme.createAutomation('Quiet', steps)
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await held.asked
  const init = post({ query: documents.runUpdated, variables: { id: run.id } })
  const headers = { ...init.headers, accept: 'text/event-stream' }
  const { body } = await app.withToken(made.token).open('/graphql', { ...init, headers })
  const events = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let heard = ''
  while (!heard.includes('RUNNING')) heard += String((await events?.next())?.value)
  // Signals wake the subscription, which reads the same run again.
  const [workspace = '', key = ''] = run.id.split('.')
  for (let i = 0; i < 3; i++) {
    await app.database.query('select pg_notify($1, $2)', [RUN_CHANNEL, lineOfChange({ workspace, run: key })])
    await acme.admin.graphql(documents.run, { id: run.id })
  }
  await acme.admin.mutate(documents.revokeApiToken, { id: made.id })
  // The run goes on: only the revocation ends it.
  for (let event = await events?.next(); event && !event.done; event = await events?.next())
    heard += event.value
  expect(heard).toMatch(/event: complete/)
  const told = heard.match(/^data: \{.*$/gm) ?? []
  expect(told.length).toBeGreaterThan(0)
  expect(new Set(told).size).toBe(told.length)
  held.answer()
  await acme.waitForRun(run.id)
})

test('a subscriber who disconnects is forgotten, and the server goes on', async () => {
  const { id } = await acme.createAutomation('Left', [call('one')])
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  const leaving = new AbortController()
  const token = await acme.createToken('MEMBER')
  const answer = token.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: documents.runUpdated, variables: { id: run.id } }),
    signal: leaving.signal,
  })
  leaving.abort()
  await expect(answer).rejects.toThrow(/abort/i)
  expect((await acme.waitForRun(run.id)).status).toBe('SUCCEEDED')
})

test('a subscriber who is removed from the workspace gets no more events', async () => {
  const held = await startHoldingServer()
  onTestFinished(() => held.close())
  const member = await app.signUp('Removed')
  const input = { workspace: 'acme', email: member.email, role: 'MEMBER' }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input })
  await member.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  const { viewer } = (await member.graphql(documents.viewer)).data

  const { id } = await acme.createAutomation('Held', [
    { key: 'held', type: 'custom-http', fields: { url: held.url } },
  ])
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await held.asked
  const init = post({ query: documents.runUpdated, variables: { id: run.id } })
  const headers = { ...init.headers, accept: 'text/event-stream' }
  const { body } = await member.open('/graphql', { ...init, headers })
  const events = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let heard = ''
  while (!heard.includes('RUNNING')) heard += String((await events?.next())?.value)
  await acme.admin.mutate(documents.removeMember, { input: { workspace: 'acme', member: viewer.id } })
  held.answer()
  expect((await acme.waitForRun(run.id)).status).toBe('SUCCEEDED')
  for (let event = await events?.next(); event && !event.done; event = await events?.next()) {
    heard += event.value
  }
  expect(heard).toMatch(/event: complete/)
  expect(heard).not.toMatch(/SUCCEEDED/)
})

/** A service that answers when the test tells it to. */
async function startHoldingServer() {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    asked.resolve()
    void answer.promise.then(() => response.end('done'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: asked.promise,
    answer: () => answer.resolve(),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

test("a stranger's subscription is refused before any event", async () => {
  const other = await createTestWorkspace(app, 'globex')
  const { id } = await acme.createAutomation('Secret run', [call('one')])
  const run = await acme.run(id)
  for (const [client, code] of [
    [app.anonymous, 'UNAUTHENTICATED'],
    [other.admin, 'FORBIDDEN'],
    [await other.createToken('ADMIN'), 'FORBIDDEN'],
  ] as const) {
    const { text, answer } = await send(client, documents.runUpdated, { id: run.id })
    expect(answer.errors).toMatchObject([{ extensions: { code } }])
    expect(text).not.toMatch(/SUCCEEDED|FAILED/)
  }
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
