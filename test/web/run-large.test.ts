import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { startScrollMeter } from './smoothness.ts'
import { openWorld, type World } from './world.ts'

const MIB = 1024 * 1024

let world: World
let server: Server
let page: Page

/** 2 MiB of JSON with many small parts: some 20,000 objects of three members each. */
const answer = JSON.stringify({
  items: Array.from({ length: 20_000 }, (_, id) => ({ id, name: `item number ${id}`, tags: 'x'.repeat(60) })),
})

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  world = await openWorld()
  page = await world.open('admin', '/w/acme/runs')
}, 120_000)
afterAll(async () => {
  await world?.close()
  server?.close()
})

it('shows a run with a 2 MiB output, and scrolls through all of it smoothly', {
  timeout: 240_000,
}, async () => {
  expect(answer.length).toBeGreaterThan(2 * MIB)
  await page.goto(`/w/acme/runs/${await runTheStep()}`)
  await page.getByRole('button', { name: /^fetch / }).click()
  const tree = page.getByRole('tree', { name: 'Output of fetch' })
  await tree.waitFor()
  await page.getByRole('button', { name: 'Expand all: Output of fetch' }).click()
  await tree.hover()
  const isAtEnd = () =>
    page.evaluate<boolean>(`(() => {
      const tree = document.querySelector('[role=tree][aria-label="Output of fetch"]')
      return tree.scrollTop + tree.clientHeight >= tree.scrollHeight - 2
    })()`)
  expect(await isAtEnd()).toBe(false)
  const meter = await startScrollMeter(page)
  // It scrolls many screens at once, so that each turn draws all of its rows again.
  while (!(await isAtEnd()) && meter.turns.length < 300) await meter.turn(20_000)
  process.stdout.write(
    `A run with an output of ${(answer.length / MIB).toFixed(1)} MiB, ${await meter.describe()}\n`,
  )
  await tree.getByText('item number 19999').waitFor()
  expect(await isAtEnd()).toBe(true)
  // Only the visible rows are drawn, whatever the size.
  await expect.poll(() => tree.getByRole('treeitem').count()).toBeLessThan(200)
})

async function runTheStep(): Promise<string> {
  const { port } = server.address() as AddressInfo
  const steps = [{ key: 'fetch', type: 'custom-http', fields: { url: `http://127.0.0.1:${port}/` } }]
  const create = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } }
  }`
  const created = await graphql(page, create, { input: { workspace: 'acme', name: 'Large', steps } })
  const { id } = (created as { createAutomation: { automation: { id: string } } }).createAutomation.automation
  const start = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const started = await graphql(page, start, { input: { automation: id } })
  const run = (started as { runAutomation: { run: { id: string } } }).runAutomation.run.id
  const status = () => graphql(page, 'query($id: ID!) { run(id: $id) { status } }', { id: run })
  await expect.poll(status, { timeout: 60_000 }).toEqual({ run: { status: 'SUCCEEDED' } })
  return run
}
