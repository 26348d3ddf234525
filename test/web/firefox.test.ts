import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { findFirefox, startFirefox } from '../support/firefox.ts'
import { startWatchedApi, type WatchedApi } from '../support/heap-search.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { textbox } from './editor-support.ts'
import { untilHeadingHasFocus } from './world.ts'

const VALUE = 'sk_live_typed_into_firefox_4471'
const executable = findFirefox()
const title = executable
  ? 'a first visit with Firefox'
  : 'Firefox: there is none on this machine, as Debian has in firefox-esr'

describe.skipIf(!executable)(title, () => {
  let app: TestApp
  let api: WatchedApi
  let browser: Browser
  let page: Page
  let service: HoldingServer
  const complaints: string[] = []

  beforeAll(async () => {
    ;[app, service, browser] = await Promise.all([
      startTestApp(),
      startHoldingServer(),
      startFirefox(executable ?? ''),
    ])
    api = await startWatchedApi(app)
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, baseURL: api.url })
    page.setDefaultTimeout(20_000)
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error.stack)))
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await api.stop()
    await service?.close()
    await app?.close()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  // A field that is filled over WebDriver BiDi tells nothing to React. Keys do.
  const type = (field: Locator, text: string) => field.pressSequentially(text)

  it('signs up, makes a workspace, and adds a secret that is sealed in the browser', async () => {
    await page.goto('/')
    await page.getByRole('heading', { name: 'Welcome to Lockstep' }).waitFor()
    await type(page.getByLabel('Name', { exact: true }), 'Ada Lovelace')
    await type(page.getByLabel('Email'), 'ada@example.com')
    await type(page.getByLabel('Password', { exact: true }), 'correct horse battery')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Create a workspace' }).waitFor()
    await type(page.getByLabel('Name', { exact: true }), 'Acme')
    await page.keyboard.press('Enter')
    await press('Add your first one')
    const dialog = page.getByRole('dialog')
    await type(dialog.getByLabel('Name', { exact: true }), 'stripe key')
    await type(dialog.getByLabel('Value', { exact: true }), VALUE)
    await dialog.getByRole('radio', { name: 'Any public host' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('STRIPE_KEY was added.').waitFor()
  })

  it('writes an automation with a chip by completion, and one at the cursor by a click', async () => {
    await page.getByRole('link', { name: 'Automations' }).click()
    await untilHeadingHasFocus(page, 'Automations')
    await page
      .getByRole('main')
      .getByRole('link', { name: /New automation|first one/ })
      .first()
      .click()
    await type(textbox(page, 'Name of the automation'), 'Charge')
    await press('Add step')
    await page.getByRole('dialog', { name: 'Add a step' }).waitFor()
    await page.keyboard.type('custom')
    await page.keyboard.press('Enter')
    const url = textbox(page, 'URL')
    await url.waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('URL')
    await page.keyboard.type(`${service.url}/v1?key={{ stri`)
    await page.getByRole('option', { name: /STRIPE_KEY/ }).click()
    await expect.poll(() => url.textContent()).toBe(`${service.url}/v1?key=STRIPE_KEY`)
    await press('Add headers')
    await page.keyboard.type('Authorization')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Bearer ')
    await press('secrets.STRIPE_KEY')
    await expect.poll(() => textbox(page, 'Headers, value 1').textContent()).toBe('Bearer STRIPE_KEY')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
  })

  it('shows a run while it runs', async () => {
    await press('Run')
    await page.getByRole('dialog', { name: 'Run the automation' }).waitFor()
    await page.keyboard.press('Enter')
    await service.untilReceived(1)
    const step = page.getByRole('button', { name: /^custom_http / })
    await step.filter({ hasText: 'Running' }).waitFor()
    service.release()
    await step.filter({ hasText: 'Succeeded' }).waitFor()
    await expect.poll(() => overflow(page)).toBe(0)
  })

  it('signs out, having said nothing in the console and sent the value nowhere', async () => {
    await press('Account of Ada Lovelace')
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Email').waitFor()
    expect(complaints).toEqual([])
    expect(await api.placesOf(VALUE)).toEqual([])
    // The sealed value did pass through the recorder.
    expect(api.isInTraffic('STRIPE_KEY')).toBe(true)
    await app.expectNoCanary(VALUE)
  })
})
