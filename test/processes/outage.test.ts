import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type DatabaseLine, openDatabaseLine } from '../support/database-line.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { writePostingPlugin } from './plugins.ts'

const value = 'value-that-is-held-while-nothing-is-stored-5520'
/** Longer than a worker may go without a heartbeat (milliseconds). */
const lasting = 14_000

vi.setConfig({ testTimeout: 120_000 })

let folder: string
let app: TestApp
let service: HoldingServer
let workspace: TestWorkspace
/** Each worker has its own connection to the database. */
let lines: DatabaseLine[]
const workers: LockstepProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-outage-'))
  app = await startTestApp({ worker: false, env: { LOCKSTEP_PLUGINS: await writePostingPlugin(folder) } })
  const url = app.database.url
  lines = [await openDatabaseLine(url), await openDatabaseLine(url)]
  await startWorker(0)
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
beforeEach(async () => {
  service = await startHoldingServer()
  return () => service.close()
})
afterAll(async () => {
  for (const worker of workers) await worker.stop()
  await app.expectNoCanary(value)
  for (const line of lines) await line.close()
  await app.close()
  await rm(folder, { recursive: true })
})

async function startWorker(line: number): Promise<LockstepProcess> {
  const databaseUrl = (lines[line] as DatabaseLine).url
  const worker = await startWorkerProcess({ ...app, config: { ...app.config, databaseUrl } })
  workers.push(worker)
  return worker
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const post = (key: string, type: string) => ({
  key,
  type,
  fields: { url: service.url, text: `${key} {{ secrets.KEY }}` },
})

/** Starts a run of two steps. The first one has sent its request when this returns. */
async function startRun(type = 'post-once'): Promise<string> {
  const { id } = await workspace.createAutomation('Test', [post('first', type), post('second', 'post-once')])
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await service.untilReceived(1)
  return run.id
}

async function expectBothOnce(id: string): Promise<void> {
  await service.untilReceived(2)
  service.release()
  expect(await workspace.waitForRun(id)).toMatchObject({ status: 'SUCCEEDED', error: null })
  expect(service.received.map((it) => JSON.parse(it).text)).toEqual([`first ${value}`, `second ${value}`])
}

test('a step that ends during a short outage of the database succeeds, and the run goes on', async () => {
  const id = await startRun()
  for (const line of lines) line.cut()
  service.release()
  await sleep(3000)
  expect(service.received).toHaveLength(1)
  for (const line of lines) line.mend()
  await expectBothOnce(id)
})

test('a step that ends during an outage longer than a heartbeat succeeds, with another worker watching', async () => {
  const id = await startRun()
  await startWorker(1)
  for (const line of lines) line.cut()
  service.release()
  await sleep(lasting)
  // The watching worker is the first to reach the database again.
  lines[1]?.mend()
  await sleep(6000)
  lines[0]?.mend()
  await expectBothOnce(id)
})

test('a worker that was cut off alone stores nothing when another one has taken its run', async () => {
  await workers[1]?.stop()
  const id = await startRun()
  // The second worker starts only now, so the first has the run.
  await startWorker(1)
  lines[0]?.cut()
  const ended = await workspace.waitForRun(id)
  expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED' } })
  const from = app.log.length
  service.release()
  lines[0]?.mend()
  await vi.waitUntil(() => app.log.slice(from).some((it) => /taken over|has lost the run/.test(it)), {
    timeout: 20_000,
  })
  expect(await workspace.waitForRun(id)).toEqual(ended)
  expect(service.received).toHaveLength(1)
})
