import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startAuditKeeper } from '../../src/audit/keeper.ts'
import { startAuditStream } from '../../src/audit/stream.ts'
import { checkQueue } from '../../src/doctor/queue-checks.ts'
import { endLostRuns } from '../../src/executor/index.ts'
import { startRetention } from '../../src/executor/retention.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import { openQueue, type RunQueue } from '../../src/store/queue.ts'
import { Reach } from '../../src/store/reach.ts'
import { createEnqueue } from '../../src/store/runs/enqueue.ts'
import { type HotPool, openHotPool } from '../../src/store/runs/hot-pool.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { collect } from '../support/app.ts'
import { type NodedDatabase, withNodes } from '../support/away-node.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 60_000 })

const AWAY = '08006'
const lines: string[] = []
// Each test has its own, for the same words are said once a minute.
let log: Logger
const workspaces = ['acme', 'globex', 'initech']

let database: TestDatabase
let nodes: NodedDatabase
let store: Store
let pool: HotPool

beforeAll(async () => {
  database = await createTestDatabase()
  nodes = await withNodes(database)
  store = await openStore(nodes.url)
  pool = openHotPool(nodes.url)
  for (const id of workspaces)
    await database.query(`insert into workspace (id, name, created_at) values ($1, 'Name', now())`, [id])
})
beforeEach(async () => {
  await database.query('truncate run, step_run, run_job, run_key, audit_event, audit_chain, lost_node')
  lines.length = 0
  log = createLogger('info', 'test', collect(lines))
})
afterAll(async () => {
  await pool.close()
  await store.close()
  await database.drop()
})

let count = 0
const queued = (workspace: string) =>
  database.query(
    `with added as (insert into run (workspace_id, id, steps, status, created_at)
       values ($1, $2, '[]', 'QUEUED', now() - interval '1 hour') returning workspace_id, id)
     insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from added`,
    [workspace, `00000000-0000-7000-8000-${String(++count).padStart(12, '0')}`],
  )

/** A worker's queue that notes what it was handed, until the test ends. */
async function work(handle?: Parameters<RunQueue['work']>[1], worker = 8): Promise<string[]> {
  const handed: string[] = []
  const queue = openQueue({ url: nodes.url, log })
  open.push(() => queue.close(0))
  await queue.work({ worker, workspace: 8 }, async (run, signals) => {
    handed.push(run.workspace)
    await handle?.(run, signals)
    await database.query('delete from run_job where run = $1', [run.run])
  })
  return handed
}

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

test('runs of others are handed out, those of a workspace that cannot be reached come when it can, and the log says it once', async () => {
  for (const workspace of ['globex', 'acme', 'globex', 'initech', 'acme']) await queued(workspace)
  await nodes.lose('acme')
  const handed = await work()
  await vi.waitUntil(() => handed.length === 3, { timeout: 20_000 })
  await queued('globex')
  await vi.waitUntil(() => handed.length === 4, { timeout: 20_000 })
  expect(new Set(handed)).toEqual(new Set(['globex', 'initech']))
  await nodes.find('acme')
  await vi.waitUntil(() => handed.length === 6, { timeout: 30_000 })
  expect(handed.slice(4)).toEqual(['acme', 'acme'])
  const said = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')
  expect(said).toMatchObject([
    {
      workspace: 'acme',
      err: { code: AWAY, message: 'a node of the database cannot be reached' },
      msg: 'a workspace cannot be reached, it is left alone for a while',
    },
  ])
})

test('a run that waits for its rows, which cannot be reached, keeps no place from others', async () => {
  await queued('acme')
  const held = Promise.withResolvers<void>()
  const handed = await work(async (run, { stranded }) => {
    if (run.workspace !== 'acme') return
    stranded(true)
    await held.promise
  }, 1)
  await vi.waitUntil(() => handed.length === 1, { timeout: 20_000 })
  await queued('globex')
  await vi.waitUntil(() => handed.length === 2, { timeout: 20_000 })
  held.resolve()
})

test('whoever cancels a run is heard while another one of the worker cannot be reached', async () => {
  await queued('acme')
  await queued('globex')
  const cancelled: string[] = []
  const handed = await work(async (run, { cancel }) => {
    await Promise.race([new Promise((resolve) => cancel.addEventListener('abort', resolve)), sleep(20_000)])
    if (cancel.aborted) cancelled.push(run.workspace)
  })
  await vi.waitUntil(() => handed.length === 2, { timeout: 20_000 })
  await nodes.lose('acme')
  await database.query('update run set cancel_requested_at = now()')
  await vi.waitUntil(() => cancelled.length > 0, { timeout: 15_000 })
  expect(cancelled).toEqual(['globex'])
})

test('of runs that are written together, only those are refused that cannot be reached', async () => {
  await nodes.lose('acme')
  const add = createEnqueue(pool)
  const run = (workspace: string) => ({
    ...{ workspace, run: randomUUID(), automation: null, trigger: 'MANUAL' as const, startedBy: null },
    ...{ steps: [], hookSignature: null, sealedInput: 'sealed' },
    audit: { actor: 'a', action: 'run.start' as const, target: 'b', detail: {} },
  })
  for (let round = 0; round < 2; round++) {
    const added = await Promise.allSettled(['globex', 'acme', 'initech'].map((it) => add(run(it))))
    expect(added).toMatchObject([{ value: true }, { reason: { code: AWAY } }, { value: true }])
  }
  await nodes.find('acme')
  expect(await add(run('acme'))).toBe(true)
})

test('lost runs of others end', async () => {
  for (const workspace of workspaces) await queued(workspace)
  await database.query('truncate run_job')
  await nodes.lose('acme')
  const queue = openQueue({ url: nodes.url, log })
  open.push(() => queue.close())
  await endLostRuns({ store, queue, log }, new AbortController().signal)
  expect(await database.query('select workspace_id as id, status from run order by 1')).toEqual([
    { id: 'acme', status: 'QUEUED' },
    { id: 'globex', status: 'FAILED' },
    { id: 'initech', status: 'FAILED' },
  ])
})

test('old runs and keys of runs of others are removed', async () => {
  await database.query(
    `insert into run (workspace_id, id, steps, status, created_at, finished_at)
     select it, gen_random_uuid(), '[]', 'SUCCEEDED', now() - interval '1 year', now() - interval '1 year'
       from unnest($1::text[]) as it`,
    [workspaces],
  )
  await database.query(
    `insert into run_key (workspace_id, automation, key_hash, run, created_at)
     select it, gen_random_uuid(), 'hash', gen_random_uuid(), now() - interval '2 days' from unnest($1::text[]) as it`,
    [workspaces],
  )
  await nodes.lose('acme')
  open.push(startRetention({ store, log, mayWork: () => true }, { runDays: 90, auditDays: 0 }))
  await vi.waitUntil(() => lines.some((line) => line.includes('old runs removed')), { timeout: 30_000 })
  const left = (table: string) => database.query(`select workspace_id as id from ${table}`)
  expect([await left('run'), await left('run_key')]).toEqual([[{ id: 'acme' }], [{ id: 'acme' }]])
})

const event = (workspace: string) =>
  database.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target)
     values ($1, uuid_of_now(), now(), 'a', 'secret.use', 'KEY')`,
    [workspace],
  )

const linked = async () =>
  (
    await database.query<{ id: string }>(
      'select workspace_id as id from audit_event where sequence is not null order by 1',
    )
  ).map(({ id }) => id)

test('audit events of others are linked, also those of the instance, and sent', async () => {
  const others = ['@instance', 'globex', 'initech']
  for (const workspace of ['acme', ...others]) await event(workspace)
  await nodes.lose('acme')
  open.push(startAuditKeeper({ store, log, signer: () => undefined, known: new Map() }))
  await vi.waitUntil(async () => (await linked()).length === 3, { timeout: 20_000 })
  expect(await linked()).toEqual(others)
  const sent: string[] = []
  const send = async ({ workspace }: { workspace: string }) => void sent.push(workspace)
  await database.query(`insert into audit_chain values ('acme', 1, '')`)
  open.push(startAuditStream({ store, log, target: { key: 'k', name: 'n', send }, mayWork: () => true }))
  await vi.waitUntil(() => sent.length === 3, { timeout: 20_000 })
  expect(new Set(sent)).toEqual(new Set(others))
  await nodes.find('acme')
  await vi.waitUntil(async () => (await linked()).length === 4, { timeout: 30_000 })
})

test('doctor counts what it can reach, and says how many workspaces it cannot', async () => {
  for (const workspace of workspaces) await queued(workspace)
  await database.query(`delete from run_job where workspace_id <> 'globex'`)
  await nodes.lose('acme')
  expect(await checkQueue({ store } as Parameters<typeof checkQueue>[0])).toMatchObject([
    { message: expect.stringMatching(/^1 runs have no job/) },
    { status: 'error', message: expect.stringMatching(/^1 workspaces cannot be reached: a node/) },
  ])
})

test('a workspace is left alone for longer each time, and is asked again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const reach = new Reach(log)
    const fail = async () => {
      throw Object.assign(new Error('away'), { code: AWAY, severity: 'ERROR' })
    }
    const pauses: number[] = []
    for (let times = 0; times < 7; times++) {
      expect(await reach.within('acme', fail)).toBeUndefined()
      pauses.push(reach.pauseOf('acme'))
      expect(await reach.within('acme', async () => 'not asked')).toBeUndefined()
      vi.advanceTimersByTime(reach.pauseOf('acme') * 1000)
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60])
    expect(await reach.within('acme', async () => 'asked')).toBe('asked')
    expect(await reach.within('acme', fail)).toBeUndefined()
    expect(reach.pauseOf('acme')).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})
