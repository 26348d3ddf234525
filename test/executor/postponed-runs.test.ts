import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { writePostingPlugin } from '../processes/plugins.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { type FlakyServer, startFlakyServer } from './flaky-server.ts'

const value = 'value-of-a-run-that-was-postponed-4471'

vi.setConfig({ testTimeout: 90_000 })

let folder: string
let app: TestApp
let service: FlakyServer
let workspace: TestWorkspace

/** Two places in total, and one for each workspace. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-postponed-'))
  const env = {
    LOCKSTEP_PLUGINS: await writePostingPlugin(folder),
    LOCKSTEP_WORKER_CONCURRENCY: '2',
    LOCKSTEP_WORKSPACE_CONCURRENCY: '1',
  }
  app = await startTestApp({ env })
  service = await startFlakyServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await service.close()
  await app.close()
  await rm(folder, { recursive: true })
})

async function start(key: string, delaySeconds: number): Promise<string> {
  const fields = { url: service.url, text: `${key} {{ secrets.KEY }}` }
  const step = { key, type: 'post-once', fields, retry: { count: 1, delaySeconds } }
  const automation = await workspace.createAutomation('Test', [step])
  const input = { automation: automation.id, input: { note: value } }
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input })
  return run.id
}

async function untilItWaits(id: string): Promise<void> {
  await vi.waitUntil(
    async () => (await workspace.admin.graphql(documents.run, { id })).data.run.steps[0]?.status === 'QUEUED',
    { timeout: 20_000 },
  )
}

const jobOf = (id: string) =>
  app.database.query<{ waits: boolean; attempts: number }>(
    'select worker is null as waits, attempts from run_job where run::text = $1',
    [id.split('.')[1]],
  )

test('a run that waits long for its next attempt frees its place, and continues when it is due', async () => {
  service.play('drop')
  const waiting = await start('pay', 14)
  await untilItWaits(waiting)
  // To wait costs the job none of its chances.
  expect(await jobOf(waiting)).toEqual([{ waits: true, attempts: 0 }])
  // The workspace may have one run at once.
  expect(await workspace.waitForRun(await start('other', 1))).toMatchObject({ status: 'SUCCEEDED' })
  expect(service.received.map(({ text, attempt }) => [text, attempt])).toEqual([
    [`pay ${value}`, 1],
    [`other ${value}`, 1],
  ])
  const { data } = await workspace.admin.graphql(documents.run, { id: waiting })
  expect(data.run).toMatchObject({ status: 'RUNNING', steps: [{ error: { code: 'REQUEST_FAILED' } }] })

  const ended = await workspace.waitForRun(waiting)
  expect(ended).toMatchObject({ status: 'SUCCEEDED', error: null, input: { note: '[secret KEY]' } })
  const [first, , second] = service.received
  expect([second?.text, second?.attempt]).toEqual([`pay ${value}`, 2])
  expect(second?.idempotencyKey).toBe(first?.idempotencyKey)
  expect(await jobOf(waiting)).toEqual([])
})

test('a run that waits for its next attempt ends when it is cancelled, even if its workspace has no free place', async () => {
  service.play('drop', 'hold')
  const waiting = await start('pay', 3600)
  await untilItWaits(waiting)
  const holding = await start('hold', 1)
  await vi.waitUntil(() => service.received.length === 2, { timeout: 20_000 })
  await workspace.admin.mutate(documents.cancelRun, { id: waiting })
  expect(await workspace.waitForRun(waiting)).toMatchObject({
    status: 'CANCELLED',
    input: { note: '[secret KEY]' },
    steps: [{ key: 'pay', status: 'CANCELLED', error: { code: 'CANCELLED' } }],
  })
  const { data } = await workspace.admin.graphql(documents.run, { id: holding })
  expect(data.run.status).toBe('RUNNING')
  await workspace.admin.mutate(documents.cancelRun, { id: holding })
  expect(await workspace.waitForRun(holding)).toMatchObject({ status: 'CANCELLED' })
  expect(service.received.map(({ attempt }) => attempt)).toEqual([1, 1])
})

test('a run that is cancelled just before its wait does not wait', async () => {
  const cancelling = Promise.withResolvers<string>()
  service.play(async () => {
    await workspace.admin.mutate(documents.cancelRun, { id: await cancelling.promise })
    return 'drop'
  })
  const id = await start('pay', 3600)
  cancelling.resolve(id)
  expect(await workspace.waitForRun(id)).toMatchObject({ status: 'CANCELLED' })
  expect(service.received).toHaveLength(1)
})
