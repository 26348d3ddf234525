import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startApi } from '../../src/processes/api.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type NodedDatabase, withNodes } from '../support/away-node.ts'
import { createClient } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { startHoldingServer } from '../support/holding-server.ts'
import { startWorkerHere, type WorkerHere } from '../support/worker-here.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const value = 'value-on-another-node-2291'

let app: TestApp
let nodes: NodedDatabase
let acme: TestWorkspace
let globex: TestWorkspace
let worker: WorkerHere

beforeAll(async () => {
  app = await startTestApp()
  // It has made the keys, and vouches for those of the workspaces.
  acme = await createTestWorkspace(app, 'acme')
  globex = await createTestWorkspace(app, 'globex')
  await acme.createSecret('KEY', value)
  await globex.createSecret('KEY', value)
  await globex.run((await globex.createAutomation('First', [told])).id)
  await app.stopWorker()
  nodes = await withNodes(app.database)
})
afterEach(async () => {
  await worker.stop()
  await app.database.query('truncate lost_node')
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
})

const told = { key: 'told', type: 'set-values', fields: { values: { done: true } } }

/** The API of the tests reaches all: it starts runs that the worker cannot get. */
const startWorker = async (concurrency = 4) => {
  worker = await startWorkerHere({
    LOCKSTEP_WORKER_PORT: '0',
    DATABASE_URL: nodes.url.reveal(),
    LOCKSTEP_DATA: app.config.dataFolder,
    LOCKSTEP_ROOT_KEY_FILE: app.config.rootKeyFile,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    LOCKSTEP_WORKER_CONCURRENCY: String(concurrency),
  })
}

const start = async (workspace: TestWorkspace, automation: string) =>
  (await workspace.admin.mutate(documents.runAutomation, { input: { automation } })).run.id as string

const scheduled = async ({ id, admin }: TestWorkspace): Promise<string> => {
  const schedule = { cron: '0 0 1 1 *', timeZone: 'UTC' }
  const input = { workspace: id, name: 'Yearly', steps: [told], schedule }
  const { automation } = await admin.mutate(documents.createScheduled, { input })
  const [, uuid] = automation.id.split('.')
  await app.database.query(`update automation set next_run_at = date_trunc('minute', now()) where id = $1`, [
    uuid,
  ])
  return uuid
}

const runsOf = async (automation: string) =>
  (await app.database.query('select 1 from run where automation = $1', [automation])).length

test('a worker that starts while a workspace cannot be reached runs and schedules what is of others, and the rest later', async () => {
  const [late, run] = [
    await acme.createAutomation('Late', [told]),
    await globex.createAutomation('Now', [told]),
  ]
  const waiting = await start(acme, late.id)
  const [later, due] = [await scheduled(acme), await scheduled(globex)]
  await nodes.lose('acme')
  await startWorker()
  expect(await globex.run(run.id)).toMatchObject({ status: 'SUCCEEDED' })
  await vi.waitUntil(async () => (await runsOf(due)) === 1, { timeout: 30_000 })
  expect(await runsOf(later)).toBe(0)
  const cause = worker.output.filter((line) => line.includes('a workspace cannot be reached'))
  expect(cause.length).toBe(1)
  expect(worker.output.join('')).not.toContain('cannot report that it lives')
  await nodes.find('acme')
  expect(await acme.waitForRun(waiting)).toMatchObject({ status: 'SUCCEEDED' })
})

test('a step that ends while its rows cannot be reached is written when they can, made once, and keeps no place meanwhile', async () => {
  const service = await startHoldingServer()
  const call = (key: string) => ({
    key,
    type: 'custom-http',
    fields: { method: 'POST', url: service.url, bodyKind: 'text', body: `${key} {{ secrets.KEY }}` },
  })
  const { id } = await acme.createAutomation('Called', [call('one'), call('two')])
  const quick = await globex.createAutomation('Quick', [told])
  await startWorker(1)
  const run = await start(acme, id)
  await service.untilReceived(1)
  await nodes.lose('acme')
  service.release()
  await worker.untilSays(/the run waits for that/)
  for (let count = 0; count < 3; count++)
    expect(await globex.run(quick.id)).toMatchObject({ status: 'SUCCEEDED' })
  await nodes.find('acme')
  await service.untilReceived(2)
  service.release()
  expect(await acme.waitForRun(run)).toMatchObject({ status: 'SUCCEEDED' })
  expect(service.received).toEqual([`one ${value}`, `two ${value}`])
  await service.close()
})

test('a person of two workspaces works in the one that can be reached', async () => {
  await startWorker()
  const api = await startApi({ ...app.config, port: 0, databaseUrl: nodes.url }, app.logger)
  onTestFinished(() => api.stop())
  await api.ready
  const client = createClient(`http://127.0.0.1:${api.port}`, [], {})
  await client.signUp('Both')
  const [{ id: user } = { id: '' }] = await app.database.query<{ id: string }>(
    `select id from auth_user where name = 'Both'`,
  )
  for (const workspace of ['acme', 'globex'])
    await app.database.query(
      `insert into membership (workspace_id, "user", role, created_at) values ($1, $2, 'ADMIN', now())`,
      [workspace, user],
    )
  await nodes.lose('acme')
  const { data } = await client.graphql(documents.viewer)
  const admin = (id: string) => ({ id, viewerRole: 'ADMIN' })
  expect(data?.viewer.workspaces).toEqual([admin('acme'), admin('globex')])
  const { id } = await globex.createAutomation('Shared', [told])
  const { run } = await client.mutate(documents.runAutomation, { input: { automation: id } })
  expect(await globex.waitForRun(run.id)).toMatchObject({ status: 'SUCCEEDED' })
})
