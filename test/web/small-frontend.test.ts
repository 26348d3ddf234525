import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { graphql } from './as-viewer.ts'
import { type Example, openExample } from './open-example.ts'

const VALUE = 'sk_test_of_sixty_lines_0123456789'

let example: Example
let page: Page
let echo: EchoServer

beforeAll(async () => {
  ;[example, echo] = await Promise.all([openExample('small-frontend', 'names'), startEchoServer()])
  page = example.page
  const { admin } = example.world.callers
  const create = `mutation($input: AutomationInput!) { createAutomation(input: $input) { __typename } }`
  const steps = [{ key: 'ask', type: 'custom-http', fields: { url: echo.url } }]
  await graphql(admin, create, { input: { workspace: 'acme', name: 'Ping', steps } })
  await page.getByRole('button', { name: 'Allow' }).click()
}, 180_000)
afterAll(async () => {
  await example?.close()
  await echo?.close()
})

const add = async (name: string) => {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Value').fill(VALUE)
  await page.getByLabel('Host').fill('api.example.com')
  await page.getByRole('button', { name: 'Add' }).click()
}

it('is 60 lines', async () => {
  const text = await readFile('examples/small-frontend/main.ts', 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

it('lists names, and adds one whose value leaves the browser sealed and bound', async () => {
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.url(), request.postData() ?? ''))
  await add('SMALL_KEY')
  await page.getByText('SMALL_KEY is saved.').waitFor()
  await page.getByRole('listitem').filter({ hasText: 'SMALL_KEY' }).waitFor()
  expect(sent.join()).toContain('sealedValue')
  expect(sent.join()).not.toContain(VALUE)
  const query = '{ secretPolicy(workspace: "acme", name: "SMALL_KEY") { hosts } }'
  expect(await graphql(example.world.callers.admin, query, {})).toEqual({
    secretPolicy: { hosts: ['api.example.com'] },
  })
})

it('says in words why a name cannot be added', async () => {
  await add('SMALL_KEY')
  await page.getByText('exists already').waitFor()
})

it('watches a run to its end', async () => {
  await page.getByRole('button', { name: 'Run Ping' }).click()
  await page.getByText('SUCCEEDED').waitFor()
  expect(echo.received.length).toBe(1)
})

it('has nothing to say in the console', () => {
  expect(example.said).toEqual([])
})
