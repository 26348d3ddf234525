import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { dropPartitions } from '../../src/store/partitions.ts'
import { openStore } from '../../src/store/store.ts'
import { type AppOn, startAppOn } from '../support/app-on.ts'
import { withTestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { fillWithRuns } from '../support/migration-load.ts'
import { PARTITIONED, partitionPast } from '../support/partitions.ts'
import { WITHOUT_LIMITS } from '../support/without-limits.ts'

vi.setConfig({ testTimeout: 1_800_000 })

// `npm run drills` sets two million.
const { DROP_RUNS = '5000' } = process.env
const RUNS = Number(DROP_RUNS)
const isDrill = RUNS > 1_000_000
const retention = { runDays: 45, auditDays: 45 }
const DAYS = 120
// What the partitions of the past hold on disk, in bytes. The hooks that are called meanwhile write to the last one.
const SIZE = `
  select sum(pg_total_relation_size(part.relid))::text as it
  from unnest(array['${PARTITIONED.join("','")}']) name, pg_partition_tree(name::regclass) part
  join pg_class on pg_class.oid = part.relid
  where part.isleaf and pg_get_expr(relpartbound, pg_class.oid) not like '%TO (MAXVALUE)%'`
// How many hooks are called for a latency (milliseconds) that is compared.
const CALLS = isDrill ? 300 : 20

/** The path of the hook of an automation that does nothing. */
async function openHook(app: AppOn): Promise<string> {
  const person = app.visitor()
  await person.signUp('Ada')
  await person.mutate(documents.createWorkspace, { input: { id: 'globex', name: 'Globex' } })
  const input = { workspace: 'globex', name: 'Nothing', steps: [] }
  const { automation } = await person.mutate(documents.createAutomation, { input })
  return new URL(automation.hookUrl).pathname
}

/** How long each call took (milliseconds), one after the other until `done`. */
async function callHook(app: AppOn, path: string, done: (calls: number) => boolean): Promise<number[]> {
  const times: number[] = []
  while (!done(times.length)) {
    const from = performance.now()
    const response = await fetch(`${app.url}${path}`, { method: 'POST' })
    await response.arrayBuffer()
    expect(response.status).toBe(202)
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)
}

const at = (times: readonly number[], part: number) => times[Math.floor((times.length - 1) * part)] ?? 0
const line = (times: readonly number[]) => [0.5, 0.95, 1].map((part) => at(times, part).toFixed(1)).join(', ')

test('hooks go on while old partitions are dropped, and the disk is given back', async () => {
  const database = await withTestDatabase()
  await partitionPast(database, DAYS)
  await fillWithRuns(database, RUNS, DAYS - 1)
  for (const table of PARTITIONED) await database.query(`analyze ${table}`)
  const app = await startAppOn(database.url.reveal(), WITHOUT_LIMITS)
  const store = await openStore(database.url, 2)
  try {
    const path = await openHook(app)
    await callHook(app, path, (calls) => calls === CALLS)
    const idle = await callHook(app, path, (calls) => calls === CALLS)
    const size = async () => (await database.query<{ it: string }>(SIZE))[0]?.it
    const before = await size()
    const from = performance.now()
    let took: number | undefined
    const dropping = dropPartitions({ store, log: createLogger('silent', 'test') }, retention).then(() => {
      took = performance.now() - from
    })
    const during = await callHook(app, path, () => took !== undefined)
    await dropping
    const after = await size()
    const mb = (bytes = '0') => Math.round(Number(bytes) / 1e6)
    process.stdout.write(
      `dropping under load: ${RUNS} runs, ${Math.round(took ?? 0)} ms, ${mb(before)} MB then ${mb(after)} MB; ` +
        `hooks (median, 95 %, longest, ms): idle ${line(idle)}, meanwhile ${line(during)} of ${during.length}\n`,
    )
    expect(Number(after)).toBeLessThan(Number(before))
  } finally {
    await store.close()
    await app.close()
  }
})

test('while a transaction that lasts is at the runs, nobody waits for all of them: the partition is dropped later', async () => {
  const database = await withTestDatabase()
  await partitionPast(database, DAYS)
  const reader = new pg.Client({ connectionString: database.url.reveal() })
  await reader.connect()
  onTestFinished(() => reader.end())
  await reader.query('begin; select 1 from run limit 1')
  const waiting = () =>
    database.query('select 1 from pg_locks where not granted and relation = $1::regclass', ['run'])
  for (const call of [`drop_partition('run', 45)`, `grow_partition('run', 1)`]) {
    const state: { error?: { code?: string } } = {}
    const dropping = database.query(`select ${call}`).catch((error) => Object.assign(state, { error }))
    while (!state.error) expect(await waiting()).toEqual([])
    await dropping
    expect(state.error).toMatchObject({ code: '55P03' })
  }
  await reader.query('commit')
  expect(await database.query(`select drop_partition('run', 45) as part`)).toEqual([
    { part: `run_day_${DAYS}` },
  ])
})
