import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { addSecrets } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const path = '/w/acme/settings/secrets'
const LONG_NAME = 'A_VERY_LONG_NAME_'.repeat(7)

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const name of ['APPLE', 'BANANA', 'CHERRY', LONG_NAME]) await create(name)
}, 120_000)
afterAll(() => world?.close())

const create = (name: string) => addSecrets(world, { [name]: 'some value' })
const openAdd = async (page: Page, name: string, value: string) => {
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Value', { exact: true }).fill(value)
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  return dialog
}
const isOperation = (name: string) => (request: { postData(): string | null }) =>
  request.postData()?.includes(`"operationName":"${name}"`) ?? false

describe.each([
  [1280, 'light'],
  [360, 'dark'],
] as const)('at %i px, %s', (width, colorScheme) => {
  it('every state is accessible and fits the window', { timeout: 90_000 }, async () => {
    const page = await world.open('admin', '/favicon.svg', { width, height: 740 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const expectGood = async (state: string) => {
      expect([state, await accessibilityProblems(page), await overflow(page)]).toEqual([state, [], 0])
    }
    await page.goto(path)
    await rowOf(page, 'APPLE').waitFor()
    await expectGood('list')
    const dialog = await openAdd(page, 'apple', 'x')
    await dialog.getByText('APPLE exists already.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expectGood('adding what exists')
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
    await dialog.getByLabel('Name', { exact: true }).fill('telegram bot')
    await dialog.getByText('Saved as TELEGRAM_BOT').waitFor()
    await dialog.getByLabel('Value', { exact: true }).fill(`123456789:${'AAcanary12'.repeat(4).slice(0, 35)}`)
    await dialog.getByRole('button', { name: 'Only to api.telegram.org' }).click()
    await dialog.getByRole('button', { name: 'More limits' }).click()
    await dialog.getByLabel('Only to paths that begin with').fill('no-path')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').filter({ hasText: 'is not the beginning of a path' }).waitFor()
    await expectGood('hosts, a suggestion and limits')
    await dialog.getByLabel('Only to paths that begin with').fill('')
    await dialog.getByLabel('Value', { exact: true }).fill('20262026')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('I know that this can be guessed').waitFor()
    await expectGood('a value that can be guessed')
    await dialog.getByLabel('Name', { exact: true }).fill('apple')
    await dialog.getByText('APPLE exists already.').waitFor()
    await dialog.getByRole('button', { name: 'Replace its value instead' }).click()
    await page.getByRole('dialog', { name: 'APPLE' }).getByText('Never used yet').waitFor()
    // What was typed for the new secret came along.
    await expect.poll(() => page.getByLabel('New value').inputValue()).toBe('20262026')
    await expectGood('replacing')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'APPLE' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: `Delete ${LONG_NAME.slice(0, -1)}` }).click()
    await page.getByRole('dialog').getByText('No step uses it.').waitFor()
    await expectGood('deleting')
    await world.leave(page)
  })
})

it('a member sees an accessible list without buttons', async () => {
  const page = await world.open('member', path, { width: 360, height: 740 })
  await page.getByText('ask Ada Lovelace').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await expect.poll(() => page.getByRole('main').getByRole('button').count()).toBe(0)
  await world.leave(page)
})

it('deleting by keyboard moves the focus to the next secret', async () => {
  const page = await world.open('admin', path)
  await page.getByRole('button', { name: 'Delete BANANA' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('No step uses it.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'BANANA was deleted.' }).waitFor()
  expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(
    'CHERRY: replace its value',
  )
  await rowOf(page, 'BANANA').waitFor({ state: 'hidden' })
  await world.leave(page)
})

it('closing a dialog returns the focus to its origin', async () => {
  const page = await world.open('admin', path)
  await page.getByRole('button', { name: 'APPLE: replace its value' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
  await page.keyboard.press('Escape')
  await expect
    .poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')"))
    .toBe('APPLE: replace its value')
  await world.leave(page)
})

it('shows that the browser is offline, and the current list when it is back', async () => {
  const page = await world.open('admin', path)
  await rowOf(page, 'APPLE').waitFor()
  await page.context().setOffline(true)
  await page.getByRole('status').filter({ hasText: 'You are offline.' }).waitFor()
  await rowOf(page, 'APPLE').waitFor()
  await create('ADDED_MEANWHILE')
  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'hidden' })
  await rowOf(page, 'ADDED_MEANWHILE').waitFor()
  await world.leave(page)
})

it('offers to try again when the list cannot be loaded', async () => {
  const page = await world.open('admin', '/favicon.svg')
  await page.route('**/graphql', (route) =>
    isOperation('Secrets')(route.request()) ? route.abort() : route.fallback(),
  )
  await page.goto(path)
  await page.getByRole('alert').filter({ hasText: 'Lockstep could not be reached.' }).waitFor()
  await page.unroute('**/graphql')
  await page.getByRole('button', { name: 'Try again' }).click()
  await rowOf(page, 'APPLE').waitFor()
  await world.leave(page)
})

it('counts two presses of save as one on a slow network, and drops the value when it is saved', async () => {
  const page = await world.open('admin', path)
  const watch = watchForLeaks(page)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/graphql', async (route) => {
    if (isOperation('CreateSecret')(route.request())) await released
    await route.fallback()
  })
  const dialog = await openAdd(page, 'slow', 'slow-canary')
  await dialog.getByText('Saved as SLOW').waitFor()
  const sent = page.waitForRequest(isOperation('CreateSecret'))
  await dialog.getByLabel('Value', { exact: true }).press('Enter')
  await sent
  await dialog.getByLabel('Value', { exact: true }).press('Enter')
  release()
  await page.getByRole('status').filter({ hasText: 'SLOW was added.' }).waitFor()
  expect(await watch.placesOf('slow-canary')).toEqual([])
  expect(watch.timesSent('sealedValue')).toBe(1)
  expect(watch.timesSent('slow-canary')).toBe(0)
  await world.leave(page)
})
