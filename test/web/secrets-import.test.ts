import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addSecrets, expectAccessible, shoot } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { discardTyped, names } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

// The values are assembled here, so that no scanner reports one as a leaked key.
const STRIPE = `sk_live_${'importCanary'.repeat(3).slice(0, 24)}`
const PASSWORD = 'import-canary "two" #3'
const PEM = '-----BEGIN KEY-----\nimport-canary-pem\n-----END KEY-----'
const FILE = `# of an app
APP_ENV=production
PORT=80
export stripeKey=${STRIPE}
MAIL_PASSWORD='${PASSWORD}'
SIGNING_KEY="${PEM.replaceAll('\n', '\\n')}"
API_TOKEN=import-canary-first
api-token=import-canary-second
`

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { MAIL_PASSWORD: 'the value before' })
  const bind = 'mutation($input: SecretPolicyInput!) { setSecretPolicy(input: $input) { __typename } }'
  const input = { workspace: 'acme', name: 'MAIL_PASSWORD', hosts: ['mail.example.com'] }
  await graphql(world.callers.admin, bind, { input })
  page = await world.open('admin', 'about:blank')
}, 120_000)
afterAll(() => world?.close())
beforeEach(async () => {
  await page.goto('/w/acme/settings/secrets')
})

const dialog = (on = page) => on.getByRole('dialog', { name: 'Import a .env file' })
const row = (name: string, on = page) =>
  dialog(on)
    .getByRole('listitem')
    .filter({ has: on.getByRole('checkbox', { name: `Import ${name}`, exact: true }) })
const open = async (on = page) => {
  await on.getByRole('button', { name: 'Import .env' }).click()
  await dialog(on).getByLabel('Lines NAME=VALUE').waitFor()
}
const choose = async (text: string, on = page) => {
  await open(on)
  await dialog(on)
    .locator('input[type=file]')
    .setInputFiles({ name: '.env', mimeType: 'text/plain', buffer: Buffer.from(text) })
  await dialog(on).getByRole('list', { name: 'Secrets of the file' }).waitFor()
}
const policyOf = async (name: string) => {
  const query = 'query($name: String!) { secretPolicy(workspace: "acme", name: $name) { hosts places } }'
  return ((await graphql(world.callers.admin, query, { name })) as { secretPolicy: unknown }).secretPolicy
}
const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

it('shows names, clashes and destinations, and sends nothing before it is saved', async () => {
  const watch = watchForLeaks(page)
  await choose(FILE)
  expect(await row('STRIPE_KEY').textContent()).toMatch(
    /New.*Only to api\.stripe\.com.*stripeKey in the file\./,
  )
  expect(await row('STRIPE_KEY').textContent()).toContain('It looks like a value of Stripe.')
  expect(await row('MAIL_PASSWORD').textContent()).toMatch(/Replaces its value.*As it is now/)
  expect(await row('SIGNING_KEY').textContent()).toContain('3 lines.')
  expect(await row('APP_ENV').textContent()).toContain('It can be guessed.')
  expect(await row('APP_ENV').getByRole('checkbox').isChecked()).toBe(false)
  expect(await row('PORT').getByRole('checkbox').isDisabled()).toBe(true)
  expect(await row('PORT').textContent()).toContain('at least 4 characters')
  // Of the two, the last is chosen.
  await expect.poll(() => row('API_TOKEN').count()).toBe(2)
  expect(await row('API_TOKEN').first().getByRole('checkbox').isChecked()).toBe(false)
  await row('API_TOKEN').first().getByRole('checkbox').check()
  expect(await row('API_TOKEN').first().textContent()).toContain('API_TOKEN is chosen twice. Leave one out.')
  await expectAccessible(page)
  await shoot(page, 'secrets-import')
  await dialog().getByRole('radio', { name: 'Any public host' }).check()
  await dialog().getByRole('button', { name: 'Save 5 secrets' }).click()
  expect(await row('API_TOKEN').first().getByRole('alert').count()).toBe(1)
  for (const value of [STRIPE, PASSWORD, PEM, 'import-canary']) {
    expect(watch.timesSent(value)).toBe(0)
    expect(await watch.placesOf(value)).toEqual([])
  }
  expect(watch.timesSent('sealedValue')).toBe(0)
  await discardTyped(page)
  expect(await names(page)).toEqual(['MAIL_PASSWORD'])
})

it('saves what is chosen, sealed, and keeps the policy of what was there', async () => {
  const watch = watchForLeaks(page)
  await choose(FILE)
  await dialog().getByRole('button', { name: 'Save 4 secrets' }).click()
  await dialog().getByText('Choose where it may go.').waitFor()
  expect(watch.timesSent('sealedValue')).toBe(0)
  await dialog().getByRole('radio', { name: 'Only to these hosts' }).check()
  await dialog().getByLabel('Allowed hosts').fill('api.example.com')
  await row('SIGNING_KEY').getByLabel('Where SIGNING_KEY may go').selectOption('hosts')
  await row('SIGNING_KEY').getByLabel('Hosts for SIGNING_KEY').fill('sign.example.com')
  await dialog().getByRole('button', { name: 'Save 4 secrets' }).click()
  await said('4 secrets were imported.')
  await expect.poll(() => names(page)).toEqual(['API_TOKEN', 'MAIL_PASSWORD', 'SIGNING_KEY', 'STRIPE_KEY'])
  const places: string[] = []
  expect(await policyOf('API_TOKEN')).toEqual({ hosts: ['api.example.com'], places })
  expect(await policyOf('MAIL_PASSWORD')).toEqual({ hosts: ['mail.example.com'], places })
  expect(await policyOf('SIGNING_KEY')).toEqual({ hosts: ['sign.example.com'], places })
  expect(await policyOf('STRIPE_KEY')).toEqual({ hosts: ['api.stripe.com'], places })
  expect(watch.timesSent('sealedValue')).toBe(4)
  for (const value of [STRIPE, PASSWORD, PEM, 'import-canary']) {
    expect(watch.timesSent(value)).toBe(0)
    expect(await watch.placesOf(value)).toEqual([])
  }
  await world.app.expectNoCanary(STRIPE, PASSWORD, PEM)
})

it('is used by keyboard alone, and what is typed is hidden', async () => {
  await page.getByRole('button', { name: 'Import .env' }).focus()
  await page.keyboard.press('Enter')
  await dialog().getByLabel('Lines NAME=VALUE').waitFor()
  await page.keyboard.type('TYPED_BY_HAND=import-typed-4711')
  const hiding = `getComputedStyle(document.querySelector('[role=dialog] textarea')).webkitTextSecurity`
  expect(await page.evaluate(hiding)).toBe('disc')
  await expectAccessible(page)
  for (const key of ['Tab', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
  await row('TYPED_BY_HAND').waitFor()
  await row('TYPED_BY_HAND').getByLabel('Where TYPED_BY_HAND may go').focus()
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  const save = dialog().getByRole('button', { name: 'Save 1 secret' })
  await save.focus()
  await page.keyboard.press('Enter')
  await said('1 secret was imported.')
  expect(await policyOf('TYPED_BY_HAND')).toEqual({ hosts: [], places: [] })
})

it('reads what is pasted and what is dropped', async () => {
  await open()
  await send('paste', 'textarea', 'PASTED=import-pasted-1')
  await row('PASTED').waitFor()
  await discardTyped(page)
  await open()
  await send('drop', '.import-source', 'DROPPED=import-dropped-1')
  await row('DROPPED').waitFor()
  // Beside its place the browser would open the file, with all its values.
  expect(await send('drop', 'body', 'BESIDE=import-beside-1')).toBe(false)
  await discardTyped(page)
})

it('says that there is nothing to import, and keeps what was typed', async () => {
  await open()
  await dialog().getByLabel('Lines NAME=VALUE').fill('just words')
  await dialog().getByRole('button', { name: 'Read' }).click()
  await dialog().getByRole('alert').filter({ hasText: 'no line NAME=VALUE' }).waitFor()
  expect(await dialog().getByLabel('Lines NAME=VALUE').inputValue()).toBe('just words')
  await discardTyped(page)
})

it('one that fails says why and stays, and the rest is done', async () => {
  await choose('FIRST_ONE=import-rest-1\nTAKEN_NAME=import-rest-2\nLAST_ONE=import-rest-3')
  await row('TAKEN_NAME').getByText('New', { exact: true }).waitFor()
  await addSecrets(world, { TAKEN_NAME: 'set by another admin' })
  await dialog().getByRole('radio', { name: 'Any public host' }).check()
  await dialog().getByRole('button', { name: 'Save 3 secrets' }).click()
  await said('2 secrets were imported. One was not')
  await row('TAKEN_NAME').getByRole('alert').filter({ hasText: 'exists already' }).waitFor()
  expect(await dialog().getByRole('listitem').count()).toBe(1)
  // The list behind the dialog has the others.
  await expect.poll(() => page.locator('.secrets code').allTextContents()).toContain('LAST_ONE')
  await row('TAKEN_NAME').getByText('Replaces its value').waitFor()
  await dialog().getByRole('button', { name: 'Save 1 secret' }).click()
  await said('1 secret was imported.')
})

it('a lost connection loses nothing that was read', async () => {
  await choose('OFFLINE_ONE=import-offline-1\nOFFLINE_TWO=import-offline-2')
  await dialog().getByRole('radio', { name: 'Any public host' }).check()
  await page.context().setOffline(true)
  await dialog().getByRole('button', { name: 'Save 2 secrets' }).click()
  await said('No secret was imported. 2 were not')
  await row('OFFLINE_TWO').getByText('Lockstep could not be reached').waitFor()
  await page.context().setOffline(false)
  await dialog().getByRole('button', { name: 'Save 2 secrets' }).click()
  await said('2 secrets were imported.')
})

it('tells how far it is', async () => {
  const told: string[] = []
  await choose(Array.from({ length: 30 }, (_, at) => `BULK_${at}=import-bulk-value-${at}`).join('\n'))
  await dialog().getByRole('radio', { name: 'Any public host' }).check()
  await page.exposeFunction('told', (text: string) => told.push(text))
  await page.evaluate(`new MutationObserver(() => {
    const bar = document.querySelector('[role=progressbar]')
    if (bar) told(document.querySelector('[role=dialog] [role=status]').textContent)
  }).observe(document.body, { childList: true, subtree: true, characterData: true })`)
  await dialog().getByRole('button', { name: 'Save 30 secrets' }).click()
  await said('30 secrets were imported.')
  expect(told).toContain('29 of 30 are done.')
})

it('asks before Esc and a click beside throw away what was read', async () => {
  await choose('SOME_NAME=import-esc-value')
  await page.mouse.click(5, 5)
  await page
    .getByRole('dialog', { name: 'Close without saving?' })
    .getByRole('button', { name: 'Stay' })
    .click()
  await row('SOME_NAME').waitFor()
  await discardTyped(page)
})

it('fits a narrow screen, and is for admins alone', async () => {
  const narrow = await world.open('admin', '/w/acme/settings/secrets', { width: 360, height: 740 })
  await choose(FILE, narrow)
  await row('STRIPE_KEY', narrow).getByLabel('Where STRIPE_KEY may go').selectOption('hosts')
  await expectAccessible(narrow)
  await shoot(narrow, 'secrets-import-narrow')
  await discardTyped(narrow)
  await world.leave(narrow)
  const member = await world.open('member', '/w/acme/settings/secrets')
  await member.getByText('Only admins add, change and delete them').waitFor()
  expect(await member.getByRole('button', { name: 'Import .env' }).count()).toBe(0)
  await world.leave(member)
})

/** Sends an event with a text as the clipboard, or a dragged file, has it. @returns whether the browser would go on with it. */
function send(type: 'paste' | 'drop', selector: string, text: string): Promise<boolean> {
  return page.evaluate(`(() => {
    const data = new DataTransfer()
    const text = ${JSON.stringify(text)}
    if ('${type}' === 'paste') data.setData('text/plain', text)
    else data.items.add(new File([text], '.env'))
    const event = '${type}' === 'paste'
      ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
    const target = document.querySelector('[role=dialog] ${selector}') ?? document.querySelector('${selector}')
    return target.dispatchEvent(event)
  })()`)
}
