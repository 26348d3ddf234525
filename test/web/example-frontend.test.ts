import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { graphql } from './as-viewer.ts'
import { type Example, openExample } from './open-example.ts'
import type { World } from './world.ts'

const VALUE = 'sk_test_of_the_board_0123456789'

let example: Example
let world: World
let page: Page
let said: string[]
let service: HoldingServer

beforeAll(async () => {
  ;[example, service] = await Promise.all([openExample('frontend', 'board'), startHoldingServer()])
  ;({ world, page, said } = example)
  const create = `mutation($input: AutomationInput!) { createAutomation(input: $input) { __typename } }`
  const steps = [{ key: 'ask', type: 'custom-http', fields: { url: service.url } }]
  await graphql(world.callers.admin, create, { input: { workspace: 'acme', name: 'Slow', steps } })
  await page.reload()
}, 180_000)
afterAll(async () => {
  await example?.close()
  await service?.close()
})

const secrets = () => page.getByRole('list', { name: 'Secrets' }).getByRole('listitem').allTextContents()
const run = () => page.getByLabel('Run', { exact: true })

function createSecret(name: string) {
  const create = `mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }`
  return graphql(world.callers.admin, create, { input: { workspace: 'acme', name, value: VALUE } })
}

it('is under 200 lines', async () => {
  const files = ['main.tsx', 'board.tsx', 'connect.ts']
  const texts = await Promise.all(files.map((it) => readFile(join('examples/frontend', it), 'utf8')))
  expect(texts.join('').split('\n').length).toBeLessThan(200)
})

it('signs a person in, whose code is not left in the address', async () => {
  await page.getByRole('button', { name: 'Sign in with Lockstep' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'Secrets' }).waitFor()
  expect(new URL(page.url()).search).toBe('')
})

it('shows a live list of secrets, and searches it', async () => {
  await createSecret('STRIPE_KEY')
  await expect.poll(secrets).toEqual(['STRIPE_KEY'])
  await page.getByLabel('Search').fill('mail')
  await expect.poll(secrets).toEqual([])
  await createSecret('MAIL_PASSWORD')
  await expect.poll(secrets).toEqual(['MAIL_PASSWORD'])
  await page.getByLabel('Search').fill('')
  await expect.poll(secrets).toEqual(['MAIL_PASSWORD', 'STRIPE_KEY'])
})

it('adds a secret that is sealed and bound, and says in words why it does not', async () => {
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  const add = async (name: string) => {
    // The form is empty again after it was sent.
    await expect.poll(() => page.getByLabel('Name').inputValue()).toBe('')
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Value').fill(VALUE)
    await page.getByLabel('Host').fill('api.example.com')
    await page.getByRole('button', { name: 'Add' }).click()
  }
  await add('BOARD_KEY')
  await page.getByText('BOARD_KEY is saved.').waitFor()
  await expect.poll(secrets).toContain('BOARD_KEY')
  expect(sent.join()).toContain('sealedValue')
  expect(sent.join()).not.toContain(VALUE)
  const query = '{ secretPolicy(workspace: "acme", name: "BOARD_KEY") { hosts } }'
  expect(await graphql(world.callers.admin, query, {})).toEqual({
    secretPolicy: { hosts: ['api.example.com'] },
  })
  await add('BOARD_KEY')
  await expect.poll(() => page.getByRole('status').first().textContent()).toContain('exists already')
})

it('follows a run across a connection that is cut', async () => {
  const before = service.received.length
  await page.getByRole('button', { name: 'Run Slow' }).click()
  await service.untilReceived(before + 1)
  await run().filter({ hasText: 'RUNNING' }).waitFor()
  const quiet = said.length
  const startAgain = await world.app.stopApi()
  await page.getByText('The connection is lost. Trying again…').waitFor()
  await startAgain()
  await page
    .getByText('The connection is lost. Trying again…')
    .waitFor({ state: 'detached', timeout: 60_000 })
  // The browser itself says that it could not connect.
  const ofTheCut = said.splice(quiet)
  expect(ofTheCut.filter((it) => !/net::ERR_|Failed to load resource/.test(it))).toEqual([])
  service.release()
  await run().filter({ hasText: 'SUCCEEDED' }).waitFor()
  await createSecret('AFTER_THE_CUT')
  await expect.poll(secrets, { timeout: 40_000 }).toContain('AFTER_THE_CUT')
})

it('signs the person out, and nothing that it was given works any more', async () => {
  const token = await page.evaluate(`localStorage.getItem('lockstep.board.refresh')`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with Lockstep' }).waitFor()
  expect(await page.evaluate(`localStorage.length`)).toBe(0)
  const form = { grant_type: 'refresh_token', client_id: 'board', refresh_token: String(token) }
  const answer = await fetch(`${world.app.url}/api/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  expect(answer.status).toBe(400)
})

it('nothing in the console warned, not the cache either of an object without an id', () => {
  expect(said).toEqual([])
})
