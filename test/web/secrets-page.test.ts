import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { connectBrowser } from '../support/browser.ts'
import { addAutomation, graphql, invite } from './as-viewer.ts'
import { memoryHolds, watchForLeaks } from './leak-watch.ts'
import { discardTyped, names, rowOf } from './secrets-list.ts'

// The value is assembled here, so that no scanner reports it as a leaked key.
const FIRST_VALUE = `sk_live_${'canaryOne1'.repeat(3).slice(0, 24)}`
const SECOND_VALUE = '-----BEGIN KEY-----\ncanary-two\n-----END KEY-----'
const PASSWORD = 'correct horse battery'

let app: TestApp
let browser: Browser
let admin: Page

beforeAll(async () => {
  ;[app, browser] = await Promise.all([
    startTestApp({ env: { LOCKSTEP_SIGN_UP: 'first' } }),
    connectBrowser(),
  ])
  admin = await newPage()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await app?.close()
})

describe('the secrets page', () => {
  it('is reached by signing up and creating a workspace', async () => {
    await admin.goto(app.url)
    await admin.getByRole('heading', { name: 'Welcome to Lockstep' }).waitFor()
    await signUp(admin, { name: 'Ada Lovelace', email: 'ada@example.com' })
    await admin.getByRole('heading', { name: 'Create a workspace' }).waitFor()
    await admin.getByLabel('Name', { exact: true }).fill('Acme & Söhne')
    await expect.poll(() => admin.getByLabel('Address').inputValue()).toBe('acme-sohne')
    await admin.getByRole('button', { name: 'Create workspace' }).click()
    await admin.getByRole('heading', { name: 'Secrets' }).waitFor()
    expect(new URL(admin.url()).pathname).toBe('/w/acme-sohne/settings/secrets')
    expect(await admin.title()).toBe('Secrets · Acme & Söhne · Lockstep')
    await admin.getByText('No secrets yet').waitFor()
  })

  it('adds a secret by keyboard alone, and contains its value nowhere afterwards', async () => {
    const watch = watchForLeaks(admin)
    await admin.getByRole('button', { name: 'Add secret' }).focus()
    await admin.keyboard.press('Enter')
    const dialog = admin.getByRole('dialog', { name: 'Add a secret' })
    await dialog.waitFor()
    await admin.keyboard.type('stripeAPIKey')
    await dialog.getByText('Saved as STRIPE_API_KEY').waitFor()
    await expect.poll(() => dialog.textContent()).toContain('cannot be viewed again, by anyone')
    await admin.keyboard.press('Tab')
    await admin.keyboard.type(FIRST_VALUE)
    expect(await memoryHolds(admin, FIRST_VALUE)).toBe(true)
    await dialog.getByText('This looks like a value of Stripe.').waitFor()
    await admin.keyboard.press('Enter')
    await dialog.getByRole('alert').filter({ hasText: 'Choose where it may go.' }).waitFor()
    expect(watch.timesSent('CreateSecret')).toBe(0)
    for (const key of ['Shift+Tab', 'Shift+Tab', 'Space']) await admin.keyboard.press(key)
    expect(await focused(admin)).toBe('Only to api.stripe.com')
    await expect.poll(() => dialog.getByLabel('Allowed hosts').inputValue()).toBe('api.stripe.com')
    for (const key of ['Tab', 'Tab', 'Enter']) await admin.keyboard.press(key)
    await said(admin, 'STRIPE_API_KEY was added.')

    const row = rowOf(admin, 'STRIPE_API_KEY')
    await expect.poll(() => row.textContent()).toMatch(/just now/)
    await expect.poll(() => row.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(await focused(admin)).toContain('Add secret')
    expect(watch.timesSent(FIRST_VALUE)).toBe(0)
    expect(watch.timesSent('sealedValue')).toBe(1)
    expect(await watch.placesOf(FIRST_VALUE)).toEqual([])
    await expect.poll(() => memoryHolds(admin, FIRST_VALUE), { timeout: 60_000 }).toBe(false)
  }, 120_000)

  it('hides the value while it is typed, and shows it on request', async () => {
    const dialog = await openAdd(admin)
    const value = dialog.getByLabel('Value', { exact: true })
    await value.fill('something')
    const hiding = () =>
      admin.evaluate(`getComputedStyle(document.querySelector('[role=dialog] textarea')).webkitTextSecurity`)
    expect(await hiding()).toBe('disc')
    await dialog.getByRole('button', { name: 'Show the value' }).click()
    expect(await hiding()).toBe('none')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  it('replaces the value of a secret with one of several lines', async () => {
    const watch = watchForLeaks(admin)
    await rowOf(admin, 'STRIPE_API_KEY').getByRole('button', { name: 'replace its value' }).click()
    const dialog = admin.getByRole('dialog', { name: 'STRIPE_API_KEY' })
    await dialog.getByLabel('New value').fill(SECOND_VALUE)
    await dialog.getByText('3 lines.').waitFor()
    await expect.poll(() => dialog.textContent()).toContain('cannot be viewed again, by anyone')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said(admin, 'The value of STRIPE_API_KEY was replaced.')
    expect(watch.timesSent(SECOND_VALUE)).toBe(0)
    expect(watch.timesSent('sealedValue')).toBe(1)
    expect(await watch.placesOf(SECOND_VALUE)).toEqual([])
  })

  it('narrows a policy at once, and asks for the value to widen it', async () => {
    const open = async () => {
      await rowOf(admin, 'STRIPE_API_KEY').getByRole('button', { name: 'replace its value' }).click()
      return admin.getByRole('dialog').getByLabel('Allowed hosts')
    }
    const watch = watchForLeaks(admin)
    const value = `${FIRST_VALUE}again`
    await (await open()).fill('https://api.stripe.com/v1')
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('“https://api.stripe.com/v1” is not a host.').waitFor()
    await admin.getByLabel('Allowed hosts').fill('api.stripe.com\n*.stripe.com')
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('enter the value again').waitFor()
    await admin.getByLabel('Value, again or a new one').fill(value)
    await admin.getByRole('button', { name: 'Save' }).click()
    await said(admin, 'The value of STRIPE_API_KEY was replaced, and where it may go was saved.')
    expect(watch.timesSent(value)).toBe(0)
    expect(watch.timesSent('sealedValue')).toBe(1)
    expect(await watch.placesOf(value)).toEqual([])
    const hosts = await open()
    await expect.poll(() => hosts.inputValue()).toBe('api.stripe.com\n*.stripe.com')
    await admin.getByLabel('Allowed hosts').fill('files.stripe.com')
    await admin.getByRole('button', { name: 'Save' }).click()
    await rowOf(admin, 'STRIPE_API_KEY').getByText('files.stripe.com').waitFor()
    expect(watch.timesSent('sealedValue')).toBe(1)
  })

  it('shows that a name is taken, and changes nothing', async () => {
    const watch = watchForLeaks(admin)
    const dialog = await openAdd(admin)
    await dialog.getByLabel('Name', { exact: true }).fill('stripe api-key')
    await dialog.getByText('STRIPE_API_KEY exists already.').waitFor()
    await dialog.getByLabel('Value', { exact: true }).fill('another value')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Choose another name').waitFor()
    expect(watch.timesSent('another value')).toBe(0)
    await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('another value')
    await discardTyped(admin)
    expect(await names(admin)).toEqual(['STRIPE_API_KEY'])
  })

  it("shows the API's refusal without the value when another person was faster", async () => {
    const watch = watchForLeaks(admin)
    const dialog = await openAdd(admin)
    const found = admin.waitForResponse((it) => it.request().postData()?.includes('"name":"GITHUB"') ?? false)
    await dialog.getByLabel('Name', { exact: true }).fill('Github')
    await found
    await graphql(admin, 'mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }', {
      input: { workspace: 'acme-sohne', name: 'github', value: 'set by another admin' },
    })
    await dialog.getByLabel('Value', { exact: true }).fill('too-late-canary')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('A secret named GITHUB exists already').waitFor()
    expect(await focused(admin)).toBe('')
    expect(await watch.placesOf('too-late-canary')).toEqual(['fields'])
    await discardTyped(admin)
    expect(await watch.placesOf('too-late-canary')).toEqual([])
    await admin.reload()
    await rowOf(admin, 'GITHUB').waitFor()
    expect(await names(admin)).toEqual(['GITHUB', 'STRIPE_API_KEY'])
  })

  it.each([
    ['short', 'abc', 'at least 4 characters'],
    ['long', 'x'.repeat(64 * 1024 + 1), 'over 64 KiB'],
    ['empty', '', 'Give the secret a value'],
  ])('refuses a value that is too %s', async (_, value, message) => {
    const watch = watchForLeaks(admin)
    const dialog = await openAdd(admin)
    await dialog.getByLabel('Name', { exact: true }).fill('other')
    await dialog.getByLabel('Value', { exact: true }).fill(value)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').filter({ hasText: message }).waitFor()
    expect(watch.timesSent('CreateSecret')).toBe(0)
    await discardTyped(admin)
    expect(await names(admin)).toEqual(['GITHUB', 'STRIPE_API_KEY'])
  })

  it('shows that the network failed, and drops the value', async () => {
    const watch = watchForLeaks(admin)
    const dialog = await openAdd(admin)
    await dialog.getByLabel('Name', { exact: true }).fill('other')
    await dialog.getByText('Saved as OTHER').waitFor()
    await dialog.getByLabel('Value', { exact: true }).fill('offline-canary')
    await admin.context().setOffline(true)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Lockstep could not be reached').waitFor()
    expect(watch.timesSent('offline-canary')).toBe(0)
    await admin.context().setOffline(false)
    expect(await watch.placesOf('offline-canary')).toEqual(['fields'])
    await discardTyped(admin)
    expect(await watch.placesOf('offline-canary')).toEqual([])
  })

  it('searches by name', async () => {
    const search = admin.getByRole('searchbox')
    await search.fill('api key')
    await rowOf(admin, 'GITHUB').waitFor({ state: 'hidden' })
    expect(await names(admin)).toEqual(['STRIPE_API_KEY'])
    await search.fill('nothing like it')
    await admin.getByText('No name contains “nothing like it”.').waitFor()
    await search.fill('')
    await rowOf(admin, 'GITHUB').waitFor()
  })

  it('deletes a secret that no step uses', async () => {
    await admin.getByRole('button', { name: 'Delete GITHUB' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Delete GITHUB' })
    await dialog.getByText('No step uses it.').waitFor()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await said(admin, 'GITHUB was deleted.')
    await rowOf(admin, 'GITHUB').waitFor({ state: 'hidden' })
    expect(await names(admin)).toEqual(['STRIPE_API_KEY'])
  })

  it('shows a member only names and times, and explains why', async () => {
    const member = await newPage()
    const invitation = new URL(await invite(admin, 'grace@example.com'))
    await member.goto(app.url + invitation.pathname + invitation.hash)
    await signUp(member, { name: 'Grace Hopper', email: 'grace@example.com' })
    await member.getByRole('link', { name: 'Secrets' }).click()
    await rowOf(member, 'STRIPE_API_KEY').waitFor()
    await member.getByText('Only admins add, change and delete them: ask Ada Lovelace.').waitFor()
    await expect.poll(() => member.getByRole('main').getByRole('button').count()).toBe(0)
    await expect.poll(() => rowOf(member, 'STRIPE_API_KEY').locator('time').count()).toBe(1)
    await member.context().close()
  })

  it('asks for the name before it deletes a secret that steps use, and lists the steps', async () => {
    await addAutomation(admin)
    await admin.getByRole('button', { name: 'Delete STRIPE_API_KEY' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Delete STRIPE_API_KEY' })
    await dialog.getByText('this step will fail').waitFor()
    await expect.poll(() => dialog.getByRole('listitem').textContent()).toContain('Charge a customer')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog.getByText('This is not the name of the secret.').waitFor()
    await dialog.getByLabel('Type STRIPE_API_KEY to confirm').fill('STRIPE_API_KEY')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await said(admin, 'STRIPE_API_KEY was deleted.')
    await admin.getByText('No secrets yet').waitFor()
  })

  it('leaves no value in the database, the logs and the answers', async () => {
    await app.expectNoCanary(FIRST_VALUE, SECOND_VALUE)
  })

  it('fits a narrow screen', async () => {
    await admin.setViewportSize({ width: 360, height: 740 })
    await openAdd(admin)
    expect(await admin.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await admin.keyboard.press('Escape')
  })

  it('leads to signing in, and back, when the session has ended', async () => {
    await admin.context().clearCookies()
    await admin.getByRole('button', { name: 'Add secret' }).click()
    await admin.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
    await admin.getByLabel('Email').fill('ada@example.com')
    await admin.getByLabel('Password', { exact: true }).fill('wrong password')
    await admin.getByRole('button', { name: 'Sign in' }).click()
    await admin.getByRole('alert').filter({ hasText: 'Invalid email or password' }).waitFor()
    await admin.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await admin.getByRole('button', { name: 'Sign in' }).click()
    await admin.getByRole('heading', { name: 'Secrets' }).waitFor()
    expect(new URL(admin.url()).pathname).toBe('/w/acme-sohne/settings/secrets')
  })
})

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: app.url })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return page
}

async function signUp(page: Page, { name, email }: { name: string; email: string }): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  const address = page.getByLabel('Email')
  // An invitation has filled it in.
  if (await address.isEditable()) await address.fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
}

async function openAdd(page: Page) {
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.waitFor()
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  return dialog
}

const said = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

const focused = (page: Page) => page.evaluate('document.activeElement.textContent')
