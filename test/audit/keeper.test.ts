import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cutChains } from '../../src/audit/checkpoints.ts'
import { startAuditKeeper } from '../../src/audit/keeper.ts'
import { dropPartitions } from '../../src/store/partitions.ts'
import { partitionPast } from '../support/partitions.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

vi.setConfig({ testTimeout: 120_000 })

const whole = { problems: [], unlinked: undefined }

const unlinked = async ({ database }: AuditLog) =>
  (await database.query<{ count: number }>('select count(*)::int from audit_event where sequence is null'))[0]
    ?.count

async function connect({ database }: AuditLog): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url.reveal() })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

test('two keepers link a burst of 10,000 rows of several workspaces while more are written, each once', async () => {
  const log = await openAuditLog()
  const stop = [startAuditKeeper(log.signing), startAuditKeeper(log.signing)]
  for (const workspace of ['acme', 'globex', '@instance', 'acme']) await log.write(2500, workspace)
  await vi.waitUntil(async () => (await unlinked(log)) === 0, { timeout: 60_000 })
  await Promise.all(stop.map((it) => it()))
  for (const [workspace, rows] of [
    ['acme', 5000],
    ['globex', 2500],
    ['@instance', 2500],
  ] as const)
    expect(await log.verify({ workspace })).toMatchObject({
      rows,
      to: rows,
      vouched: { sequence: rows },
      ...whole,
    })
})

test('while one keeper links, another one does not, and does not wait either', async () => {
  const log = await openAuditLog()
  await log.write(10)
  const [one, other] = [await connect(log), await connect(log)]
  await one.query('begin')
  await one.query('select link_audit(5)')
  expect((await other.query('select link_audit(5) as linked')).rows).toEqual([{ linked: null }])
  await one.query('commit')
  expect((await other.query('select link_audit(50) as linked')).rows).toEqual([{ linked: 5 }])
  await Promise.all([one.end(), other.end()])
  expect(await log.verify()).toMatchObject({ rows: 10, problems: [{ kind: 'unvouched' }] })
})

test('a keeper that dies between leaves nothing half done', async () => {
  const log = await openAuditLog()
  await log.write(20)
  const dying = await connect(log)
  await dying.query('begin')
  await dying.query('select link_audit(12)')
  const [{ pid } = { pid: 0 }] = (await dying.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
  await log.database.query('select pg_terminate_backend($1)', [pid])
  await vi.waitUntil(async () => (await log.link()) === 20)
  await log.sign()
  expect(await log.verify()).toMatchObject({ rows: 20, ...whole })
})

test('a row with an older id that is committed later is linked behind the newer ones, and missed by nobody', async () => {
  const log = await openAuditLog()
  const late = await connect(log)
  await late.query('begin')
  await late.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target) values ('acme', uuid_of_now(), now(), 'late', 'a', 'b')`,
  )
  await sleep(5)
  await log.write(30)
  expect(await log.link()).toBe(30)
  await log.sign()
  expect(await log.verify()).toMatchObject({ rows: 30, to: 30, ...whole })
  await late.query('commit')
  await late.end()
  expect((await log.verify()).unlinked).toMatchObject({ rows: 1 })
  expect(await log.link()).toBe(1)
  await log.sign()
  expect(await log.verify()).toMatchObject({ rows: 31, to: 31, vouched: { sequence: 31 }, ...whole })
  expect(
    await log.database.query(
      `select sequence::int, (select id from audit_event order by id limit 1) = id as first from audit_event where actor = 'late'`,
    ),
  ).toEqual([{ sequence: 31, first: true }])
})

test('a keeper signs where the chains end, and not again while nothing has come', async () => {
  const log = await openAuditLog()
  await log.write(3)
  await log.link()
  await Promise.all([log.sign(), log.sign()])
  await log.sign()
  expect(await log.database.query('select workspace_id, sequence::int from audit_checkpoint')).toEqual([
    { workspace_id: 'acme', sequence: 3 },
  ])
})

test('a keeper that is told to stop leaves a backlog of millions to others', async () => {
  const log = await openAuditLog()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  // Every batch is full, as if there were no end of it.
  const batches = vi.fn(async () => [{ linked: 2000 }])
  const read = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return batches() as Promise<never[]>
  }
  const stop = startAuditKeeper({ ...log.signing, store: { ...log.store, read } })
  await vi.waitUntil(() => batches.mock.calls.length > 3, { interval: 1 })
  const stopped = stop()
  const before = batches.mock.calls.length
  await vi.waitUntil(() => batches.mock.calls.length > before + 3, { interval: 1 })
  vi.advanceTimersByTime(5000)
  await stopped
})

test('a signer that is not in force signs nothing', async () => {
  const log = await openAuditLog()
  await log.write(3)
  await log.link()
  await log.database.query(`update signer set fingerprint = repeat('a', 64)`)
  await log.sign()
  expect(await log.database.query('select 1 from audit_checkpoint')).toEqual([])
})

/** Rows of 80, 70, … days ago, in partitions of ten days. */
async function oldLog(): Promise<AuditLog> {
  const log = await openAuditLog()
  await partitionPast(log.database, 90)
  const put = (day: number, actor: string) =>
    log.database.query(
      `insert into audit_event (workspace_id, id, at, actor, action, target)
       select 'acme', overlay(uuid_of_now()::text placing left(first_id_at(now() - make_interval(days => $1, mins => n))::text, 13) from 1 for 13)::uuid,
              now() - make_interval(days => $1), $2, 'a', 'b' from generate_series(1, 5) as n`,
      [day, actor],
    )
  for (const day of [85, 75, 65, 55]) await put(day, 'in time')
  await log.link()
  // Committed late: its id is of an old partition, and its place is behind rows of newer ones.
  await put(84, 'late')
  await log.link()
  await put(5, 'new')
  await log.link()
  await log.sign()
  return log
}

test('what goes with its age leaves a chain that verifies, with a signed cut where rows went', async () => {
  const log = await oldLog()
  expect(await log.verify()).toMatchObject({ rows: 30, ...whole })
  const parts = { store: log.store, log: log.signing.log }
  const retention = { runDays: 0, auditDays: 70 }
  // Without the cut nothing is dropped: nobody would vouch for what is kept.
  await dropPartitions(parts, retention)
  expect(await log.verify()).toMatchObject({ rows: 30, ...whole })
  await cutChains(log.signing, 70)
  expect(await log.verify()).toMatchObject({ rows: 30, ...whole })
  await dropPartitions(parts, retention)
  expect(await log.verify()).toMatchObject({ rows: 15, from: 11, to: 30, ...whole })
  expect(await log.database.query('select first::int, last::int from audit_cut order by last')).toEqual([
    { first: 1, last: 10 },
    { first: 21, last: 25 },
  ])
  // What is kept is checked as before, the first row behind a cut too.
  await log.database.query(`update audit_event set actor = 'x' where sequence in (11, 26)`)
  expect((await log.verify()).problems).toMatchObject([
    { kind: 'changed', sequence: 11 },
    { kind: 'changed', sequence: 26 },
  ])
})

test('a cut that the root key has not signed excuses nothing', async () => {
  const log = await oldLog()
  await cutChains(log.signing, 70)
  await log.database.query(`update audit_cut set last = 26 where first = 21`)
  await log.database.query(`delete from audit_event where sequence between 21 and 26`)
  expect((await log.verify()).problems).toMatchObject([
    { kind: 'unsigned', sequence: 26 },
    { kind: 'missing', sequence: 21 },
  ])
})
