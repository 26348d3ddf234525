import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { connectBrowser } from '../support/browser.ts'
import { PASSWORD } from '../support/client.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startWatchedApi, type WatchedApi } from '../support/heap-search.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { untilHeadingHasFocus } from './world.ts'

const VALUE = 'sk_live_typed_into_the_browser_6201'
const REPLACEMENT = 'sk_live_typed_instead_of_it_7714'

let app: TestApp
let acme: TestWorkspace
let api: WatchedApi
let echo: EchoServer
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[app, echo, browser] = await Promise.all([startTestApp(), startEchoServer(), connectBrowser()])
  acme = await createTestWorkspace(app, 'acme')
  api = await startWatchedApi(app)
  page = await browser.newPage()
  page.setDefaultTimeout(30_000)
  await signIn()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await api.stop()
  await echo?.close()
  await app?.close()
})

async function signIn(): Promise<void> {
  await page.goto(`${api.url}/sign-in`)
  await page.getByLabel('Email').fill(acme.admin.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  // Signing in leads there, whatever was clicked before.
  await untilHeadingHasFocus(page, 'Automations')
  await page.getByRole('link', { name: 'Secrets' }).click()
}

it('a value typed into the browser is nowhere in the traffic, the log and the memory of the API', async () => {
  await page.getByRole('button', { name: 'Add secret' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('typed key')
  await dialog.getByLabel('Value', { exact: true }).fill(VALUE)
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('TYPED_KEY was added.').waitFor()
  await page.getByRole('button', { name: 'TYPED_KEY: replace its value' }).click()
  await dialog.getByLabel('New value').fill(REPLACEMENT)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The value of TYPED_KEY was replaced.').waitFor()
  expect(await api.placesOf(VALUE, REPLACEMENT)).toEqual([])
  // The sealed value did pass through the recorder.
  expect(api.isInTraffic('TYPED_KEY')).toBe(true)
})

it('a value typed into the browser is used by a run', async () => {
  const fields = { url: echo.url, headers: [{ name: 'x-key', value: '{{ secrets.TYPED_KEY }}' }] }
  const automation = await acme.createAutomation('Call', [{ key: 'call', type: 'custom-http', fields }])
  expect(await acme.run(automation.id)).toMatchObject({ status: 'SUCCEEDED' })
  expect(echo.received.at(-1)?.headers['x-key']).toBe(REPLACEMENT)
  await app.expectNoCanary(VALUE, REPLACEMENT)
})
