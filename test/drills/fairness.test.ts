import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

// `FAIRNESS_RUNS`: how many runs of one workspace wait before the single runs of another; `npm run fairness`: 5,000.
const size = Number(process.env['FAIRNESS_RUNS'] ?? 400)
const singles = 10

let app: TestApp
let echo: EchoServer
let workers: LockstepProcess[]
let busy: TestWorkspace
let other: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  workers = [await startWorkerProcess(app), await startWorkerProcess(app)]
  echo = await startEchoServer()
  busy = await createTestWorkspace(app, 'busy')
  other = await createTestWorkspace(app, 'other')
})
afterAll(async () => {
  for (const worker of workers) await worker.stop()
  await echo.close()
  await app.close()
})

async function startMany({ admin }: TestWorkspace, automation: string): Promise<void> {
  let left = size
  const start = async () => {
    while (left-- > 0) await admin.mutate(documents.runAutomation, { input: { automation } })
  }
  await Promise.all(Array.from({ length: 20 }, start))
}

async function countRuns(workspace: string, status: string): Promise<number> {
  const sql = 'select count(*)::int as count from run where workspace_id = $1 and status = $2'
  return (await app.database.query<{ count: number }>(sql, [workspace, status]))[0]?.count ?? 0
}

interface Single {
  milliseconds: number
  /** How many runs of the other workspace ended meanwhile. */
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

test('a single run waits for its turn among workspaces, not behind all that another one has queued', async () => {
  const wait = { key: 'wait', type: 'wait', fields: { seconds: 1 } }
  const call = { key: 'call', type: 'custom-http', fields: { url: echo.url } }
  const many = await busy.createAutomation('Many', [wait, call])
  const single = await other.createAutomation('Single', [call])
  const idle = await runSingles(single.id)
  await startMany(busy, many.id)
  const queued = await countRuns('busy', 'QUEUED')
  const crowded = await runSingles(single.id)
  const left = await countRuns('busy', 'QUEUED')
  process.stdout.write(`fairness: ${queued} to ${left} runs queued\n`)
  for (const line of [describe('nothing queued', idle), describe('queued', crowded)]) {
    process.stdout.write(`fairness: ${line}\n`)
  }
  // They were still queued when the last single run had ended.
  expect(left).toBeGreaterThan(singles)
  // In the order of their arrival, each single run would have waited for all of them.
  expect(Math.max(...crowded.map(({ overtaken }) => overtaken))).toBeLessThan(Math.min(queued / 10, 30))
}, 600_000)
