import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { endLostRuns } from '../../src/executor/index.ts'
import { createRunRecord } from '../../src/executor/run-record.ts'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunJob, type RunQueue } from '../../src/store/queue.ts'
import type { ClaimedRun } from '../../src/store/runs/claim.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { insertRunJob } from '../support/queued-run.ts'

// Hundreds of runs are ended one by one.
vi.setConfig({ testTimeout: 120_000 })

let database: TestDatabase
let store: Store
let queue: RunQueue
const lines: string[] = []
const log = createLogger('info', 'test', collect(lines))

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  queue = openQueue({ url: database.url, log })
  await database.query(
    `insert into workspace (id, name, created_at) values ('acme', 'Acme', now()), ('globex', 'Globex', now())`,
  )
})
beforeEach(async () => {
  await database.query(`truncate run, step_run, run_job`)
  lines.length = 0
})
afterAll(async () => {
  await queue.close()
  await store.close()
  await database.drop()
})

/** A run from an hour ago that a worker had begun, with a step of each kind, and its job as the queue made it. */
async function addRun({ workspace = 'acme', status = 'RUNNING', age = '1 hour' } = {}): Promise<RunJob> {
  const job = { workspace, run: randomUUID() }
  await store.inTransaction(async (tx) => {
    await tx.execute(
      `insert into run (workspace_id, id, steps, status, sealed_input, created_at)
       values (?, ?, '[]', ?, 'sealed', now() - ?::interval)`,
      [workspace, job.run, status, age],
    )
    await tx.execute(
      `insert into step_run (workspace_id, run, position, key, status, attempt, sealed_output, error)
       values (?, ?, 0, 'done', 'SUCCEEDED', 1, 'sealed', null), (?, ?, 1, 'pay', 'RUNNING', 1, 'sealed', null)`,
      [workspace, job.run, workspace, job.run],
    )
    await insertRunJob(tx, job)
  })
  return job
}

async function setJob({ run }: RunJob, set: string): Promise<void> {
  await database.query(`update run_job set ${set} where run = $1`, [run])
}

async function removeJob({ run }: RunJob): Promise<void> {
  await database.query(`delete from run_job where run = $1`, [run])
}

const sweep = (stopping = new AbortController().signal) => endLostRuns({ store, queue, log }, stopping)

async function read({ run }: RunJob) {
  const [row] = await database.query<{ status: string; error: { message: string } }>(
    `select status, error, input, sealed_input, claim is not null as claimed, finished_at is not null as ended
       from run where id = $1`,
    [run],
  )
  const steps = await database.query(
    'select key, status, error, sealed_output from step_run where run = $1 order by position',
    [run],
  )
  return { ...row, steps }
}

const inWords = (said: string) => ({
  status: 'FAILED',
  error: { code: 'INTERRUPTED', message: expect.stringContaining(said) },
})
const givenUp = `given_up_at = now() - interval '6 minutes', due_at = 'infinity'`

test('a run whose job was given up ends as INTERRUPTED, and its sealed data are deleted', async () => {
  const job = await addRun()
  await setJob(job, givenUp)
  await sweep()
  expect(await read(job)).toMatchObject({
    ...inWords('many attempts'),
    input: null,
    sealed_input: null,
    claimed: true,
    ended: true,
    steps: [
      { key: 'done', status: 'SUCCEEDED', error: null, sealed_output: null },
      { key: 'pay', ...inWords('look at the other side'), sealed_output: null },
    ],
  })
  expect((await read(job)).error?.message).toContain('The step pay was running.')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { run: `acme.${job.run}`, loss: 'given up', msg: 'run ended, it had lost its job' },
  ])
})

test('a run whose job is gone ends whether or not it had begun', async () => {
  const [begun, queued] = [await addRun(), await addRun({ workspace: 'globex', status: 'QUEUED' })]
  await removeJob(begun)
  await removeJob(queued)
  await sweep()
  expect(await read(begun)).toMatchObject(inWords('gone from the queue'))
  expect(await read(queued)).toMatchObject(inWords('gone from the queue'))
})

test('a step that waited for its next attempt keeps the error of the last one', async () => {
  const job = await addRun()
  const error = { code: 'REQUEST_FAILED', message: 'Refused.' }
  await database.query(`update step_run set status = 'QUEUED', error = $1 where key = 'pay'`, [error])
  await removeJob(job)
  await sweep()
  const { error: ended, steps } = await read(job)
  expect(steps[1]).toMatchObject({ status: 'FAILED', error })
  expect(ended?.message).not.toContain('pay')
})

test.each([
  ['is queued', 'worker = null'],
  ['is worked on', 'worker = gen_random_uuid(), claim = gen_random_uuid()'],
  ['is worked on by a worker that is silent', 'worker = gen_random_uuid(), attempts = 7'],
  ['waits for its next attempt', `attempts = 1, due_at = now() + interval '1 hour'`],
  ['will be handed out for the first time later', `due_at = now() + interval '1 hour'`],
  ['was given up a moment ago', `given_up_at = now(), due_at = 'infinity'`],
])('a run whose job %s is left alone', async (_, set) => {
  const job = await addRun()
  await setJob(job, set)
  const before = await read(job)
  await sweep()
  expect(await read(job)).toEqual(before)
  expect(before).toMatchObject({ status: 'RUNNING', sealed_input: 'sealed' })
})

test('a run that was just started, has ended or is claimed is left alone', async () => {
  const young = await addRun({ age: '1 minute' })
  const ended = await addRun({ status: 'CANCELLED' })
  const held = await addRun()
  for (const job of [young, ended, held]) await removeJob(job)
  const before = await Promise.all([young, ended, held].map(read))
  await store.inTransaction(async (tx) => {
    await tx.execute('select 1 from run where id = ? for update', [held.run])
    await sweep()
  })
  expect(await Promise.all([young, ended, held].map(read))).toEqual(before)
  await sweep()
  expect(await read(held)).toMatchObject({ status: 'FAILED' })
})

test('a worker that still executes such a run writes nothing more, and no worker begins it again', async () => {
  const job = await addRun()
  const begun: ClaimedRun[] = []
  const ending = Promise.withResolvers<void>()
  await queue.work({ worker: 5, workspace: 5 }, async (run) => {
    begun.push(run)
    await ending.promise
  })
  await vi.waitUntil(() => begun.length === 1, { timeout: 20_000 })
  await removeJob(job)
  await sweep()
  const before = await read(job)
  const record = createRunRecord(queue.writes, begun[0] as ClaimedRun, (work) => work())
  const result = { status: 'SUCCEEDED' as const, input: '1', output: 1, error: null }
  await expect(record.finishRun(result)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  // As if somebody had put the job back.
  await store.inTransaction((tx) => insertRunJob(tx, job))
  await vi.waitUntil(async () => (await database.query('select 1 from run_job')).length === 0, {
    timeout: 20_000,
  })
  expect(begun).toHaveLength(1)
  expect(await read(job)).toEqual(before)
  ending.resolve()
})

test('many lost runs end once each with any number of workers, and none while the worker stops', async () => {
  await database.query(
    `insert into run (workspace_id, id, steps, status, created_at)
     select workspace.id, gen_random_uuid(), '[]', 'QUEUED', now() - interval '1 hour'
       from workspace, generate_series(1, 300)`,
  )
  const left = async () => (await database.query(`select 1 from run where status = 'QUEUED'`)).length
  await sweep(AbortSignal.abort())
  expect(await left()).toBe(600)
  await Promise.all([sweep(), sweep(), sweep()])
  // Runs beyond a batch are left to the next run of the clock.
  await sweep()
  expect(await left()).toBe(0)
  expect(new Set(lines.map((line) => JSON.parse(line).run)).size).toBe(600)
  expect(lines).toHaveLength(600)
})
