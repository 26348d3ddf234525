import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writePostingPlugin } from '../processes/plugins.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { type FlakyServer, startFlakyServer } from './flaky-server.ts'

const value = 'value-that-is-tried-again-4471'
const later = 'value-of-the-second-attempt-9023'

let folder: string
let app: TestApp
let service: FlakyServer
let workspace: TestWorkspace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-retries-'))
  app = await startTestApp({ env: { LOCKSTEP_PLUGINS: await writePostingPlugin(folder) } })
  service = await startFlakyServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value, later)
  await service.close()
  await app.close()
  await rm(folder, { recursive: true })
})

const post = (settings: object, text = '{{ secrets.KEY }}') => ({
  key: 'call',
  type: 'post-once',
  fields: { url: service.url, text },
  ...settings,
})
const retry = (count: number, more: object = {}) => ({ retry: { count, delaySeconds: 1, ...more } })

const withAttempts = `query ($id: ID!) {
  run(id: $id) { status error { code message } finishedAt steps { status attempt output error { code } finishedAt } }
}`

async function read(id: string) {
  const { data } = await workspace.admin.graphql(withAttempts, { id })
  return data.run
}

async function start(steps: readonly object[], note = 'none'): Promise<string> {
  const automation = await workspace.createAutomation('Test', steps)
  const input = { automation: automation.id, input: { note } }
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input })
  return run.id
}

async function run(steps: readonly object[]) {
  const id = await start(steps)
  await workspace.waitForRun(id)
  return read(id)
}

const untilWaiting = (id: string) =>
  vi.waitUntil(async () => (await read(id)).steps[0]?.status === 'QUEUED', { timeout: 10_000 })

const update = (name: string, text: string) =>
  workspace.admin.mutate(documents.updateSecret, { input: { workspace: 'acme', name, value: text } })

describe('a failing step with retries', () => {
  test('is tried again with the same idempotency key, and resolves its secrets again', async () => {
    service.play('drop', async () => {
      await update('KEY', later)
      return 'drop'
    })
    const ended = await run([post(retry(5))])
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      steps: [{ status: 'SUCCEEDED', attempt: 3, error: null }],
    })
    expect(service.received.map(({ text, attempt }) => [text, attempt])).toEqual([
      [value, 1],
      [value, 2],
      [later, 3],
    ])
    expect(new Set(service.received.map((it) => it.idempotencyKey)).size).toBe(1)
    await app.expectNoCanary(value, later)
    await update('KEY', value)
  })

  test('ends the run when its retries are used up', async () => {
    service.play('drop', 'drop', 'drop')
    const ended = await run([post(retry(1)), { ...post({}), key: 'next' }])
    expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'REQUEST_FAILED' } })
    expect(ended.steps).toMatchObject([{ status: 'FAILED', attempt: 2, error: { code: 'REQUEST_FAILED' } }])
    expect(service.received).toHaveLength(2)
  })

  test('ends the run at once after an error without a retry', async () => {
    service.play('drop')
    expect(await run([post(retry(5, { on: ['TIMEOUT', 'STEP_FAILED'] }))])).toMatchObject({
      status: 'FAILED',
      steps: [{ attempt: 1, error: { code: 'REQUEST_FAILED' } }],
    })
    expect(service.received).toHaveLength(1)
  })

  test('ends the run when its secret was deleted between two attempts', async () => {
    await workspace.createSecret('BRIEF', later)
    service.play(async () => {
      await workspace.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'BRIEF' } })
      return 'drop'
    })
    expect(await run([post(retry(5), '{{ secrets.BRIEF }}')])).toMatchObject({
      status: 'FAILED',
      error: { code: 'SECRET_NOT_FOUND', message: expect.stringContaining('BRIEF') },
      steps: [{ status: 'FAILED', attempt: 2, error: { code: 'SECRET_NOT_FOUND' } }],
    })
    expect(service.received).toHaveLength(1)
  })

  test('shows its error while it waits, and cancelling ends the wait', async () => {
    service.play('drop')
    const id = await start([post(retry(5, { delaySeconds: 3600 }))], value)
    await untilWaiting(id)
    expect(await read(id)).toMatchObject({
      status: 'RUNNING',
      error: null,
      steps: [{ status: 'QUEUED', attempt: 1, output: null, error: { code: 'REQUEST_FAILED' } }],
    })
    await workspace.admin.mutate(documents.cancelRun, { id })
    expect(await workspace.waitForRun(id)).toMatchObject({
      status: 'CANCELLED',
      input: { note: '[secret KEY]' },
      steps: [{ status: 'CANCELLED', error: { code: 'CANCELLED' } }],
    })
    expect(service.received).toHaveLength(1)
  })

  test('is tried once in testStep', async () => {
    service.play('drop')
    const input = { workspace: 'acme', step: post(retry(5)) }
    const { result } = await workspace.admin.mutate(documents.testStep, { input })
    expect(result).toMatchObject({ status: 'FAILED', error: { code: 'REQUEST_FAILED' } })
    expect(service.received).toHaveLength(1)
  })
})

describe('the time limit', () => {
  test('ends an attempt that exceeds it, and the step is tried again', async () => {
    service.play('hold')
    const ended = await run([post({ timeoutSeconds: 1, ...retry(1) })])
    expect(ended).toMatchObject({ status: 'SUCCEEDED', steps: [{ attempt: 2 }] })
    expect(service.received).toHaveLength(2)
  })

  test('is named in the error of the attempt', async () => {
    service.play('hold')
    expect(await run([post({ timeoutSeconds: 1 })])).toMatchObject({
      error: { code: 'TIMEOUT', message: 'Step call: The step took over 1 s and was stopped.' },
    })
  })

  test('a run that took a day is ended, even with retries left', async () => {
    service.play('drop')
    const id = await start([post(retry(10, { delaySeconds: 3600 }))])
    await untilWaiting(id)
    // The next worker sees a run that began a day ago.
    await app.database.query(`update run set started_at = now() - interval '1 day' where id::text = $1`, [
      id.slice('acme.'.length),
    ])
    await app.database.query('update run_job set due_at = now() where run::text = $1', [
      id.slice('acme.'.length),
    ])
    expect(await workspace.waitForRun(id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'TIMEOUT', message: expect.stringContaining('took a day') },
      steps: [{ status: 'FAILED', error: { code: 'TIMEOUT' } }],
    })
    expect(service.received).toHaveLength(1)
  })
})
