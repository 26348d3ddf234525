import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { main } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 300_000 })

const MIB = 1024 * 1024
const ANSWERS = 6
// At once they take several times this heap.
const ANSWER_MIB = 12
const HEAP_MIB = 192

let app: TestApp
let acme: TestWorkspace
let worker: LockstepProcess
let small: { id: string; hookUrl: string }
let large: { id: string; hookUrl: string }

/** Rows of short fields. A letter beyond Latin-1 makes every text of it two bytes a character. */
function rows(bytes: number): Buffer {
  const all: string[] = []
  for (let n = 0, length = 0; length < bytes; n++) {
    const row = JSON.stringify({ id: n, name: `Łódź ${n}`, active: n % 2 === 0, total: n * 1.25 })
    all.push(row)
    length += row.length + 1
  }
  return Buffer.from(`[${all.join(',')}]`)
}

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(request.url === '/small' ? '{"ok":true}' : largeAnswer)
})
const largeAnswer = rows(ANSWER_MIB * MIB)

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app = await startTestApp({ worker: false })
  const env = {
    DATABASE_URL: app.database.url.reveal(),
    LOCKSTEP_DATA: app.config.dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_WORKER_PORT: '0',
  }
  worker = startLockstep([`--max-old-space-size=${HEAP_MIB}`, main, 'worker'], env)
  await worker.untilSays(/worker takes runs/)
  acme = await createTestWorkspace(app, 'acme')
  const call = (path: string) => [{ key: 'get', type: 'custom-http', fields: { url: origin + path } }]
  small = await acme.createAutomation('Small', call('/small'))
  large = await acme.createAutomation('Large', call('/large'))
})
afterAll(async () => {
  await worker.stop()
  await app.close()
  server.close()
})

const start = async ({ hookUrl }: { hookUrl: string }, headers: Record<string, string> = {}) =>
  JSON.parse((await app.anonymous.request(new URL(hookUrl).pathname, { method: 'POST', headers })).text)

const statuses = async () =>
  (
    await app.database.query<{ status: string }>(
      `select coalesce(error->>'code', status) as status from run join automation on automation.id = run.automation
        where automation.name = 'Large'`,
    )
  ).map(({ status }) => status)

test('six large answers at once all arrive in a worker whose heap holds one or two, and small runs go on meanwhile', async () => {
  await Promise.all(Array.from({ length: ANSWERS }, () => start(large)))
  let beside = 0
  for (;;) {
    const now = await statuses()
    if (!now.some((it) => it === 'QUEUED' || it === 'RUNNING')) break
    const { status } = await start(small, { prefer: 'wait=30' })
    expect(status).toBe('SUCCEEDED')
    if (now.includes('RUNNING')) beside++
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(await statuses()).toEqual(Array(ANSWERS).fill('SUCCEEDED'))
  expect(beside).toBeGreaterThan(2)
})
