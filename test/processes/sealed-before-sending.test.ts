import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startWatchedApi, type WatchedApi } from '../support/heap-search.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000 })

const sealed = 'sk_live_sealed_by_the_command_7730'
const clear = 'sk_live_sent_in_the_clear_1184'
const held = 'sk_live_held_in_a_request_5096'

let app: TestApp
let echo: EchoServer
let api: WatchedApi
let acme: TestWorkspace
let token: string

beforeAll(async () => {
  ;[app, echo] = await Promise.all([startTestApp(), startEchoServer()])
  acme = await createTestWorkspace(app, 'acme')
  const input = { workspace: 'acme', name: 'command', role: 'ADMIN' }
  token = (await acme.admin.mutate(documents.createApiToken, { input })).token
  api = await startWatchedApi(app)
}, 120_000)
afterAll(async () => {
  await api.stop()
  await echo.close()
  await app.close()
})

test('a value that the command sealed is nowhere in the traffic, the log and the memory of the API', async () => {
  const env = { LOCKSTEP_URL: api.url, LOCKSTEP_TOKEN: token }
  const commands: [said: string, options: string[]][] = [
    ['created', ['--host', echo.url]],
    ['replaced', []],
  ]
  for (const [said, options] of commands) {
    const command = ['secrets', 'set', 'sealed key', ...options]
    const { code, stdout } = await runLockstep(command, env, `${sealed}\n`)
    expect([code, stdout]).toEqual([0, `SEALED_KEY was ${said}.\n`])
  }
  expect(await api.placesOf(sealed)).toEqual([])
  // The sealed value did pass through the recorder.
  expect(api.isInTraffic('SEALED_KEY')).toBe(true)
})

test('a value that the command sealed is used by a run', async () => {
  const fields = { url: echo.url, headers: [{ name: 'x-key', value: '{{ secrets.SEALED_KEY }}' }] }
  const automation = await acme.createAutomation('Call', [{ key: 'call', type: 'custom-http', fields }])
  expect(await acme.run(automation.id)).toMatchObject({ status: 'SUCCEEDED' })
  expect(echo.received.at(-1)?.headers['x-key']).toBe(sealed)
  await app.expectNoCanary(sealed)
})

test('the same search finds a value that was sent in the clear, and one that a request contains', async () => {
  const input = { workspace: 'acme', name: 'CLEAR_KEY', value: clear }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ query: documents.createSecret, variables: { input } })
  expect((await fetch(`${api.url}/graphql`, { method: 'POST', headers, body })).status).toBe(200)
  expect(api.isInTraffic(clear)).toBe(true)

  const { hostname, port } = new URL(api.url)
  const waiting = connect(Number(port), hostname)
  await once(waiting, 'connect')
  // The body never arrives, so the API keeps the headers in memory.
  waiting.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\nx-held: ${held}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n`,
  )
  const places = ['traffic', 'heap', ...(process.platform === 'linux' ? ['memory'] : [])]
  await expect.poll(() => api.placesOf(held), { timeout: 60_000, interval: 500 }).toEqual(places)
  waiting.destroy()
})
