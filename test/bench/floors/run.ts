/**
 * The floor of a run, in one process: insert a row, for each step ask the service and update the row, respond. It is
 * given the same service and the same PostgreSQL as ours.
 */
import pg from 'pg'
import { Pool } from 'undici'
import { serve } from './serve.ts'

const { DATABASE_URL, TARGET = '', SECRET, STEPS = '1' } = process.env
const database = new pg.Pool({ connectionString: DATABASE_URL, max: 16 })
const service = new Pool(new URL(TARGET).origin, { connections: 16 })
await database.query(`create table if not exists floor_run (
  id uuid primary key default uuidv7(), input json not null, status text not null, output json,
  created_at timestamptz not null default now(), finished_at timestamptz)`)

serve(async (_request, body, response) => {
  const inserted = await database.query({
    name: 'insert',
    text: `insert into floor_run (input, status) values ($1, 'RUNNING') returning id`,
    values: [body],
  })
  const runId: string = inserted.rows[0].id
  let [n, output] = [JSON.parse(body).n, {}]
  for (let left = Number(STEPS); left > 0; left--) {
    const began = performance.now()
    const answer = await service.request({
      path: '/',
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify({ n }),
    })
    const { statusCode: status, headers } = answer
    const received = (await answer.body.json()) as { n: number }
    const durationMs = Math.round(performance.now() - began)
    n = received.n
    output = { status, ok: status < 300, headers, body: received, durationMs, url: TARGET }
    await database.query({
      name: 'update',
      text: 'update floor_run set status = $2, output = $3, finished_at = now() where id = $1',
      values: [runId, left === 1 ? 'SUCCEEDED' : 'RUNNING', JSON.stringify(output)],
    })
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ runId, status: 'SUCCEEDED', output, error: null }))
})
