import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { connectBrowser } from '../support/browser.ts'
import { accessibilityProblems, overflow } from './accessible.ts'

let app: TestApp
let browser: Browser
let page: Page
const sent: string[] = []
const refused: string[] = []

beforeAll(async () => {
  const env = { LOCKSTEP_SIGN_UP: 'first', LOCKSTEP_PERSISTED_ONLY: 'on' }
  ;[app, browser] = await Promise.all([startTestApp({ env }), connectBrowser()])
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, baseURL: app.url })
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/graphql') sent.push(request.postData() ?? '')
  })
  page.on('response', async (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
    if (new URL(response.url()).pathname !== '/graphql') return
    const text = await response.text().catch(() => '')
    if (answersIn(text).some((it) => 'errors' in it)) refused.push(text)
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await app?.close()
})

/** What GraphQL answered, whole or as server-sent events. Its data may have something named `errors` as well. */
const answersIn = (text: string) =>
  Array.from(text.matchAll(/^(?:data: ?)?(\{.*\})$/gm), ([, json = '']) => JSON.parse(json) as object)

const expectGood = async (step: string) => {
  expect([step, await accessibilityProblems(page), await overflow(page)]).toEqual([step, [], 0])
}
const tabTo = async (label: string) => {
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab')
    if (
      await page.evaluate(
        `[document.activeElement.labels?.[0]?.textContent, document.activeElement.textContent].includes('${label}')`,
      )
    )
      return
  }
  throw new Error(`Tab does not lead to ${label}.`)
}

describe('the first minute, on a server that takes only the documents of the web app', () => {
  it('makes an account, a workspace and a secret by keyboard alone', { timeout: 120_000 }, async () => {
    await page.goto('/')
    await page.getByRole('heading', { name: 'Welcome to Lockstep' }).waitFor()
    await expectGood('account')
    for (const [label, text] of [
      ['Name', 'Ada Lovelace'],
      ['Email', 'ada@example.com'],
      ['Password', 'correct horse battery'],
    ] as const) {
      await tabTo(label)
      await page.keyboard.type(text)
    }
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: 'Create a workspace' }).waitFor()
    await expectGood('workspace')
    await tabTo('Name')
    await page.keyboard.type('Acme')
    await page.keyboard.press('Enter')

    await page.getByText('No secrets yet').waitFor()
    await expectGood('no secrets')
    await page.getByRole('button', { name: 'Add your first one' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('stripeKey')
    await page.keyboard.press('Tab')
    await page.keyboard.type('sk_live_first')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Choose where it may go.' }).waitFor()
    await expectGood('where it may go')
    // The focus is on the first of the two answers.
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.type('api.stripe.com')
    await expectGood('hosts')
    await tabTo('Save')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'STRIPE_KEY was added.' }).waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Add secret')
  })

  it('shows every page', { timeout: 90_000 }, async () => {
    for (const path of ['automations', 'automations/new', 'runs', 'settings/members', 'settings/tokens']) {
      await page.goto(`/w/acme/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
    }
    expect(refused).toEqual([])
  })

  it('sends only hashes of documents', () => {
    expect(sent.length).toBeGreaterThan(5)
    for (const body of sent) {
      const { query, extensions } = JSON.parse(body)
      expect(query).toBeUndefined()
      expect(extensions.persistedQuery.sha256Hash).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  it('refuses another account without an invitation', async () => {
    await page.context().clearCookies()
    await page.goto('/')
    await page.getByText('Ask an admin of your workspace to invite you.').waitFor()
    await page.goto('/sign-up')
    await page.getByRole('heading', { name: 'Accounts are by invitation' }).waitFor()
    await expectGood('by invitation')
  })
})
