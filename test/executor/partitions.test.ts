import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { migrate } from '../../src/store/migrate.ts'
import { dropPartitions, growPartitions, widthOf } from '../../src/store/partitions.ts'
import { openStore } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase, withOldDatabase } from '../support/database.ts'
import { fillWithRuns } from '../support/migration-load.ts'
import { PARTITIONED, partitionPast } from '../support/partitions.ts'

vi.setConfig({ testTimeout: 120_000 })

const log = createLogger('silent', 'test')
const NINETY = { runDays: 90, auditDays: 0 }

interface Part {
  part: string
  since: Date | null
  until: Date | null
}

async function open() {
  const database = await createTestDatabase()
  const store = await openStore(database.url)
  onTestFinished(async () => {
    await store.close()
    await database.drop()
  })
  const partsOf = (table: string) =>
    database.query<Part>(
      `select part, time_of_id(since) as since, time_of_id(until) as until from partitions_of($1)`,
      [table],
    )
  return { database, parts: { store, log }, partsOf }
}

const count = async (database: TestDatabase, table: string) =>
  (await database.query<{ count: number }>(`select count(*)::int from ${table}`))[0]?.count

test('what comes has a partition two days before it comes, and every moment has exactly one', async () => {
  const { parts, partsOf } = await open()
  await Promise.all([1, 2, 3].map(() => growPartitions(parts, NINETY)))
  await growPartitions(parts, NINETY)
  for (const table of PARTITIONED) {
    const found = await partsOf(table)
    expect(found[0]?.since).toBeNull()
    for (const [index, { until }] of found.entries()) expect(found[index + 1]?.since ?? null).toEqual(until)
    const last = found.at(-1)
    expect(last?.since?.getTime()).toBeGreaterThan(Date.now() + 2 * 24 * 3600 * 1000)
    const day = last?.since?.toISOString().slice(0, 10).replaceAll('-', '')
    expect(last?.part).toBe(`${table}_${day}`)
  }
})

test('a partition holds a sixth of what is kept, and at most a month', () => {
  expect([0, 1, 7, 90, 365].map(widthOf)).toEqual([31, 1, 2, 15, 31])
})

test('rows stay in their first partition when it is given an end, and a killed attempt goes on', async () => {
  const { database, parts, partsOf } = await open()
  await fillWithRuns(database, 500)
  const steps: (string | null)[] = []
  // Each step is a transaction of its own; the process may end after any.
  for (let step: string | null | undefined = ''; step !== null; ) {
    const [row] = await database.query<{ step: string | null }>(`select grow_partition('run', 15) as step`)
    step = row?.step ?? null
    steps.push(step)
    if (step === 'limited') await fillWithRuns(database, 10)
  }
  expect(steps).toEqual(['limited', 'validated', 'added', null])
  expect(await count(database, 'run_first')).toBe(510)
  expect((await partsOf('run')).map(({ part }) => part)).toEqual([
    'run_first',
    expect.stringMatching(/^run_\d{8}$/),
  ])
  await growPartitions(parts, NINETY)
  expect(await database.query(`select 1 from pg_constraint where conname like '%\\_end'`)).toEqual([])
})

test('a row from the future, by a wrong clock, ends up in a partition that ends after it', async () => {
  const { database, parts, partsOf } = await open()
  await fillWithRuns(database, 5)
  await database.query(
    `insert into run (workspace_id, id, steps, status, created_at)
     values ('acme', first_id_at(now() + interval '100 days'), '[]', 'SUCCEEDED', now())`,
  )
  await growPartitions(parts, NINETY)
  const [first] = await partsOf('run')
  expect(first?.until?.getTime()).toBeGreaterThan(Date.now() + 100 * 24 * 3600 * 1000)
  expect(await count(database, 'run_first')).toBe(6)
})

test('partitions that are older than runs are kept are dropped, and the disk is free again', async () => {
  const { database, parts, partsOf } = await open()
  await partitionPast(database, 130)
  await fillWithRuns(database, 3000, 129)
  const sizes = () =>
    database.query<{ size: number }>('select pg_database_size(current_database())::int as size')
  const [before] = await sizes()
  await dropPartitions(parts, NINETY)
  const [after] = await sizes()
  expect(after?.size).toBeLessThan(before?.size ?? 0)
  for (const table of ['run', 'step_run']) {
    const [oldest] = await partsOf(table)
    expect(oldest?.part).toBe(`${table}_day_90`)
    expect(await count(database, table)).toBeLessThan(2500)
  }
  expect(await count(database, 'audit_event')).toBe(3000)
})

test('a partition with a run that has not ended stays until it has', async () => {
  const { database, parts, partsOf } = await open()
  await partitionPast(database, 120)
  await fillWithRuns(database, 240, 119)
  await database.query(
    `update run set finished_at = null, status = 'RUNNING' where id = (select id from run order by id limit 1)`,
  )
  await dropPartitions(parts, NINETY)
  expect((await partsOf('run'))[0]?.part).toBe('run_day_120')
  expect((await partsOf('step_run'))[0]?.part).toBe('step_run_day_120')
  await database.query('update run set finished_at = now()')
  await dropPartitions(parts, NINETY)
  expect((await partsOf('run'))[0]?.part).toBe('run_day_90')
})

test('the audit log is kept for ever by default, and as long as it says otherwise', async () => {
  const { database, parts, partsOf } = await open()
  await partitionPast(database, 130)
  await dropPartitions(parts, { runDays: 0, auditDays: 0 })
  expect((await partsOf('audit_event'))[0]?.part).toBe('audit_event_day_130')
  await dropPartitions(parts, { runDays: 0, auditDays: 60 })
  expect((await partsOf('audit_event'))[0]?.part).toBe('audit_event_day_60')
  expect((await partsOf('run'))[0]?.part).toBe('run_day_130')
})

test('nobody drops a table of another kind, the last month of the audit log, or the last day of runs', async () => {
  const { database } = await open()
  await expect(database.query(`select drop_partition('secret', 90)`)).rejects.toThrow(
    'is not one that is partitioned',
  )
  await expect(database.query(`select drop_partition('audit_event', 29)`)).rejects.toThrow('younger')
  await expect(database.query(`select drop_partition('run', 0)`)).rejects.toThrow('younger')
  await expect(database.query(`select grow_partition('run', 0)`)).rejects.toThrow('1 to 31')
})

test('whoever holds a table keeps nobody waiting behind a partition that is to be dropped', async () => {
  const { database, parts, partsOf } = await open()
  await partitionPast(database, 120)
  const reader = new pg.Client({ connectionString: database.url.reveal() })
  await reader.connect()
  await reader.query('begin; select 1 from run limit 1')
  const dropped = dropPartitions(parts, NINETY)
  await sleep(1500)
  await reader.query('select 1 from run limit 1')
  await reader.query('commit')
  await reader.end()
  await dropped
  expect((await partsOf('run'))[0]?.part).toBe('run_day_90')
})

test('rights to a table stay when it is partitioned, and nobody has any to its partitions', async () => {
  // Undone in the opposite order: the role goes before the database that has its rights.
  const database = await withOldDatabase('Migration20261127140407_postponed_jobs')
  const role = `role_${database.url.reveal().slice(-8)}`
  await database.query(`create role ${role}`)
  onTestFinished(async () => void (await database.query(`drop owned by ${role}; drop role ${role}`)))
  await database.query(`grant select, insert on run to ${role}; grant update (claim) on run to ${role}`)
  await migrate(database.url, log)
  expect(
    await database.query(
      `select has_table_privilege($1, 'run', 'select, insert') as table, has_column_privilege($1, 'run', 'claim', 'update') as column,
              has_table_privilege($1, 'run', 'delete') as more, has_function_privilege($1, 'drop_partition(text, int)', 'execute') as drop`,
      [role],
    ),
  ).toEqual([{ table: true, column: true, more: false, drop: false }])
})
