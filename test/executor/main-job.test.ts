import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_live_"quoted" & <canary>/+=0123456789'

let app: TestApp
let echo: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ traces: true })
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

const call = (fields: object) => ({ key: 'call', type: 'custom-http', fields: { url: echo.url, ...fields } })

test('a run sends the true value to the service, and no stored data contain it', async () => {
  const secret = await workspace.createSecret('my api key', value)
  expect(secret.name).toBe('MY_API_KEY')
  const automation = await workspace.createAutomation('Call', [
    call({
      method: 'POST',
      url: `${echo.url}/hooks?key={{ secrets.MY_API_KEY }}`,
      headers: [{ name: 'authorization', value: 'Bearer {{ secrets.MY_API_KEY | base64 }}' }],
      bodyKind: 'json',
      body: '{"key": "{{ secrets.MY_API_KEY }}", "order": {{ trigger.order }}}',
    }),
  ])
  const run = await workspace.run(automation.id, { order: 7 })

  expect(run).toMatchObject({ status: 'SUCCEEDED', error: null, input: { order: 7 } })
  const [received] = echo.received
  expect(JSON.parse(received?.body ?? '')).toEqual({ key: value, order: 7 })
  expect(received?.headers['authorization']).toBe(`Bearer ${Buffer.from(value).toString('base64')}`)
  expect(new URL(received?.url ?? '', echo.url).searchParams.get('key')).toBe(value)

  expect(run.output.headers['x-echo-authorization']).toBe('Bearer [secret MY_API_KEY]')
  expect(run.steps).toMatchObject([{ key: 'call', status: 'SUCCEEDED', secrets: ['MY_API_KEY'] }])
  await app.expectNoCanary(value)
})
