import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'a value that a plugin keeps 8814'

/** Two step types of one plugin. The first keeps the value that it gets; the second sends what was kept. */
const source = `
import { defineStep, field } from '@lockstep/steps'

let kept = ''
const about = { description: 'Keeps a value between steps.', output: {} }
const text = (label) => field.text({ label, secrets: true, required: false })

export default [
  defineStep({
    ...about, type: 'keep', title: 'Keep', fields: { value: text('Value') }, destinations: () => [],
    run: ({ value }) => { kept = value.reveal(); return {} },
  }),
  defineStep({
    ...about, type: 'send-kept', title: 'Send', destinations: ({ url }) => [new URL(url).origin],
    fields: { url: field.text({ label: 'URL' }), with: text('With'), encoding: field.text({ label: 'Encoding' }) },
    run: async ({ url, encoding }, { http }) => {
      const body = Buffer.from(kept).toString(encoding)
      return { status: (await http(url, { method: 'POST', body })).status }
    },
  }),
]`

let folder: string
let app: TestApp
let echo: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-kept-'))
  const plugin = join(folder, 'kept.mjs')
  await writeFile(plugin, source)
  app = await startTestApp({ env: { LOCKSTEP_PLUGINS: plugin } })
  echo = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  const input = { workspace: 'acme', name: 'BOUND', value, allowedHosts: ['api.example.com'] }
  await workspace.admin.mutate(documents.createSecret, { input })
  await workspace.createSecret('FREE', 'another value, for any host')
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await echo.close()
  await app.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  echo.received.length = 0
})

test.each([
  ['nothing', 'utf8', ''],
  ['a secret that may go anywhere', 'utf8', '{{ secrets.FREE }}'],
  ['nothing, and encodes it', 'base64', ''],
])(
  'a plugin cannot send a bound value that it kept from an earlier step, in a step that is given %s',
  async (_what, encoding, given) => {
    const { id } = await workspace.createAutomation('Kept', [
      { key: 'keep', type: 'keep', fields: { value: '{{ secrets.BOUND }}' } },
      { key: 'send', type: 'send-kept', fields: { url: echo.url, with: given, encoding } },
    ])
    const ended = await workspace.run(id)
    expect(ended.error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
    expect(ended.error?.message).toMatch(/^Step send: .*BOUND/)
    expect(echo.received).toEqual([])
  },
)

test('it can send it to a host that the secret is bound to', async () => {
  const input = { workspace: 'acme', name: 'BOUND', value, allowedHosts: ['127.0.0.1'] }
  await workspace.admin.mutate(documents.updateSecret, { input })
  const { id } = await workspace.createAutomation('Kept', [
    { key: 'keep', type: 'keep', fields: { value: '{{ secrets.BOUND }}' } },
    { key: 'send', type: 'send-kept', fields: { url: echo.url, encoding: 'utf8' } },
  ])
  expect(await workspace.run(id)).toMatchObject({ status: 'SUCCEEDED', output: { status: 200 } })
  expect(echo.received[0]?.body).toBe(value)
})
