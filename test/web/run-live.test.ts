import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { graphql } from './as-viewer.ts'
import { openWorld, type World } from './world.ts'

let world: World
let service: HoldingServer
let automation: string
let admin: Page

beforeAll(async () => {
  ;[world, service] = await Promise.all([openWorld(), startHoldingServer()])
  admin = await world.open('admin', '/w/acme/automations')
  const create = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } }
  }`
  const steps = [{ key: 'ask', type: 'custom-http', fields: { url: service.url } }]
  const data = await graphql(admin, create, { input: { workspace: 'acme', name: 'Slow', steps } })
  automation = (data as { createAutomation: { automation: { id: string } } }).createAutomation.automation.id
}, 120_000)
afterAll(async () => {
  await world?.close()
  await service?.close()
})

beforeEach(async () => {
  const start = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const before = service.received.length
  const data = await graphql(admin, start, { input: { automation, input: null } })
  await admin.goto(
    `/w/acme/runs/${(data as { runAutomation: { run: { id: string } } }).runAutomation.run.id}`,
  )
  await service.untilReceived(before + 1)
  await step().filter({ hasText: 'Running' }).waitFor()
})

const step = () => admin.getByRole('button', { name: /^ask / })
const lost = () => admin.getByText('The connection was lost. This goes on when it is back.')

it('a step that takes long is no lost connection', async () => {
  await admin.clock.install()
  await admin.reload()
  await step().filter({ hasText: 'Running' }).waitFor()
  let asked = 0
  admin.on('request', (request) => {
    if (request.headers()['accept']?.includes('text/event-stream')) asked++
  })
  for (let silence = 1; silence <= 2; silence++) {
    await admin.clock.fastForward(16_000)
    // It asks again, and says nothing of it.
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThanOrEqual(silence)
    await expect.poll(() => lost().count()).toBe(0)
  }
  service.release()
  await step().filter({ hasText: 'Succeeded' }).waitFor()
})

it('a run that ends while the API is away is shown as ended when the API is back', async () => {
  const startAgain = await world.app.stopApi()
  await lost().waitFor()
  service.release()
  await expect.poll(ended, { timeout: 20_000 }).toBe(true)
  await step().filter({ hasText: 'Running' }).waitFor()
  await startAgain()
  await step().filter({ hasText: 'Succeeded' }).waitFor({ timeout: 60_000 })
  await lost().waitFor({ state: 'detached' })
})

it('a run that continues after a restart of the API is followed to its end', async () => {
  const startAgain = await world.app.stopApi()
  await lost().waitFor()
  await startAgain()
  await lost().waitFor({ state: 'detached', timeout: 60_000 })
  await step().filter({ hasText: 'Running' }).waitFor()
  service.release()
  await step().filter({ hasText: 'Succeeded' }).waitFor()
  await admin.getByRole('heading', { name: 'Output' }).waitFor()
})

async function ended(): Promise<boolean> {
  const rows = await world.app.database.query(`select id from run where status in ('QUEUED', 'RUNNING')`)
  return rows.length === 0
}
