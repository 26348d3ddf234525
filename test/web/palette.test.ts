import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAutomation, addSecrets, expectAccessible, shoot } from './editor-support.ts'
import { openWorld, untilHeadingHasFocus, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { STRIPE_KEY: 'palette-canary-value-1' })
  await addAutomation(world, 'Charge a customer', [])
}, 120_000)
afterAll(() => world?.close())

describe('the command palette', () => {
  it('opens an automation by keyboard alone, and the focus stays in its field', async () => {
    const page = await world.open('member', '/w/acme/runs')
    await untilHeadingHasFocus(page, 'Runs')
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: /Search pages/ })
    await field.waitFor()
    await page.getByRole('option', { name: 'STRIPE_KEY' }).waitFor()
    await expect.poll(() => page.getByRole('option', { name: 'Audit log' }).count()).toBe(0)
    await expectAccessible(page)
    await shoot(page, 'palette')
    await page.keyboard.type('charge')
    await page.getByRole('option', { name: 'STRIPE_KEY' }).waitFor({ state: 'hidden' })
    const option = page.getByRole('option', { name: 'Charge a customer', selected: true })
    await option.waitFor()
    await expect.poll(() => field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'))
    expect(await page.evaluate('document.activeElement.role')).toBe('combobox')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/automations\/acme\./)
    await world.leave(page)
  })

  it('goes round with the arrow keys, opens by pointer, says when it finds nothing, and closes by Esc', async () => {
    const page = await world.open('admin', '/w/acme/runs', { width: 360, height: 800 })
    await untilHeadingHasFocus(page, 'Runs')
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: 'Automations', exact: true, selected: true }).waitFor()
    // The dialog gives the focus to its field once it is open.
    await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('combobox')
    await page.keyboard.press('ArrowUp')
    await page.getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: 'Automations', exact: true, selected: true }).waitFor()
    await page.keyboard.type('no such thing')
    await page.getByText('Nothing has “no such thing” in its name.').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: /Search pages/ }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: 'Audit log' }).click()
    await page.waitForURL(/\/settings\/audit/)
    await world.leave(page)
  })

  it.each([
    ['admin', 360],
    ['member', 1280],
  ] as const)('is opened by a button too, as %s at %i px', async (person, width) => {
    const page = await world.open(person, '/w/acme/runs', { width, height: 740 })
    if (width === 360) await page.getByRole('button', { name: 'Menu', exact: true }).click()
    await page.getByRole('button', { name: 'Go to…' }).click()
    await page.getByRole('option', { name: 'Secrets', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Secrets' }).waitFor()
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await world.leave(page)
  })

  it('keeps the entry that was chosen when more is found a moment later', async () => {
    const page = await world.open('admin', '/w/acme/settings/members')
    await untilHeadingHasFocus(page, 'Members')
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('"operationName":"Palette')) await released
      await route.fallback()
    })
    await page.keyboard.press('Control+k')
    await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('combobox')
    await page.keyboard.press('ArrowUp')
    const last = page.getByRole('option', { name: 'Keyboard shortcuts', selected: true })
    await last.waitFor()
    release()
    await page.getByRole('option', { name: 'Charge a customer' }).waitFor()
    await expect.poll(() => last.count()).toBe(1)
    await world.leave(page)
  })

  it('is not in the way of somebody who writes: / and ? are letters in a field', async () => {
    const page = await world.open('admin', '/w/acme/automations')
    await untilHeadingHasFocus(page, 'Automations')
    const search = page.getByRole('searchbox', { name: 'Search automations by name' })
    await search.waitFor()
    await page.locator('#content').focus()
    await page.keyboard.press('/')
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search')
    await page.keyboard.type('/?')
    await expect.poll(() => search.inputValue()).toBe('/?')
    await search.fill('')
    await page.locator('#content').focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await expectAccessible(page)
    await world.leave(page)
  })
})

describe('the page of the workspace', () => {
  it('renames it as an admin, everywhere at once', async () => {
    const page = await world.open('admin', '/w/acme/runs')
    await page.getByRole('button', { name: 'Workspace Acme: switch' }).click()
    await page.getByRole('menuitem', { name: 'Rename or leave' }).click()
    await page.getByLabel('Name of the workspace').fill('Acme and more')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('button', { name: 'Workspace Acme and more: switch' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Leave the workspace' }).click()
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'at least one admin' }).waitFor()
    await world.leave(page)
  })

  it('lets a member leave after a question, and shows them nothing of it afterwards', async () => {
    const page = await world.open('member', '/w/acme/settings/workspace')
    await page.getByRole('button', { name: 'Leave the workspace' }).click()
    await expect.poll(() => page.getByLabel('Name of the workspace').count()).toBe(0)
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/w/acme'))
    await page.goto('/w/acme/automations')
    await page.getByRole('heading', { name: 'There is no such workspace' }).waitFor()
    await world.leave(page)
  })
})
