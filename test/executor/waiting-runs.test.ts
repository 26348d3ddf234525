import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startWorker } from '../../src/processes/worker.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'value-of-a-run-that-waits-6609'

let app: TestApp
let service: HoldingServer
let workspace: TestWorkspace
let worker: { stop(): Promise<void> } | undefined

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  service = await startHoldingServer()
  // The first worker makes the root key, and without it no workspace can be made.
  worker = await startWorker(app.config, app.logger)
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
  await worker.stop()
  worker = undefined
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await worker?.stop()
  await service.close()
  await app.close()
})

const post = (key: string, text: string) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url: service.url, bodyKind: 'text', body: text },
})

async function start(automation: string, input: unknown): Promise<string> {
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input: { automation, input } })
  return run.id
}

const cancel = (id: string) => workspace.admin.mutate(documents.cancelRun, { id })

async function read(id: string) {
  const { data } = await workspace.admin.graphql(documents.run, { id })
  return data.run
}

test('a waiting run keeps its input sealed and hidden, and ends at once when it is cancelled', async () => {
  const automation = await workspace.createAutomation('Wait', [post('call', '{{ secrets.KEY }}')])
  const id = await start(automation.id, { note: value })
  expect(await read(id)).toMatchObject({ status: 'QUEUED', input: null, steps: [] })
  await app.expectNoCanary(value)
  await cancel(id)
  const cancelled = { status: 'CANCELLED', error: { code: 'CANCELLED' }, input: null, steps: [] }
  expect(await read(id)).toMatchObject(cancelled)
  expect((await read(id)).finishedAt).not.toBeNull()

  worker = await startWorker(app.config, app.logger)
  // A worker takes the job of the cancelled run and does nothing.
  await vi.waitFor(async () => {
    expect(await app.database.query('select 1 from run_job')).toEqual([])
  }, 20_000)
  expect(await read(id)).toMatchObject(cancelled)
  expect(service.received).toEqual([])
})

test('a run keeps the steps it began with, even if the automation is edited or deleted meanwhile', async () => {
  await worker?.stop()
  const { id, version } = await workspace.createAutomation('Old', [post('old', 'old {{ secrets.KEY }}')])
  const run = await start(id, {})
  const input = { id, version, name: 'New', steps: [post('new', 'new')] }
  await workspace.admin.mutate(documents.updateAutomation, { input })
  await workspace.admin.mutate(documents.deleteAutomation, { id })
  worker = await startWorker(app.config, app.logger)
  await service.untilReceived(1)
  service.release()
  expect((await workspace.waitForRun(run)).steps).toMatchObject([{ key: 'old', status: 'SUCCEEDED' }])
  expect(service.received).toEqual([`old ${value}`])
})

test('cancelling a run aborts its request and ends it, and later steps do not run', async () => {
  const automation = await workspace.createAutomation('Slow', [
    post('slow', '{{ secrets.KEY }}'),
    post('later', 'later'),
  ])
  const id = await start(automation.id, { note: value })
  await service.untilReceived(2)
  expect(await read(id)).toMatchObject({ status: 'RUNNING', input: null, steps: [{ status: 'RUNNING' }] })
  await app.expectNoCanary(value)
  expect(service.abandoned()).toBe(0)
  await cancel(id)
  await cancel(id)
  expect(await workspace.waitForRun(id)).toMatchObject({
    status: 'CANCELLED',
    error: { code: 'CANCELLED' },
    input: { note: '[secret KEY]' },
    output: null,
    steps: [{ key: 'slow', status: 'CANCELLED', error: { code: 'CANCELLED' } }],
  })
  expect(service.abandoned()).toBe(1)
  expect(service.received).toHaveLength(2)
})

test('a step whose failure was stored before its worker died is not run again', async () => {
  await worker?.stop()
  const before = service.received.length
  const automation = await workspace.createAutomation('Failed', [post('paid', '{{ secrets.KEY }}')])
  const id = await start(automation.id, {})
  await app.database.query(
    `insert into step_run (workspace_id, run, position, key, status, attempt, error, secrets)
     select workspace_id, id, 0, 'paid', 'FAILED', 1, '{"code":"TIMEOUT","message":"It was late."}', '{KEY}'
       from run where id::text = $1`,
    [id.split('.')[1]],
  )
  worker = await startWorker(app.config, app.logger)
  expect(await workspace.waitForRun(id)).toMatchObject({
    status: 'FAILED',
    error: { code: 'TIMEOUT', message: 'Step paid: It was late.' },
  })
  expect(service.received).toHaveLength(before)
})

test('cancelling a run that has ended changes nothing', async () => {
  const automation = await workspace.createAutomation('Quick', [
    { key: 'one', type: 'set-values', fields: { values: { ok: true } } },
  ])
  const ended = await workspace.run(automation.id)
  await cancel(ended.id)
  expect(await read(ended.id)).toMatchObject({ status: 'SUCCEEDED', error: null, output: { ok: true } })
})
