import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible, shoot } from './editor-support.ts'
import { memoryHolds, watchForLeaks } from './leak-watch.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

// The session ends while a dialog with something typed is open.

let world: World
let id: string
beforeAll(async () => {
  world = await openWorld()
  id = await addAutomation(world, 'Told', [
    { key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } },
  ])
}, 120_000)
afterAll(() => world?.close())

const ended = (page: Page) => page.getByRole('dialog', { name: 'Your session has ended' })

async function signInAgain(page: Page, email: string): Promise<void> {
  await ended(page).getByLabel('Email').fill(email)
  await ended(page).getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await ended(page).waitFor({ state: 'detached' })
}

async function fillSecret(page: Page, name: string, value: string) {
  await page.getByRole('button', { name: 'Add secret' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Value', { exact: true }).fill(value)
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  // What seals the value is there already, as for somebody who has typed for a while.
  await page.waitForLoadState('networkidle')
  return dialog
}

async function typeSecret(page: Page, name: string, value: string) {
  const dialog = await fillSecret(page, name, value)
  await page.context().clearCookies()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await ended(page).waitFor()
  return dialog
}

async function typeAlert(page: Page, address: string) {
  await page.getByRole('button', { name: /Show all steps/ }).click()
  await page.getByRole('button', { name: 'Trigger', exact: true }).click()
  await page.getByRole('button', { name: 'Failure alerts…' }).click()
  const url = page.getByRole('textbox', { name: 'POST to' })
  await url.fill(address)
  return url
}

it('an admin signs in above the dialog, and saves the value that they have typed', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  const watch = watchForLeaks(page)
  const dialog = await typeSecret(page, 'kept', 'typed-canary-session-1')
  await expectAccessible(page)
  await shoot(page, 'session-ended')
  expect(await watch.placesOf('typed-canary-session-1')).toEqual(['fields'])
  await signInAgain(page, 'ada@example.com')
  expect(await dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('typed-canary-session-1')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').filter({ hasText: 'KEPT was added.' }).waitFor()
  expect(watch.timesSent('typed-canary-session-1')).toBe(0)
  expect(await watch.placesOf('typed-canary-session-1')).toEqual([])
  await world.app.expectNoCanary('typed-canary-session-1')
  await page.context().close()
}, 120_000)

it('a member signs in by keyboard on a narrow screen, and saves the alert', async () => {
  const page = await world.open('member', `/w/acme/automations/${id}`, { width: 360, height: 740 })
  const url = await typeAlert(page, 'https://chat.example.com/kept')
  await page.context().clearCookies()
  await page.keyboard.press('Enter')
  await ended(page).waitFor()
  await expectAccessible(page)
  // Esc is for the dialog on top alone.
  await page.keyboard.press('Escape')
  await ended(page).waitFor({ state: 'detached' })
  expect(await url.inputValue()).toBe('https://chat.example.com/kept')
  await page.getByRole('dialog', { name: 'Failure alerts' }).getByRole('button', { name: 'Save' }).click()
  await signInAgain(page, 'grace@example.com')
  await page.getByRole('dialog', { name: 'Failure alerts' }).getByRole('button', { name: 'Save' }).click()
  await page.getByText('chat.example.com is told').waitFor()
  await page.context().close()
}, 120_000)

describe('a session that ends while there is no connection', () => {
  const comeBack = async (page: Page) => {
    await page.context().setOffline(true)
    await page.getByText('You are offline.').waitFor()
    await page.context().clearCookies()
    await page.context().setOffline(false)
    await ended(page).waitFor()
  }

  it('loses nothing of a secret that an admin has typed', async () => {
    const page = await world.open('admin', '/w/acme/settings/secrets')
    const dialog = await fillSecret(page, 'offline', 'typed-canary-session-3')
    await comeBack(page)
    await signInAgain(page, 'ada@example.com')
    expect(await dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('typed-canary-session-3')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').filter({ hasText: 'OFFLINE was added.' }).waitFor()
    await page.context().close()
  }, 120_000)

  it('loses nothing of the alert that a member has typed, on a narrow screen', async () => {
    const page = await world.open('member', `/w/acme/automations/${id}`, { width: 360, height: 740 })
    const url = await typeAlert(page, 'https://chat.example.com/offline')
    await comeBack(page)
    // Later is possible as well, and asks again.
    await page.keyboard.press('Escape')
    await ended(page).waitFor({ state: 'detached' })
    expect(await url.inputValue()).toBe('https://chat.example.com/offline')
    await page.keyboard.press('Enter')
    await signInAgain(page, 'grace@example.com')
    expect(await url.inputValue()).toBe('https://chat.example.com/offline')
    await page.context().close()
  }, 120_000)
})

it('somebody else gets nothing of what was loaded and typed before', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  await typeSecret(page, 'lost', 'typed-canary-session-2')
  const stranger = { name: 'Eve', email: 'eve@example.com', password: PASSWORD }
  const made = await world.callers.admin.post('/api/auth/sign-up/email', { data: stranger })
  expect(made.ok()).toBe(true)
  await signInAgain(page, stranger.email)
  await page.getByText('There is no such workspace').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.getByText('KEPT').count()).toBe(0)
  await expect.poll(() => memoryHolds(page, 'typed-canary-session-2'), { timeout: 60_000 }).toBe(false)
  expect(await graphql(page, '{ viewer { name } }', {})).toEqual({ viewer: { name: 'Eve' } })
  await page.context().close()
}, 120_000)
