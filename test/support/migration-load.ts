import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { v7 } from 'uuid'
import type { Sensitive } from '../../src/sensitive.ts'
import type { TestDatabase } from './database.ts'

const NAME = 'load'
// How often it is looked who waits (milliseconds).
const SAMPLE = 20

export interface MigrationLoad {
  /** Ends the transaction that has read the runs and stays open. */
  endLongRead(): Promise<void>
  /** @returns how long a reader or writer has waited for a lock at most (milliseconds), and how much they have done. */
  stop(): Promise<{ longestWait: number; reads: number; writes: number }>
}

/** Reads and writes runs, steps and audit events of the workspace `acme` for as long as it goes on. */
export async function startMigrationLoad(url: Sensitive): Promise<MigrationLoad> {
  const connect = async (name: string) => {
    const client = new pg.Client({ connectionString: url.reveal(), application_name: name })
    await client.connect()
    return client
  }
  const [long, reader, writer, observer] = await Promise.all(['long', NAME, NAME, 'observer'].map(connect))
  if (!long || !reader || !writer || !observer) throw new Error('no connection')
  await long.query(
    'begin; select 1 from run limit 1; select 1 from step_run limit 1; select 1 from audit_event limit 1',
  )
  let going = true
  let longestWait = 0
  const count = { reads: 0, writes: 0 }
  const loop = async (work: () => Promise<void>) => {
    while (going) await work()
  }
  const loops = Promise.all([
    loop(async () => {
      await reader.query(`select id from run where workspace_id = 'acme' order by id desc limit 20`)
      await reader.query(`select id from audit_event where workspace_id = 'acme' order by id desc limit 20`)
      count.reads++
    }),
    loop(async () => {
      await writeRun(writer)
      count.writes++
    }),
    loop(async () => {
      longestWait = Math.max(longestWait, await waitingNow(observer))
      await new Promise((resolve) => setTimeout(resolve, SAMPLE))
    }),
  ])
  return {
    endLongRead: async () => void (await long.query('commit')),
    async stop() {
      going = false
      await loops
      await Promise.all([long, reader, writer, observer].map((it) => it.end()))
      return { longestWait, ...count }
    },
  }
}

async function writeRun(client: pg.Client): Promise<void> {
  const run = v7()
  await client.query(
    `insert into run (workspace_id, id, automation, steps, status, created_at)
     values ('acme', $1, $2, '[]', 'RUNNING', now())`,
    [run, randomUUID()],
  )
  await client.query(
    `insert into step_run (workspace_id, run, position, key, status, attempt) values ('acme', $1, 0, 'a', 'RUNNING', 1)`,
    [run],
  )
  await client.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target) values ('acme', $1, now(), 'a', 'b', 'c')`,
    [v7()],
  )
  await client.query(
    `update run set status = 'SUCCEEDED', finished_at = now() where workspace_id = 'acme' and id = $1`,
    [run],
  )
}

async function waitingNow(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ waited: number }>(
    `select coalesce(max(extract(epoch from clock_timestamp() - waitstart) * 1000), 0)::float8 as waited
       from pg_locks join pg_stat_activity using (pid) where not granted and application_name = $1`,
    [NAME],
  )
  return rows[0]?.waited ?? 0
}

/** Ended runs of one step each, spread over the last `days`, of the workspace `acme`. */
export async function fillWithRuns(database: TestDatabase, count: number, days = 60): Promise<void> {
  await database.query(
    `insert into workspace (id, name, created_at) values ('acme', 'Acme', now()) on conflict do nothing`,
  )
  await database.query(
    `with made as materialized (
       select (lpad(to_hex((extract(epoch from now() - make_interval(secs => $2::float8 * n)) * 1000)::bigint), 12, '0') || '7'
               || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid as id,
              now() - make_interval(secs => $2::float8 * n) as at from generate_series($1::int, 1, -1) n),
     runs as (
       insert into run (workspace_id, id, automation, steps, status, created_at, finished_at)
       select 'acme', id, '00000000-0000-7000-8000-000000000001', '[]', 'SUCCEEDED', at, at from made),
     steps as (
       insert into step_run (workspace_id, run, position, key, status, attempt)
       select 'acme', id, 0, 'step', 'SUCCEEDED', 1 from made)
     insert into audit_event (workspace_id, id, at, actor, action, target) select 'acme', id, at, 'a', 'b', 'c' from made`,
    [count, (days * 24 * 3600) / count],
  )
}
