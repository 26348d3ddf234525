import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startWorker } from '../../src/processes/worker.ts'
import { type FlakyServer, startFlakyServer } from '../executor/flaky-server.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { writePostingPlugin } from './plugins.ts'

const value = 'value-of-a-retry-that-waits-7752'

vi.setConfig({ testTimeout: 120_000 })

let folder: string
let app: TestApp
let service: FlakyServer
let workspace: TestWorkspace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-retry-'))
  app = await startTestApp({ worker: false, env: { LOCKSTEP_PLUGINS: await writePostingPlugin(folder) } })
  service = await startFlakyServer()
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await service.close()
  await app.close()
  await rm(folder, { recursive: true })
})

/** A run whose unrepeatable step failed once and waits for its retry. */
async function startWaiting(delaySeconds: number): Promise<string> {
  service.play('drop')
  const fields = { url: service.url, text: '{{ secrets.KEY }}' }
  const step = { key: 'pay', type: 'post-once', fields, retry: { count: 1, delaySeconds } }
  const { id } = await workspace.createAutomation('Test', [step])
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await vi.waitUntil(
    async () => {
      const { data } = await workspace.admin.graphql(documents.run, { id: run.id })
      return data.run.steps[0]?.status === 'QUEUED'
    },
    { timeout: 20_000 },
  )
  return run.id
}

/** Short enough that the worker waits itself, in seconds. */
const DELAY = 8

test('a worker that dies while a retry waits does not interrupt the run, and another worker makes the attempt', async () => {
  const victim = await startWorkerProcess(app)
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
  const id = await startWaiting(DELAY)
  await victim.kill()
  const other = await startWorker(app.config, app.logger)
  expect(await workspace.waitForRun(id)).toMatchObject({ status: 'SUCCEEDED', error: null })
  expect(service.received.map(({ text, attempt }) => [text, attempt])).toEqual([
    [value, 1],
    [value, 2],
  ])
  expect(new Set(service.received.map((it) => it.idempotencyKey)).size).toBe(1)
  const [first, second] = service.received.map(({ at }) => at)
  // Not before its time: the delay counts from the failure of the first attempt.
  expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(DELAY * 1000)
  await other.stop()
})

test('a worker that ends in order leaves a waiting retry to the next one', async () => {
  const first = await startWorkerProcess(app)
  const id = await startWaiting(25)
  await first.stop()
  expect(service.received).toHaveLength(1)
  const other = await startWorker(app.config, app.logger)
  expect(await workspace.waitForRun(id)).toMatchObject({ status: 'SUCCEEDED' })
  expect(service.received.map(({ attempt }) => attempt)).toEqual([1, 2])
  await other.stop()
})
