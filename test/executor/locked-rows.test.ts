import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { lockRows, watchLockWaits } from '../support/lock-waits.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000 })

const value = 'value-behind-a-locked-row-5516'

let app: TestApp
let acme: TestWorkspace
let other: TestWorkspace
let service: HoldingServer
let quick: string

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  other = await createTestWorkspace(app, 'other')
  await acme.createSecret('KEY', value)
  const step = (key: string) => ({ key, type: 'set-values', fields: { values: { done: true } } })
  quick = (await other.createAutomation('Quick', [step('one'), step('two')])).id
})
beforeEach(async () => {
  service = await startHoldingServer()
  return () => service.close()
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
})

const call = (key: string) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url: service.url, bodyKind: 'text', body: `${key} {{ secrets.KEY }}` },
})

async function start(steps: readonly object[]): Promise<string> {
  const { id } = await acme.createAutomation('Held', steps)
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  return run.id
}

test('while the row of a run is locked, the runs of others end, and it ends when the lock is gone', async () => {
  const run = await start([call('one')])
  await service.untilReceived(1)
  const [, id] = run.split('.')
  const unlock = await lockRows(app.database, 'select 1 from run where id = $1', [id])
  onTestFinished(unlock)
  const waits = watchLockWaits(app.database)
  service.release()
  // It has tried to write its end.
  const hasTried = () => app.log.some((line) => line.includes('"55P03"'))
  await vi.waitUntil(hasTried, { timeout: 60_000 })
  for (let count = 0; count < 3; count++)
    expect(await other.run(quick)).toMatchObject({ status: 'SUCCEEDED', error: null })
  expect(await app.database.query('select status from run where id = $1', [id])).toEqual([
    { status: 'RUNNING' },
  ])
  expect(await waits()).toEqual([])
  await unlock()
  expect(await acme.waitForRun(run)).toMatchObject({ status: 'SUCCEEDED', error: null })
})

test('while the row of a secret is locked, a run that uses it goes on as the runs of others do', async () => {
  const unlock = await lockRows(
    app.database,
    `select 1 from secret where workspace_id = 'acme' and name = 'KEY'`,
    [],
  )
  onTestFinished(unlock)
  const waits = watchLockWaits(app.database)
  const run = await start([call('one'), call('two')])
  expect(await other.run(quick)).toMatchObject({ status: 'SUCCEEDED', error: null })
  for (const count of [1, 2]) {
    await service.untilReceived(count)
    service.release()
  }
  expect(await acme.waitForRun(run)).toMatchObject({ status: 'SUCCEEDED', error: null })
  expect(service.received).toEqual([`one ${value}`, `two ${value}`])
  expect(await waits()).toEqual([])
  const uses = `select detail ->> 'step' as step from audit_event where action = 'secret.use' and actor = $1 order by 1`
  expect(await app.database.query(uses, [`run ${run}`])).toEqual([{ step: 'one' }, { step: 'two' }])
})
