import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addSecrets, expectAccessible, textbox } from './editor-support.ts'
import { memoryHolds, watchForLeaks } from './leak-watch.ts'
import { discardTyped, rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const path = '/w/acme/settings/secrets'

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { APPLE: 'an-apple-value-1', PEAR: 'a-pear-value-22' })
  page = await world.open('admin', '/w/acme/automations')
  // Going back stays in the app.
  await page.getByRole('link', { name: 'Secrets' }).click()
  await rowOf(page, 'PEAR').waitFor()
}, 120_000)
afterAll(() => world?.close())

const question = () => page.getByRole('dialog', { name: 'Close without saving?' })
const stay = () => question().getByRole('button', { name: 'Stay' }).click()
async function openSecret(name: string) {
  await page.getByRole('button', { name: `${name}: replace its value` }).click()
  const dialog = page.getByRole('dialog', { name })
  await dialog.getByLabel('New value').waitFor()
  return dialog
}
async function openAdd(name: string, value: string) {
  await page.getByRole('button', { name: 'Add secret' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Value', { exact: true }).fill(value)
  return dialog
}
const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

async function policyOf(name: string): Promise<unknown> {
  const query = '($name: String!) { secretPolicy(workspace: "acme", name: $name) { hosts } }'
  const data = await graphql(world.callers.admin, `query${query}`, { name })
  return (data as { secretPolicy: unknown }).secretPolicy
}

describe('one button saves', () => {
  it('a new value and other hosts together', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openSecret('APPLE')
    await dialog.getByLabel('New value').fill('typed-canary-1')
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
    await dialog.getByLabel('Allowed hosts').fill('api.apple.test')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('The value of APPLE was replaced, and where it may go was saved.')
    expect(await policyOf('APPLE')).toEqual({ hosts: ['api.apple.test'] })
    expect(watch.timesSent('UpdateSecret')).toBe(1)
    expect(watch.timesSent('typed-canary-1')).toBe(0)
    expect(await watch.placesOf('typed-canary-1')).toEqual([])
    await expect.poll(() => memoryHolds(page, 'typed-canary-1'), { timeout: 60_000 }).toBe(false)
  }, 120_000)

  it('nothing when nothing was changed, and says so', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openSecret('APPLE')
    await page.keyboard.press('Enter')
    await dialog.getByText('Nothing is changed yet.').waitFor()
    expect(watch.timesSent('mutation')).toBe(0)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })
})

describe('a dialog with something typed', () => {
  beforeEach(async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('asks on Esc, stays by default, and keeps everything', async () => {
    const dialog = await openAdd('plum', 'typed-canary-2')
    await page.keyboard.press('Escape')
    await question().waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await question().waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await question().waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Stay')
    await page.keyboard.press('Enter')
    await question().waitFor({ state: 'detached' })
    await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('typed-canary-2')
  })

  it('asks on a click beside it, and on a narrow screen', async () => {
    await page.mouse.click(20, 780)
    await stay()
    await page.setViewportSize({ width: 360, height: 740 })
    await page.keyboard.press('Escape')
    await question().waitFor()
    await expectAccessible(page)
    await stay()
    await expect.poll(() => page.getByLabel('Value', { exact: true }).inputValue()).toBe('typed-canary-2')
  })

  it('asks before the page goes back, and leaves when told to', async () => {
    await page.goBack()
    await stay()
    await expect.poll(() => page.getByLabel('Value', { exact: true }).inputValue()).toBe('typed-canary-2')
    await discardTyped(page)
    expect(new URL(page.url()).pathname).toBe(path)
  })

  it('closes at once by Cancel, and by Esc when nothing was typed', async () => {
    const dialog = await openAdd('plum', 'typed-canary-2')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Add secret' }).first().click()
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => question().count()).toBe(0)
  })
})

describe('a value that cannot be saved', () => {
  it('stays in its field, and is saved by the next attempt', async () => {
    const watch = watchForLeaks(page)
    const dialog = await openSecret('PEAR')
    await dialog.getByLabel('New value').fill('typed-canary-3')
    await page.context().setOffline(true)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Lockstep could not be reached').waitFor()
    await page.context().setOffline(false)
    expect(await watch.placesOf('typed-canary-3')).toEqual(['fields'])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('The value of PEAR was replaced.')
    expect(await watch.placesOf('typed-canary-3')).toEqual([])
  })

  it('comes along when it is to replace the value of an existing secret', async () => {
    await openAdd('apple', 'typed-canary-4')
    await page.getByRole('button', { name: 'Replace its value instead' }).click()
    const dialog = page.getByRole('dialog', { name: 'APPLE' })
    await dialog.getByLabel('New value').waitFor()
    await expect.poll(() => dialog.getByLabel('New value').inputValue()).toBe('typed-canary-4')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await said('The value of APPLE was replaced.')
    await rowOf(page, 'APPLE').getByText('api.apple.test').waitFor()
    await world.app.expectNoCanary('typed-canary-4')
  })
})

describe('in the editor', () => {
  it('a taken name offers to replace the value with what was typed, or to use the secret', async () => {
    await page.getByRole('link', { name: 'Automations' }).click()
    await page.getByRole('link', { name: 'New automation' }).first().click()
    await page.getByLabel('Name of the automation').fill('Unsaved')
    await page.getByRole('button', { name: 'Add step' }).click()
    await page.getByRole('button', { name: /Custom HTTP/ }).click()
    // The address is what a person writes first.
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('URL')
    await openAdd('apple', 'typed-canary-5')
    await page.getByRole('button', { name: 'use it as it is' }).waitFor()
    await page.getByRole('button', { name: 'Replace its value instead' }).click()
    const dialog = page.getByRole('dialog', { name: 'APPLE' })
    await dialog.getByLabel('New value').waitFor()
    await expect.poll(() => dialog.getByLabel('New value').inputValue()).toBe('typed-canary-5')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => textbox(page, 'URL').textContent()).toBe('APPLE')
  })

  it('the question of the page lies above an open dialog', async () => {
    await page.getByRole('button', { name: 'Paste cURL' }).click()
    await page.getByRole('dialog', { name: 'Paste cURL' }).waitFor()
    await page.goBack()
    const leave = page.getByRole('dialog', { name: 'Leave without saving?' })
    await leave.getByRole('button', { name: 'Stay' }).click()
    await leave.waitFor({ state: 'hidden' })
    await expect.poll(() => textbox(page, 'URL').textContent()).toBe('APPLE')
  })
})
