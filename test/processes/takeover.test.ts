import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { RunningProcess } from '../../src/processes/api.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { writePostingPlugin } from './plugins.ts'

const value = 'value-in-the-hand-of-a-dead-worker-3318'
// Far less than a job may take. So only a run whose worker is known to be dead is taken over earlier.
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let app: TestApp
let service: HoldingServer
let workspace: TestWorkspace
/** A second worker for the takeover, beside the one that each test kills. It lives, so it needs no process of its own. */
let other: RunningProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-takeover-'))
  app = await startTestApp({ worker: false, env: { LOCKSTEP_PLUGINS: await writePostingPlugin(folder) } })
  other = await startWorker(app.config, app.logger)
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
beforeEach(async () => {
  service = await startHoldingServer()
})
afterEach(() => service.close())
afterAll(async () => {
  await other.stop()
  await app.expectNoCanary(value)
  await app.close()
  await rm(folder, { recursive: true })
})

const post = (key: string, type: string, text: string) => ({ key, type, fields: { url: service.url, text } })

/** Starts a run while there is only a worker that will be killed, and kills that worker in its first request. */
async function dieInRequest(
  steps: readonly object[],
  count: number,
  beforeDeath?: () => Promise<void>,
  die: 'kill' | 'stop' = 'kill',
) {
  const automation = await workspace.createAutomation('Test', steps)
  await other.stop()
  const victim = await startWorkerProcess(app)
  const { run } = await workspace.admin.mutate(documents.runAutomation, {
    input: { automation: automation.id, input: { note: `with ${value}` } },
  })
  if (count > 1) {
    await service.untilReceived(count - 1)
    service.release()
  }
  await service.untilReceived(count)
  other = await startWorker(app.config, app.logger)
  await beforeDeath?.()
  await victim[die]()
  return { id: run.id as string, diedAt: Date.now() }
}

const sent = () => service.received.map((body) => JSON.parse(body))

test('a run whose step hung is ended as INTERRUPTED in time, and its request is not sent again', async () => {
  const { id, diedAt } = await dieInRequest([post('pay', 'post-once', '{{ secrets.KEY }}')], 1)
  const ended = await workspace.waitForRun(id)
  const after = Date.now() - diedAt
  process.stdout.write(`takeover: INTERRUPTED ${after} ms after the kill\n`)
  expect(ended).toMatchObject({
    status: 'FAILED',
    error: { code: 'INTERRUPTED', message: expect.stringMatching(/^Step pay: .*unknown/) },
    input: { note: 'with [secret KEY]' },
    output: null,
    steps: [{ key: 'pay', status: 'FAILED', secrets: ['KEY'], error: { code: 'INTERRUPTED' } }],
  })
  expect(sent()).toEqual([{ text: value, attempt: 1, idempotencyKey: expect.any(String) }])
  await app.expectNoCanary(value)
})

test('a value of the dead worker is redacted although its secret was replaced', async () => {
  const steps = [post('pay', 'post-once', '{{ secrets.KEY }}')]
  const { id } = await dieInRequest(steps, 1, async () => {
    const input = { workspace: 'acme', name: 'KEY', value: 'another value of the key' }
    await workspace.admin.mutate(documents.updateSecret, { input })
  })
  // It began with the fetch of the run, and what it has in hand is known from there.
  expect(
    await app.database.query(`select sealed_output like 'claim %' as begun from step_run where run = $1`, [
      id.split('.')[1],
    ]),
  ).toEqual([{ begun: true }])
  const ended = await workspace.waitForRun(id)
  expect(ended).toMatchObject({ error: { code: 'INTERRUPTED' }, input: { note: 'with [secret KEY]' } })
  await workspace.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name: 'KEY', value } })
  await app.expectNoCanary(value)
})

test('a value of the dead worker is redacted although its secret was deleted', async () => {
  await workspace.createSecret('BRIEF', 'brief-value-of-a-secret-88')
  const steps = [post('pay', 'post-once', '{{ secrets.BRIEF | base64 }} {{ secrets.KEY }}')]
  const { id } = await dieInRequest(steps, 1, async () => {
    await workspace.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'BRIEF' } })
    const input = { workspace: 'acme', name: 'KEY', value: 'another value of the key' }
    await workspace.admin.mutate(documents.updateSecret, { input })
  })
  const ended = await workspace.waitForRun(id)
  expect(ended).toMatchObject({ error: { code: 'INTERRUPTED' }, input: { note: 'with [secret KEY]' } })
  await workspace.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name: 'KEY', value } })
  await app.expectNoCanary('brief-value-of-a-secret-88', value)
})

test('a repeatable step is repeated, and finished steps are not', async () => {
  const { id, diedAt } = await dieInRequest(
    [
      post('first', 'post-once', '{{ secrets.KEY }}'),
      post('again', 'post-again', '{{ steps.first.output.sent }}'),
      post('last', 'post-once', '{{ steps.again.output.attempt }}'),
    ],
    2,
  )
  await service.untilReceived(3)
  const after = Date.now() - diedAt
  process.stdout.write(`takeover: repeated ${after} ms after the kill\n`)
  service.release()
  await service.untilReceived(4)
  service.release()
  const ended = await workspace.waitForRun(id)
  expect(ended.status).toBe('SUCCEEDED')
  expect(ended.steps.map(({ key, status }) => [key, status])).toEqual([
    ['first', 'SUCCEEDED'],
    ['again', 'SUCCEEDED'],
    ['last', 'SUCCEEDED'],
  ])
  expect(sent().map(({ text, attempt }) => [text, attempt])).toEqual([
    [value, 1],
    [value, 1],
    // The unredacted output of a step that the dead worker ran.
    [value, 2],
    ['2', 1],
  ])
  const [, died, repeated] = sent()
  expect(repeated.idempotencyKey).toBe(died.idempotencyKey)
  expect(ended.steps[0]?.output).toEqual({ sent: '[secret KEY]', attempt: 1 })
  await app.expectNoCanary(value)
})

test("a step that outlasts its worker's orderly end is ended as INTERRUPTED too, and not sent again", async () => {
  const steps = [post('slow', 'post-once', '{{ secrets.KEY }}')]
  const { id, diedAt } = await dieInRequest(steps, 1, undefined, 'stop')
  const ended = await workspace.waitForRun(id)
  const after = Date.now() - diedAt
  process.stdout.write(`takeover: INTERRUPTED ${after} ms after an orderly end\n`)
  expect(ended).toMatchObject({ error: { code: 'INTERRUPTED' }, input: { note: 'with [secret KEY]' } })
  expect(sent()).toHaveLength(1)
})
