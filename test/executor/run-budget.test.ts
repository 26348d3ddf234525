import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const value = 'sk_live_budget-4eC39HqLyjWDarjtT1zdp7dc'
const MIB = 1024 * 1024

let app: TestApp
let workspace: TestWorkspace
let url: string
const server = createServer((request, response) => {
  const [, mib, text = 'x'] = request.url?.split('/') ?? []
  response.end(text.repeat((Number(mib) * MIB) / text.length))
})

beforeAll(async () => {
  app = await startTestApp()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await app.close()
})

const get = (key: string, path: string, headers: object[] = []) => ({
  key,
  type: 'custom-http',
  fields: { url: `${url}/${path}`, headers },
})
const set = (key: string, values: unknown) => ({ key, type: 'set-values', fields: { values } })
const withKey = [{ name: 'authorization', value: '{{ secrets.KEY }}' }]

async function run(steps: readonly object[], input?: unknown): Promise<EndedRun> {
  return workspace.run((await workspace.createAutomation('Budget', steps)).id, input)
}

test('what is the same is held and sent once, and is in the output of every step that gave it', async () => {
  const text = 'the same '.repeat(50_000)
  const steps = [
    get('first', '0', withKey),
    ...['a', 'b', 'c'].map((key) => set(key, { text: '{{ trigger.text }}' })),
    set('last', { length: '{{ steps.b.output.text }}' }),
  ]
  const ended = await run(steps, { text: `${text}${value}` })
  const shown = `${text}[secret KEY]`
  expect(ended.status).toBe('SUCCEEDED')
  expect(ended.steps.slice(1).map(({ output }) => output)).toEqual([
    ...Array.from({ length: 3 }, () => ({ text: shown })),
    { length: shown },
  ])
  expect(ended.output).toEqual({ length: shown })
})

test('a large output is redacted again when a later step reveals a value in it', async () => {
  const text = `${'early '.repeat(50_000)}${value}`
  const steps = [
    set('early', { text: '{{ trigger.text }}' }),
    set('again', { text: '{{ trigger.text }}' }),
    get('late', '0', withKey),
  ]
  const ended = await run(steps, { text })
  expect(ended.status).toBe('SUCCEEDED')
  const shown = { text: text.replace(value, '[secret KEY]') }
  expect(ended.steps.slice(0, 2).map(({ output }) => output)).toEqual([shown, shown])
  expect(ended.input).toEqual(shown)
  await app.expectNoCanary(value)
})

test('an output is sealed only if a later step can need it', async () => {
  const steps = [
    set('only', { text: '{{ trigger.text }}' }),
    { key: 'wait', type: 'wait', fields: { seconds: 3 } },
  ]
  const automation = await workspace.createAutomation('Sealed', steps)
  const ended = workspace.run(automation.id, { text: 'nothing to hide' })
  await vi.waitUntil(
    async () => {
      const [row] = await app.database.query<{ key: string }>(
        'select key from step_run order by started_at desc limit 1',
      )
      return row?.key === 'wait'
    },
    { timeout: 20_000 },
  )
  const rows = await app.database.query<{ sealed_output: string | null }>(
    "select sealed_output from step_run where key = 'only' order by started_at desc limit 1",
  )
  expect(rows).toEqual([{ sealed_output: null }])
  expect((await ended).status).toBe('SUCCEEDED')
})

// Last, for its outputs hold no value, and the search for one would read all of them.
test('outputs that later steps need are held up to the budget, and the message says which and how much', async () => {
  const steps = [
    ...['a', 'b', 'c', 'd'].map((text) => get(text, `20/${text}`)),
    set(
      'all',
      ['a', 'b', 'c', 'd'].map((it) => `{{ steps.${it}.output.status }}`),
    ),
  ]
  const ended = await run(steps)
  expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'RESPONSE_TOO_LARGE' } })
  expect(ended.error?.message).toMatch(/^Step \w: .* \d+\.\d MiB, and a run may use \d+\.\d MiB\./)
})
