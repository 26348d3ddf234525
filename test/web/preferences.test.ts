import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { overflow } from './accessible.ts'
import { addAutomation, addSecrets, shoot } from './editor-support.ts'
import { rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const SECRETS = '/w/acme/settings/secrets'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { STRIPE_KEY: 'preferences-canary-1' })
  await addAutomation(world, 'Charge', [{ key: 'say', type: 'set-values', fields: { values: {} } }])
}, 120_000)
afterAll(() => world?.close())

const schemeOf = (page: Page) => page.evaluate('getComputedStyle(document.documentElement).colorScheme')

it('a chosen theme counts for native fields and own colours too, whatever the system has', async () => {
  const page = await world.open('admin', '/w/acme/settings/audit')
  await page.emulateMedia({ colorScheme: 'light' })
  for (const [theme, scheme] of [
    ['Dark', 'dark'],
    ['Light', 'light'],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'light' : 'dark' })
    await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
    await page.getByRole('menuitemradio', { name: theme }).click()
    await expect.poll(() => schemeOf(page)).toBe(scheme)
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
  }
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
  await page.getByRole('menuitemradio', { name: 'As the system' }).click()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => schemeOf(page)).toBe('dark')
  await page.close()
})

it.each([
  ['light', 'rgb(61, 79, 184)'],
  ['dark', 'rgb(85, 102, 214)'],
] as const)('own colours are there in %s, and plain text is not bold', async (colorScheme, ground) => {
  const page = await world.open('admin', SECRETS)
  await page.emulateMedia({ colorScheme })
  await rowOf(page, 'STRIPE_KEY').waitFor()
  const look = (of: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${of}'))['${property}']`)
  await expect.poll(() => look('.logo rect', 'fill')).toBe(ground)
  expect(await look('body', 'fontWeight')).toBe('400')
  await world.leave(page)
})

it('nothing moves for a person who asked for no movement', async () => {
  const page = await world.open('admin', SECRETS)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // Of every animation that runs in the page, how long it takes.
  await page.evaluate(`
    window.moved = []
    const look = () => {
      moved.push(...document.getAnimations().map((it) => it.effect.getComputedTiming().activeDuration))
      requestAnimationFrame(look)
    }
    look()
  `)
  await page.getByRole('button', { name: 'Add secret' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'More limits' }).click()
  await page.getByRole('dialog').getByLabel('Only in these places').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
  await page.getByRole('menuitem').first().waitFor()
  const moved = await page.evaluate<number[]>('moved')
  expect(moved.filter((it) => it > 1)).toEqual([])
  await page.close()
})

it.each(['light', 'dark'] as const)('a page is printed in black on white, in %s', async (colorScheme) => {
  const page = await world.open('admin', SECRETS)
  await rowOf(page, 'STRIPE_KEY').waitFor()
  await page.emulateMedia({ media: 'print', colorScheme })
  const colors = await page.evaluate<string[]>(
    '[document.body, document.querySelector(".secret-name")].flatMap((it) => [getComputedStyle(it).backgroundColor, getComputedStyle(it).color])',
  )
  expect([colors[0], colors[3]]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
  expect(await rowOf(page, 'STRIPE_KEY').isVisible()).toBe(true)
  for (const left of ['Workspace settings', 'Workspace'])
    expect(await page.getByRole('navigation', { name: left, exact: true }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Add secret' }).count()).toBe(0)
  expect(await page.getByRole('searchbox').count()).toBe(0)
  expect(await overflow(page)).toBe(0)
  await shoot(page, 'printed')
  await page.emulateMedia({ media: null })
  await world.leave(page)
})

it('a time is a time ago and its date everywhere, in an element that says when', async () => {
  const page = await world.open('admin', SECRETS)
  for (const path of [SECRETS, '/w/acme/settings/audit']) {
    await page.goto(path)
    const time = page.getByRole('main').locator('time').first()
    await time.waitFor()
    expect(await time.getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(await time.textContent()).toMatch(/^(?:just now|.+ ago) \w{3} \d+, \d{4}, /)
  }
  await world.leave(page)
})
