import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { openWorld, type World } from '../web/world.ts'
import { furnish } from './furnish.ts'

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const screen = { width: 1280, height: 760 }

let world: World
let echo: EchoServer
let page: Page
let places: Awaited<ReturnType<typeof furnish>>

beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  page = await world.open('admin', '/w/acme/settings/secrets', screen)
  places = await furnish(page, echo.url)
})
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

/** A picture of the page once everything has loaded and nothing moves. */
async function picture(name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.mouse.move(0, 0)
  await page.waitForTimeout(500)
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled', caret: 'hide' })
}

test('shows the secrets, and how to add one', async () => {
  await page.goto('/w/acme/settings/secrets')
  await page.getByText('STRIPE_API_KEY').first().waitFor()
  await picture('secrets')
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('warehouse api token')
  await dialog.getByLabel('Value', { exact: true }).fill('not a real value')
  await dialog.getByText('WAREHOUSE_API_TOKEN').first().waitFor()
  await picture('add-secret')
})

test('shows the automations', async () => {
  await page.goto('/w/acme/automations')
  await page.getByText('Charge a customer').waitFor()
  await picture('automations')
})

test('shows a run with marks instead of values', async () => {
  await page.goto(`/w/acme/runs/${places.run}`)
  await page.getByRole('button', { name: /^charge / }).click()
  await page.getByRole('tree', { name: 'Output of charge' }).waitFor()
  await picture('run')
})

test('shows the editor with its variables, in light and in dark', async () => {
  await page.goto(`/w/acme/automations/${places.automation}`)
  // The focus is in a field that takes secrets, so that they can be clicked.
  await page.getByRole('textbox', { name: 'URL' }).click()
  await page.getByRole('button', { name: 'secrets.STRIPE_API_KEY' }).waitFor()
  await picture('editor')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture('editor-dark')
})
