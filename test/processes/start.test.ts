import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import {
  freePorts,
  type Instance,
  launcher,
  type ProcessEntry,
  processesOf,
  startInstance,
  statusOf,
  untilGone,
} from '../support/instance.ts'
import { isAlive, startLockstep } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'value-that-outlives-its-processes-2290'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string
let env: NodeJS.ProcessEnv
let echo: EchoServer
let instance: Instance
let workspace: TestWorkspace
let automation: string

/**
 * One instance for the whole file, in a folder that is empty at first. Each test continues from the one before.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-start-'))
  echo = await startEchoServer()
  env = {
    ...(await freePorts()),
    LOCKSTEP_DATA: join(folder, 'data'),
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_SIGN_UP: 'open',
  }
  instance = await startInstance(env)
  workspace = await createTestWorkspace(instance.people, 'acme')
  await workspace.createSecret('KEY', value)
  const fields = { url: echo.url, headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }] }
  automation = (await workspace.createAutomation('Call', [{ key: 'call', type: 'custom-http', fields }])).id
})
const started: ProcessEntry[] = []
afterEach(async () => {
  started.push(...(await instance.processes()))
})
afterAll(async () => {
  await instance.process.stop()
  // Only the remains of a failed test are still there.
  for (const { pid } of started) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await echo.close()
  await rm(folder, { recursive: true, maxRetries: 5 })
})

async function expectItWorks(): Promise<void> {
  echo.received.length = 0
  expect(await workspace.run(automation)).toMatchObject({ status: 'SUCCEEDED' })
  expect(echo.received.map(({ headers }) => headers['x-key'])).toEqual([value])
  expect(instance.process.output.filter((line) => line.includes(value))).toEqual([])
}

const find = (all: readonly ProcessEntry[], pattern: RegExp): ProcessEntry => {
  const found = all.find(({ command }) => pattern.test(command))
  if (!found) throw new Error(`no process like ${pattern} among\n${JSON.stringify(all, null, 1)}`)
  return found
}

test('an instance starts completely in an empty folder', async () => {
  await expectItWorks()
  expect(await statusOf(`${instance.url}/readyz`)).toBe(200)
  expect(await statusOf(`http://127.0.0.1:${env['LOCKSTEP_WORKER_PORT']}/readyz`)).toBe(200)
  expect(existsSync(join(folder, 'data/root-key.pem'))).toBe(true)
})

test('a second start on the same folder says so, ends, and does not disturb the first', async () => {
  const second = startLockstep([launcher, 'start'], { ...env, ...(await freePorts()) })
  expect(await second.ended).not.toBe(0)
  const said = second.output.find((line) => line.startsWith('lockstep: '))
  expect(said).toContain('already')
  expect(said).toContain(join(folder, 'data'))
  await expectItWorks()
})

test('a killed worker is restarted and works again', async () => {
  const before = await instance.processes()
  const worker = find(before, /main\.js worker/)
  process.kill(worker.pid, 'SIGKILL')
  await instance.process.untilSays(/"msg":"The worker ended; starting it again"/)
  await expectItWorks()
  const after = await instance.processes()
  expect(find(after, /main\.js worker/).pid).not.toBe(worker.pid)
  expect(find(after, /main\.js api/).pid).toBe(find(before, /main\.js api/).pid)
})

test.each([
  ['the process that runs the others', /main\.js start/],
  ['the launcher', undefined],
])('when %s is killed, API and worker end by themselves and the next start works', async (_what, pattern) => {
  const before = await instance.processes()
  process.kill(pattern ? find(before, pattern).pid : instance.process.pid, 'SIGKILL')
  await instance.process.ended
  await untilGone(before.filter(({ command }) => command.includes('main.js')))
  instance = await startInstance(env)
  await expectItWorks()
})

test('SIGTERM ends everything in order, with exit code 0 and no process left', async () => {
  const before = await instance.processes()
  expect(before.map(({ command }) => command).join('\n')).toMatch(/postgres/)
  expect(await instance.process.stop()).toBe(0)
  expect(before.filter(({ pid }) => isAlive(pid))).toEqual([])
  const said = instance.process.output.join('\n')
  expect(said).toContain('worker stops')
  expect(said).toContain('api stops')
  expect(said).not.toMatch(/"level":"(error|fatal)"/)
})

test('SIGTERM during the start ends it too, with exit code 0 and no process left', async () => {
  const data = join(folder, 'other')
  const starting = startLockstep([launcher, 'start'], { ...env, LOCKSTEP_DATA: data })
  // Making the database takes the longest.
  await vi.waitUntil(() => existsSync(join(data, 'postgres')), { timeout: 30_000, interval: 10 })
  const below = await processesOf(starting.pid, data)
  expect(await starting.stop()).toBe(0)
  expect(below.filter(({ pid }) => isAlive(pid))).toEqual([])
  expect(await processesOf(starting.pid, data)).toEqual([])
  expect(starting.output.join('\n')).not.toMatch(/Lockstep runs at|"level":"fatal"/)
})
