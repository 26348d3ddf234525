import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { freePorts, main } from '../support/instance.ts'
import { isAlive, startLockstep } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

let app: TestApp
let acme: TestWorkspace
let server: HoldingServer
let hook: string
let calls = 0

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  server = await startHoldingServer()
})
afterAll(async () => {
  await server.close()
  await app.close()
})

/** A Lockstep process in which a step waits for its answer. */
async function startWithStep(role: 'worker' | 'start', drainSeconds: number) {
  const running = startLockstep([main, role], {
    ...(await freePorts()),
    DATABASE_URL: app.database.url.reveal(),
    LOCKSTEP_DATA: app.config.dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_DRAIN_SECONDS: String(drainSeconds),
  })
  await running.untilSays(/worker takes runs/)
  acme ??= await createTestWorkspace(app, 'acme')
  if (calls === 0) {
    const fields = { url: server.url, method: 'POST', timeoutSeconds: 300 }
    const { hookUrl } = await acme.createAutomation('Slow', [{ key: 'call', type: 'custom-http', fields }])
    hook = new URL(hookUrl).pathname
  }
  const { runId } = JSON.parse((await app.anonymous.request(hook, { method: 'POST' })).text)
  await server.untilReceived(++calls)
  return { running, runId }
}

test('a worker that is told to stop waits for a step, says for how long at most, and ends in order', async () => {
  const { running, runId } = await startWithStep('worker', 600)
  const exit = running.stop()
  const line = await running.untilSays(/waits for its runs: LOCKSTEP_DRAIN_SECONDS is 600/)
  expect(JSON.parse(line).runs).toBe(1)
  server.release()
  expect(await exit).toBe(0)
  const rows = await app.database.query(`select status from run where id = '${runId.split('.')[1]}'`)
  expect(rows).toEqual([{ status: 'SUCCEEDED' }])
})

test('what takes longer than the time to drain is let go, and the log says so', async () => {
  const { running } = await startWithStep('worker', 1)
  expect(await running.stop()).toBe(0)
  expect(running.output.join('\n')).toMatch(/lets go of runs.*INTERRUPTED: LOCKSTEP_DRAIN_SECONDS is 1/)
})

test.each(['worker', 'start'] as const)('a second signal ends %s at once', async (role) => {
  const { running } = await startWithStep(role, 3600)
  process.kill(running.pid, 'SIGTERM')
  await running.untilSays(/waits for its runs/)
  // The same request may reach a process twice within a moment.
  process.kill(running.pid, 'SIGTERM')
  await delay(700)
  expect(isAlive(running.pid)).toBe(true)
  process.kill(running.pid, 'SIGTERM')
  expect(await running.ended).toBe(role === 'worker' ? 143 : 0)
})
