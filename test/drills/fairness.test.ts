import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

// `FAIRNESS_RUNS` is the number of waiting runs of one workspace before the single runs of another.
const size = Number(process.env['FAIRNESS_RUNS'] ?? 400)
const singles = 10

let app: TestApp
let echo: EchoServer
let second: LockstepProcess
let busy: TestWorkspace
let other: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  second = await startWorkerProcess(app)
  echo = await startEchoServer()
  busy = await createTestWorkspace(app, 'busy')
  other = await createTestWorkspace(app, 'other')
}, 300_000)
afterAll(async () => {
  await second.stop()
  await echo.close()
  await app.close()
})

/** Queues copies of the existing run in one statement. Thousands of API calls would take minutes. */
async function queueCopies(): Promise<void> {
  await app.database.query(
    `with copies as (
       insert into run (workspace_id, id, automation, steps, status, created_at)
       select workspace_id, gen_random_uuid(), automation, steps, 'QUEUED', now()
         from run, generate_series(1, $1) where workspace_id = 'busy'
       returning workspace_id, id)
     insert into run_job (workspace_id, run, due_at) select workspace_id, id, now() from copies`,
    [size],
  )
}

async function countRuns(workspace: string, status: string): Promise<number> {
  const sql = 'select count(*)::int as count from run where workspace_id = $1 and status = $2'
  return (await app.database.query<{ count: number }>(sql, [workspace, status]))[0]?.count ?? 0
}

interface Single {
  milliseconds: number
  /** The number of the other workspace's runs that ended meanwhile. */
  overtaken: number
}

async function runSingles(automation: string): Promise<Single[]> {
  const done: Single[] = []
  for (let count = 0; count < singles; count++) {
    const before = await countRuns('busy', 'SUCCEEDED')
    const from = performance.now()
    expect(await other.run(automation)).toMatchObject({ status: 'SUCCEEDED' })
    const milliseconds = Math.round(performance.now() - from)
    done.push({ milliseconds, overtaken: (await countRuns('busy', 'SUCCEEDED')) - before })
    await sleep(200)
  }
  return done
}

function describe(what: string, done: readonly Single[]): string {
  const sorted = done.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const most = Math.max(...done.map(({ overtaken }) => overtaken))
  return `${what}: median ${sorted[sorted.length >> 1]} ms, longest ${sorted.at(-1)} ms, overtaken by ${most} at most`
}

test('a single run of one workspace does not wait behind the whole queue of another', async () => {
  const wait = { key: 'wait', type: 'wait', fields: { seconds: 1 } }
  const call = { key: 'call', type: 'custom-http', fields: { url: echo.url } }
  const many = await busy.createAutomation('Many', [wait, call])
  const single = await other.createAutomation('Single', [call])
  const idle = await runSingles(single.id)
  await busy.run(many.id)
  await queueCopies()
  // The workers have found them.
  await vi.waitUntil(async () => (await countRuns('busy', 'SUCCEEDED')) > 5, { timeout: 60_000 })
  const queued = await countRuns('busy', 'QUEUED')
  const crowded = await runSingles(single.id)
  const left = await countRuns('busy', 'QUEUED')
  process.stdout.write(`fairness: ${queued} to ${left} runs queued\n`)
  for (const line of [describe('nothing queued', idle), describe('queued', crowded)]) {
    process.stdout.write(`fairness: ${line}\n`)
  }
  // These were still queued when the last single run had ended.
  expect(left).toBeGreaterThan(singles)
  // In order of arrival, each single run would have waited for all of them.
  expect(Math.max(...crowded.map(({ overtaken }) => overtaken))).toBeLessThan(Math.min(queued / 10, 30))
}, 600_000)
