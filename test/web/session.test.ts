import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, PASSWORD, untilHeadingHasFocus, type World } from './world.ts'

const small = { width: 360, height: 740 }

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

it('signing in leads to the requested page', async () => {
  const page = await world.open(undefined, '/w/acme/runs?status=FAILED', small)
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
  expect(await page.title()).toBe('Sign in to Lockstep · Lockstep')
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await signIn(page, 'wrong password')
  await page.getByRole('alert').filter({ hasText: 'Invalid email or password' }).waitFor()
  await signIn(page)
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/w/acme/runs')
  expect(new URL(page.url()).search).toBe('?status=FAILED')
  await page.context().close()
})

it('an ended session leads to signing in, and back to the same page', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  await page.getByText('No secrets yet').waitFor()
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'Automations' }).click()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
  await signIn(page)
  await page.getByRole('heading', { name: 'Automations' }).waitFor()
  await page.context().close()
})

it('signs out by keyboard, and shows nothing of the workspace afterwards', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  await untilHeadingHasFocus(page, 'Secrets')
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Light')
  for (const item of ['Dark', 'As the system', 'Security', 'Sign out']) {
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(item)
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
  await expect.poll(() => page.getByText('Acme').count()).toBe(0)
  await page.context().close()
})

it('offers to create an account if sign-up is open', async () => {
  const page = await world.open(undefined, '/sign-in', small)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByRole('heading', { name: 'Create your account' }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await page.context().close()
})

it('shows that the connection failed, and keeps the typed text', async () => {
  const page = await world.open(undefined, '/sign-in')
  await page.getByLabel('Email').waitFor()
  await page.context().setOffline(true)
  await signIn(page)
  await page.getByRole('alert').filter({ hasText: 'Lockstep could not be reached' }).waitFor()
  await expect.poll(() => page.getByLabel('Email').inputValue()).toBe('ada@example.com')
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Automations' }).waitFor()
  await page.context().close()
})
