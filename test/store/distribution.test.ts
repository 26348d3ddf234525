import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import {
  DISTRIBUTED_TABLES,
  distribute,
  distributionOf,
  LOCAL_TABLES,
  REFERENCE_TABLES,
} from '../../src/store/distribute.ts'
import { endSteps } from '../../src/store/runs/end-step.ts'
import { MOMENT, SET_ENDED } from '../../src/store/runs/ended.ts'
import { createEnqueue } from '../../src/store/runs/enqueue.ts'
import { findCancelled } from '../../src/store/runs/heartbeat.ts'
import type { HotPool } from '../../src/store/runs/hot-pool.ts'
import { findLostRuns } from '../../src/store/runs/lost.ts'
import { startSteps } from '../../src/store/runs/start-step.ts'
import { storeReports } from '../../src/store/runs/store-report.ts'
import { withTestDatabase } from '../support/database.ts'
import { distributionFaults } from '../support/distribution-rules.ts'

const log = createLogger('silent', 'test')
const all = [...REFERENCE_TABLES, ...DISTRIBUTED_TABLES, ...LOCAL_TABLES]

const TEMPLATE = /`\s*((?:select|insert|update|delete|with)\s[^`]*)`/g
const QUOTED = /'((?:select|insert|update|delete|with)\s[^'\n]*)'/g

/** The SQL in the source, as far as it stands there in one piece: parameters and insertions are replaced. */
function statementsOfSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (it) => it.endsWith('.ts') && !it.includes('migrations'),
  )
  return files.flatMap((file) => {
    const text = readFileSync(join('src', file), 'utf8')
    return [...text.matchAll(TEMPLATE), ...text.matchAll(QUOTED)].map(([, sql = '']) =>
      sql
        .replaceAll(/\$\{UNFINISHED\}/g, 'finished_at is null')
        .replaceAll(/\$\{SET_ENDED\}/g, SET_ENDED)
        .replaceAll(/\$\{MOMENT\}/g, MOMENT)
        .replaceAll(/\$\{[^}]*\}/g, '1')
        .replaceAll('?', 'null'),
    )
  })
}

/** What is put together for the way of a run. @param of for one workspace alone. */
async function statementsOfRuns(of?: string): Promise<string[]> {
  const texts: string[] = []
  const pool: HotPool = {
    query: async (_name, text) => {
      texts.push(typeof text === 'string' ? text : text())
      return []
    },
    use: () => ({ total: 0, idle: 0, waiting: 0 }),
    close: async () => undefined,
  }
  const claim = { workspace: 'acme', run: 'r', claim: 'c', position: 0 }
  const use = { step: 's', names: ['KEY'] }
  const audit = { actor: 'a', action: 'run.start', target: 'c', detail: {} } as const
  const fixed = {
    automation: null,
    trigger: 'HOOK',
    startedBy: null,
    steps: [],
    hookSignature: null,
  } as const
  await createEnqueue(pool)({ ...claim, ...fixed, sealedInput: '', keyHash: 'k', use, audit })
  await startSteps(
    pool,
    [{ ...claim, key: 'k', attempt: 1, secrets: [], sealedOutput: null, handed: [], byOutput: ['KEY'] }],
    of,
  )
  const result = { status: 'SUCCEEDED', output: 'null', sealedOutput: null, error: null } as const
  const ended = { status: 'SUCCEEDED', input: null, output: 0, error: null } as const
  const next = { ...use, starts: true }
  await endSteps(pool, [{ ...claim, step: { position: 1, result }, next, ended }], of)
  await storeReports(pool, [{ ...claim, report: { log: null, progress: null } }], of)
  await findCancelled(pool, [claim], of)
  await findLostRuns(pool, new Map(), of)
  return texts
}

test('every table is a reference table, one of a workspace, or local', async () => {
  const database = await withTestDatabase()
  const tables = await database.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and not relispartition`,
  )
  expect(new Set(tables.map(({ name }) => name))).toEqual(new Set(all))
})

test('every key of a table of a workspace begins with the workspace', async () => {
  const database = await withTestDatabase()
  const keys = await database.query<{ table: string; first: string }>(
    `select indrelid::regclass::text as table, attname::text as first from pg_index
       join pg_attribute on attrelid = indrelid and attnum = indkey[0] where indisunique`,
  )
  const ours = keys.filter(({ table }) => DISTRIBUTED_TABLES.some((it) => it === table))
  expect(ours.length).toBeGreaterThanOrEqual(DISTRIBUTED_TABLES.length)
  expect(ours.filter(({ first }) => first !== 'workspace_id')).toEqual([])
})

test('no statement brings tables of workspaces together with local ones, or sets what each node would see differently', async () => {
  const results = await Promise.all(
    [...statementsOfSource(), ...(await statementsOfRuns())].map(async (sql) => ({
      sql,
      faults: await distributionFaults(sql).catch(() => undefined),
    })),
  )
  const read = results.filter(({ faults }) => faults !== undefined)
  // Of the source, some are put together from pieces and cannot be read there.
  expect(read.length).toBeGreaterThan(60)
  expect(read.filter(({ sql }) => /^\s*with unfinished/.test(sql))).toHaveLength(3)
  expect(read.filter(({ sql }) => /^\s*with item/.test(sql))).toHaveLength(4)
  expect(read.filter(({ faults }) => faults?.length)).toEqual([])
})

test('a statement on the runs of one workspace names it wherever it meets a table of workspaces', async () => {
  const database = await withTestDatabase()
  const functions = await database.query<{ source: string }>(
    `select prosrc as source from pg_proc where proname in ('claim_runs_of', 'use_secrets_of', 'link_audit_of')`,
  )
  const [, ...ofRuns] = await statementsOfRuns('acme')
  const statements = [...ofRuns, ...functions.map(({ source }) => source)]
  const joins = statements.map((sql) => [
    ...sql.matchAll(/\b(?:automation|secret|run|step_run|earlier|audit_event)\.workspace_id = ([\w.$]+)/g),
  ])
  expect(joins.every((found) => found.length > 0)).toBe(true)
  expect(joins.flat().filter(([, other = '']) => !/^(?:\$\d+|p_workspace)$/.test(other))).toEqual([])
})

const CALLS = /(?:clock_timestamp|gen_random_uuid|uuid_of_now|random)\(\)/

/** What the updates of a function set, each to its end, with the table. */
function updatesOf(source: string): [table: string, text: string][] {
  return [...source.matchAll(/update (\w+)\s+set /g)].map(({ 1: table = '', index }) => {
    let depth = 0
    let end = index
    while (end < source.length && source[end] !== ';' && depth >= 0) {
      if (source[end] === '(') depth++
      if (source[end] === ')') depth--
      end++
    }
    return [table, source.slice(index, end)]
  })
}

test('no function of the database changes rows by what each node would see differently', async () => {
  const database = await withTestDatabase()
  const functions = await database.query<{ source: string }>(
    `select prosrc as source from pg_proc where pronamespace = 'public'::regnamespace`,
  )
  const updates = functions
    .flatMap(({ source }) => updatesOf(source))
    .filter(([table]) => LOCAL_TABLES.every((it) => it !== table))
  expect(updates.length).toBeGreaterThanOrEqual(7)
  expect(updates.filter(([, text]) => CALLS.test(text))).toEqual([])
})

test.each([
  'select 1 from run where not exists (select 1 from run_job where run_job.run = run.id)',
  'select 1 from run_job join run on run.id = run_job.run',
  'with a as (select 1 from run join run_job on true) select 1 from a',
  'delete from run_job using run where run.id = run_job.run',
  "insert into secret (name) values ('a') on conflict (name) do update set updated_at = now()",
  'update run set finished_at = clock_timestamp()',
  'delete from run where created_at < clock_timestamp()',
  'update workspace set deleted_at = coalesce(deleted_at, now())',
  'with a as (update run set claim = gen_random_uuid() returning id) select 1 from a',
  'with a as (select 1 as id), b as (select 1 as id) update run set version = 1 from a join b using (id)',
])('%s is refused', async (sql) => {
  expect(await distributionFaults(sql)).toHaveLength(1)
})

test.each([
  'with a as materialized (select id from run) select 1 from a where not exists (select 1 from run_job where run = a.id)',
  'insert into secret (updated_at) values (now()) on conflict (name) do update set updated_at = excluded.updated_at',
  'select 1 from workspace join run on true',
  'update run_job set due_at = clock_timestamp()',
  'update run set finished_at = now()',
  'with moment as materialized (select clock_timestamp() as at) update run set finished_at = coalesce(finished_at, moment.at) from moment',
])('%s is allowed', async (sql) => {
  expect(await distributionFaults(sql)).toEqual([])
})

test('a database without the extension is refused in words, and stays as it is', async () => {
  const database = await withTestDatabase()
  await expect(distribute(database.url, log)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/does not have the extension.*create extension citus/),
  })
})

test('what is distributed already is left out, and the rest is placed beside it', () => {
  const done = new Set<string>(all.filter((it) => it !== 'workspace' && it !== 'run'))
  expect(distributionOf(done)).toEqual([
    `select create_reference_table('workspace')`,
    `select create_distributed_table('run', 'workspace_id', colocate_with => 'invitation')`,
  ])
  expect(distributionOf(new Set())).toHaveLength(REFERENCE_TABLES.length + DISTRIBUTED_TABLES.length)
})
