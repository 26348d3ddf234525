import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endLostRuns } from '../../src/executor/index.ts'
import { createRunRecord } from '../../src/executor/run-record.ts'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunJob, type RunQueue } from '../../src/store/queue.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: Store
let queue: RunQueue
const lines: string[] = []
const log = createLogger('info', 'test', collect(lines))

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  queue = await openQueue({ url: database.url, log, role: 'producer' })
  await database.query(
    `insert into workspace (id, name, created_at) values ('acme', 'Acme', now()), ('globex', 'Globex', now())`,
  )
})
beforeEach(async () => {
  await database.query(`truncate run, step_run; delete from pgboss.job where name = 'runs'`)
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
    await queue.enqueue(tx, job)
  })
  return job
}

async function setJob({ run }: RunJob, set: string): Promise<void> {
  await database.query(`update pgboss.job set ${set} where name = 'runs' and id = $1`, [run])
}

async function removeJob({ run }: RunJob): Promise<void> {
  await database.query(`delete from pgboss.job where name = 'runs' and id = $1`, [run])
}

const sweep = (stopping = new AbortController().signal) => endLostRuns({ store, log }, stopping)

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
const givenUp = `state = 'failed', completed_on = now() - interval '6 minutes'`

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

test('a run whose job is gone or cancelled ends, whether or not it had begun', async () => {
  const [begun, queued, cancelled] = [
    await addRun(),
    await addRun({ workspace: 'globex', status: 'QUEUED' }),
    await addRun(),
  ]
  await removeJob(begun)
  await removeJob(queued)
  await setJob(cancelled, givenUp.replace('failed', 'cancelled'))
  await sweep()
  expect(await read(begun)).toMatchObject(inWords('gone from the queue'))
  expect(await read(queued)).toMatchObject(inWords('gone from the queue'))
  expect(await read(cancelled)).toMatchObject(inWords('many attempts'))
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
  ['is queued', `state = 'created'`],
  ['is worked on', `state = 'active', started_on = now(), heartbeat_on = now()`],
  ['is worked on by a worker that is silent', `state = 'active', heartbeat_on = now() - interval '1 hour'`],
  ['waits for its next attempt', `state = 'retry', start_after = now() + interval '1 hour'`],
  [
    'will be handed out for the first time later',
    `state = 'created', start_after = now() + interval '1 hour'`,
  ],
  ['was given up a moment ago', `state = 'failed', completed_on = now()`],
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
  const claim = (it: string) => createRunRecord({ store, queue }, { ...job, claim: it }, (work) => work())
  const worker = claim(randomUUID())
  expect(await worker.begin()).toBeDefined()
  await removeJob(job)
  await sweep()
  const before = await read(job)
  const result = { status: 'SUCCEEDED' as const, input: '1', output: 1, error: null }
  await expect(worker.finishRun(result)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(await claim(randomUUID()).begin()).toBeUndefined()
  expect(await read(job)).toEqual(before)
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
