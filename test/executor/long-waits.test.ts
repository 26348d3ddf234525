import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 90_000 })

const WAIT = { timeout: 60_000 }

let app: TestApp
let workspaces: TestWorkspace[]
let other: TestWorkspace

/** With fewer places than there are runs that wait. */
beforeAll(async () => {
  app = await startTestApp({ env: { LOCKSTEP_WORKER_CONCURRENCY: '2' } })
  workspaces = [await createTestWorkspace(app, 'acme'), await createTestWorkspace(app, 'globex')]
  other = await createTestWorkspace(app, 'initech')
})
afterAll(() => app.close())

const wait = (settings: object = {}) => ({ key: 'wait', type: 'wait', fields: { seconds: 300 }, ...settings })
const set = { key: 'set', type: 'set-values', fields: { values: { done: 'yes' } } }

async function start(workspace: TestWorkspace, steps: object[]): Promise<string> {
  const { id: automation } = await workspace.createAutomation('Waits', steps)
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input: { automation } })
  return run.id
}

async function countJobs(condition: string): Promise<number> {
  const [row] = await app.database.query<{ count: number }>(
    `select count(*)::int as count from run_job where ${condition}`,
  )
  return row?.count ?? 0
}

const POSTPONED = `worker is null and postponed and due_at > now() + interval '200 seconds'`

const read = async (workspace: TestWorkspace, id: string) =>
  (await workspace.admin.graphql(documents.run, { id })).data.run

async function attemptOf(id: string): Promise<number | undefined> {
  const [row] = await app.database.query<{ attempt: number }>(
    'select attempt from step_run where run::text = $1 and position = 0',
    [id.split('.')[1]],
  )
  return row?.attempt
}

/** Lets the time of the wait pass in the database. */
const passTime = (id: string) =>
  app.database.query(
    `update step_run set started_at = started_at - interval '300 seconds' where run::text = $1`,
    [id.split('.')[1]],
  )

test('runs that wait hold no place: those of another workspace end meanwhile, and cancelling ends each at once', async () => {
  const waiting = await Promise.all(
    workspaces.flatMap((workspace) =>
      Array.from({ length: 5 }, async () => ({ workspace, id: await start(workspace, [wait(), set]) })),
    ),
  )
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 10, WAIT)
  expect(await other.waitForRun(await start(other, [set]))).toMatchObject({ status: 'SUCCEEDED' })
  expect(await countJobs(POSTPONED)).toBe(10)
  expect(await countJobs('worker is not null')).toBe(0)
  for (const { workspace, id } of waiting) {
    expect(await read(workspace, id)).toMatchObject({ status: 'RUNNING', steps: [{ status: 'RUNNING' }] })
    await workspace.admin.mutate(documents.cancelRun, { id })
  }
  for (const { workspace, id } of waiting) {
    expect(await workspace.waitForRun(id)).toMatchObject({
      status: 'CANCELLED',
      steps: [{ key: 'wait', status: 'CANCELLED', error: { code: 'CANCELLED' } }],
    })
  }
  expect(await countJobs('true')).toBe(0)
})

test('a run goes on once its time has come, as the same attempt, with the time at which the step began', async () => {
  const id = await start(other, [wait(), set])
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 1, WAIT)
  await passTime(id)
  const [began] = (await read(other, id)).steps
  await app.database.query('update run_job set due_at = now()')
  const { status, steps } = await other.waitForRun(id)
  expect([status, steps.length]).toEqual(['SUCCEEDED', 2])
  expect(steps[0]).toMatchObject({ startedAt: began?.startedAt, output: { waitedSeconds: 300 } })
  expect(await attemptOf(id)).toBe(1)
})

test('a worker that dies near the end of a wait does not make it begin again', async () => {
  const id = await start(other, [wait(), set])
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 1, WAIT)
  await passTime(id)
  // A worker that never reports.
  await app.database.query(
    `update run_job set worker = gen_random_uuid(), claim = gen_random_uuid(), postponed = false, due_at = now()`,
  )
  const { status, steps } = await other.waitForRun(id)
  expect(status).toBe('SUCCEEDED')
  expect(steps[0]).toMatchObject({ output: { waitedSeconds: 300 } })
  expect(await attemptOf(id)).toBe(1)
})

test('a wait that is longer than its step may take ends as one that took too long', async () => {
  const failed = { status: 'FAILED', error: { code: 'TIMEOUT' } }
  expect(await other.waitForRun(await start(other, [wait({ timeoutSeconds: 1 })]))).toMatchObject(failed)
  const id = await start(other, [wait({ timeoutSeconds: 250 })])
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 1, WAIT)
  await passTime(id)
  await app.database.query('update run_job set due_at = now()')
  expect(await other.waitForRun(id)).toMatchObject(failed)
})

test('a wait that failed is tried again from its beginning', async () => {
  const retry = { count: 1, delaySeconds: 1, on: ['TIMEOUT'] }
  const id = await start(other, [wait({ timeoutSeconds: 250, retry })])
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 1, WAIT)
  await passTime(id)
  await app.database.query('update run_job set due_at = now()')
  await vi.waitUntil(async () => (await attemptOf(id)) === 2, WAIT)
  await vi.waitUntil(async () => (await countJobs(POSTPONED)) === 1, WAIT)
  await other.admin.mutate(documents.cancelRun, { id })
  expect(await other.waitForRun(id)).toMatchObject({ status: 'CANCELLED' })
})
