import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import type { ClaimedRun } from '../../src/store/runs/claim.ts'
import type { StepResult } from '../../src/store/runs/end-step.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { lockRows, watchLockWaits } from '../support/lock-waits.ts'
import { insertQueuedRun } from '../support/queued-run.ts'

const log = createLogger('silent', 'test')
let database: TestDatabase
let store: Store
let queue: RunQueue
const claimed: ClaimedRun[] = []
const ending = Promise.withResolvers<void>()

beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
  queue = openQueue({ url: database.url, log })
  await queue.work({ worker: 50, workspace: 50 }, async (run) => {
    claimed.push(run)
    await ending.promise
  })
})
afterAll(async () => {
  ending.resolve()
  await queue.close()
  await store.close()
  await database.drop()
})

let count = 0

/** Runs that a worker has just got, whose first step names these secrets. */
async function claim(runs: number, names: readonly string[] = []): Promise<ClaimedRun[]> {
  claimed.length = 0
  await store.inTransaction(async (tx) => {
    for (let run = 0; run < runs; run++) await insertQueuedRun(tx, 'acme', ++count, { step: 'call', names })
  })
  await vi.waitUntil(() => claimed.length === runs, { timeout: 20_000 })
  return [...claimed]
}

async function setSecret(name: string): Promise<void> {
  await database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
     values ('acme', $1, 'sealed', 'kid', '{}', now(), now())
     on conflict (workspace_id, name) do update set updated_at = clock_timestamp()`,
    [name],
  )
}

const start = ({ workspace, run, claim: id, secrets }: ClaimedRun, byOutput: string[] = []) =>
  queue.writes.startStep({
    ...{ workspace, run, claim: id, position: 0, key: 'call', attempt: 1, sealedOutput: null },
    secrets: secrets.map(({ name }) => name),
    handed: secrets,
    byOutput,
  })

const end = ({ workspace, run, claim: id }: ClaimedRun, result: StepResult, names: readonly string[] = []) =>
  queue.writes.endStep({
    ...{ workspace, run, claim: id, step: { position: 0, result } },
    next: names.length > 0 ? { step: 'next', names, starts: false } : undefined,
  })

const succeeded = (output: string): StepResult => ({
  status: 'SUCCEEDED',
  output,
  sealedOutput: null,
  error: null,
})

const uses = (run: string) =>
  database.query(
    `select target, detail from audit_event where action = 'secret.use' and actor = $1 order by target`,
    [`run acme.${run}`],
  )

test('a run is handed out with the secrets that its first step names, on record as used by that step', async () => {
  await setSecret('ONE')
  await setSecret('TWO')
  const [run] = await claim(1, ['TWO', 'ONE'])
  expect(new Set(run?.secrets.map(({ name, sealed }) => `${name} ${sealed}`))).toEqual(
    new Set(['ONE sealed', 'TWO sealed']),
  )
  const detail = { step: 'call' }
  expect(await uses(run?.run ?? '')).toEqual([
    { target: 'ONE', detail },
    { target: 'TWO', detail },
  ])
})

test('of a run that misses one of its secrets none is handed out and no use is recorded, and others get theirs', async () => {
  const whole = await claim(1, ['ONE'])
  const [run] = await claim(1, ['ONE', 'MISSING'])
  expect(whole[0]?.secrets).toHaveLength(1)
  expect(run?.secrets).toEqual([])
  expect(await uses(run?.run ?? '')).toEqual([])
})

test.each([
  ['replaced', () => setSecret('KEY')],
  ['deleted', () => database.query(`delete from secret where name = 'KEY'`)],
])('a step does not start with a secret that was %s after it was handed out', async (_what, change) => {
  await setSecret('KEY')
  const [same, changed] = (await claim(2, ['KEY'])) as [ClaimedRun, ClaimedRun]
  expect(await start(same)).toBe('started')
  await change()
  expect(await start(changed)).toBe('stale')
  expect(
    await database.query('select run from step_run where run = any($1)', [[same.run, changed.run]]),
  ).toEqual([{ run: same.run }])
})

test('values that came by an output are on record when the step starts', async () => {
  const [run] = (await claim(1)) as [ClaimedRun]
  await start(run, ['ONE', 'TWO'])
  const detail = { step: 'call', by: 'output' }
  expect(await uses(run.run)).toEqual([
    { target: 'ONE', detail },
    { target: 'TWO', detail },
  ])
})

test('the end of a step hands out the secrets of the next one, but not for a run that is to be cancelled', async () => {
  const [one, cancelled] = (await claim(2)) as [ClaimedRun, ClaimedRun]
  await Promise.all([start(one), start(cancelled)])
  await database.query('update run set cancel_requested_at = now() where id = $1', [cancelled.run])
  const [handed, none] = await Promise.all([
    end(one, succeeded('1'), ['ONE']),
    end(cancelled, succeeded('2'), ['ONE']),
  ])
  expect(handed.secrets.map(({ name }) => name)).toEqual(['ONE'])
  expect(none.secrets).toEqual([])
  expect([await uses(one.run), await uses(cancelled.run)]).toEqual([
    [{ target: 'ONE', detail: { step: 'next' } }],
    [],
  ])
})

test('what one run cannot store fails it alone, among those that are written together', async () => {
  const runs = await claim(12)
  await Promise.all(runs.map((run) => start(run)))
  const written = await Promise.allSettled(
    runs.map((run, index) => end(run, succeeded(index === 7 ? 'no JSON' : String(index)))),
  )
  expect(written.map(({ status }) => status === 'rejected')).toEqual(runs.map((_, index) => index === 7))
  const rows = await database.query<{ output: number | null }>(
    'select output from step_run where run = any($1)',
    [runs.map(({ run }) => run)],
  )
  expect(rows).toHaveLength(12)
  expect(new Set(rows.map(({ output }) => output))).toEqual(
    new Set(runs.map((_, index) => (index === 7 ? null : index))),
  )
})

test('whoever has lost a run writes nothing, and those beside it do', async () => {
  const [kept, lost] = (await claim(2)) as [ClaimedRun, ClaimedRun]
  await database.query('update run set claim = gen_random_uuid() where id = $1', [lost.run])
  const results = await Promise.allSettled([start(kept), start(lost)])
  expect(results).toMatchObject([
    { status: 'fulfilled', value: 'started' },
    { status: 'rejected', reason: { code: 'INTERRUPTED' } },
  ])
  expect(await database.query('select run from step_run where run = $1', [lost.run])).toEqual([])
})

test('what cannot be written of a run whose row is locked fails as in an outage, and waits for nobody', async () => {
  const [free, locked] = (await claim(2)) as [ClaimedRun, ClaimedRun]
  await Promise.all([start(free), start(locked)])
  const unlock = await lockRows(database, 'select 1 from run where id = $1', [locked.run])
  onTestFinished(unlock)
  const waits = watchLockWaits(database)
  const error = { code: 'STEP_FAILED', message: 'It failed.' } as const
  const failed = { position: 0, error, seconds: 60 }
  for (const write of [
    (run: ClaimedRun) => start(run),
    (run: ClaimedRun) => end(run, succeeded('1'), ['ONE']),
    (run: ClaimedRun) => queue.writes.storeOutput(run, 0, '1'),
    (run: ClaimedRun) => queue.writes.postpone(run, failed),
  ]) {
    expect(await Promise.allSettled([write(free), write(locked)])).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: '55P03' } },
    ])
  }
  expect(await waits()).toEqual([])
  await unlock()
  expect(await start(locked)).toBe('started')
})

test('secrets whose rows are locked are handed out, and their use is on record', async () => {
  await setSecret('HELD')
  const unlock = await lockRows(database, `select 1 from secret where name = 'HELD'`, [])
  onTestFinished(unlock)
  const waits = watchLockWaits(database)
  const [run, byOutput] = [...(await claim(1, ['HELD'])), ...(await claim(1))] as [ClaimedRun, ClaimedRun]
  expect(run.secrets.map(({ name }) => name)).toEqual(['HELD'])
  expect(await start(run)).toBe('started')
  expect((await end(run, succeeded('1'), ['HELD'])).secrets.map(({ name }) => name)).toEqual(['HELD'])
  expect(await start(byOutput, ['HELD'])).toBe('started')
  expect(await waits()).toEqual([])
  expect([await uses(run.run), await uses(byOutput.run)]).toMatchObject([
    [{ target: 'HELD' }, { target: 'HELD' }],
    [{ target: 'HELD', detail: { by: 'output' } }],
  ])
})

test('a run that a worker was given and does not know of waits again', async () => {
  const [run] = (await claim(1)) as [ClaimedRun]
  // As after a fetch whose answer was lost: the claim is another one.
  await database.query('update run_job set claim = gen_random_uuid() where run = $1', [run.run])
  await vi.waitUntil(
    async () => {
      const rows = await database.query('select 1 from run_job where run = $1 and claim is null', [run.run])
      return rows.length === 1 || claimed.filter((it) => it.run === run.run).length > 1
    },
    { timeout: 20_000 },
  )
})
