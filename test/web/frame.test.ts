import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { openWorld, untilHeadingHasFocus, type World } from './world.ts'

const small = { width: 360, height: 740 }

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const focused = (page: Page) =>
  page.evaluate(
    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id + document.activeElement.textContent",
  )
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

it('a change of page moves the focus to its heading, and puts it into the title', async () => {
  const page = await world.open('admin', '/w/acme/automations')
  await untilHeadingHasFocus(page, 'Automations')
  await page.getByRole('link', { name: 'Secrets' }).focus()
  await page.keyboard.press('Enter')
  await untilHeadingHasFocus(page, 'Secrets')
  await expect.poll(() => page.title()).toBe('Secrets · Acme · Lockstep')
  await expect
    .poll(() => page.getByRole('link', { name: 'Secrets' }).getAttribute('aria-current'))
    .toBe('page')
  await world.leave(page)
})

it('the first link of the page skips the navigation', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  await untilHeadingHasFocus(page, 'Secrets')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  expect(await page.evaluate("document.querySelector('a, button').textContent")).toBe('Skip to the content')
  await skip.focus()
  await expect.poll(async () => (await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0)
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  await world.leave(page)
})

it('switches workspaces by keyboard', async () => {
  const page = await world.open('admin', '/favicon.svg')
  const input = { id: 'beta', name: 'Beta' }
  const create = 'mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }'
  await graphql(page, create, { input })
  await page.goto('/w/acme/settings/secrets')
  await untilHeadingHasFocus(page, 'Secrets')
  await page.getByRole('button', { name: 'Workspace Acme: switch' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: 'Acme', checked: true }).waitFor()
  // A menu that opens gives the focus to its first item.
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Acme')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Workspace Beta: switch' }).waitFor()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/w/beta/automations')
  await world.leave(page)
})

it('keeps the colour scheme that was chosen in the account menu', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  expect(await scheme()).toBe('light')
  await untilHeadingHasFocus(page, 'Secrets')
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: 'As the system', checked: true }).waitFor()
  await page.getByRole('menuitemradio', { name: 'Dark' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(scheme).toBe('dark')
  await page.reload()
  await heading(page, 'Secrets').waitFor()
  expect(await scheme()).toBe('dark')
  expect(await accessibilityProblems(page)).toEqual([])
  await world.leave(page)
})

it('on a small screen, the navigation is hidden until it is opened', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets', small)
  await untilHeadingHasFocus(page, 'Secrets')
  await expect.poll(() => page.getByRole('link', { name: 'Members' }).count()).toBe(0)
  const menu = page.getByRole('button', { name: 'Menu', exact: true })
  await menu.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => focused(page)).toBe('Close the menu')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => focused(page)).toBe('Menu')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Members' }).click()
  await heading(page, 'Members').waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Members' }).count()).toBe(0)
  await world.leave(page)
})

it.each([
  ['an address of no page', '/w/acme/nonsense', 'There is nothing here'],
  ['a workspace of others', '/w/elsewhere/settings/secrets', 'There is no such workspace'],
  ['an address outside of workspaces', '/nonsense', 'There is nothing here'],
])('explains the situation at %s, and offers a way on', async (_what, path, text) => {
  const page = await world.open('member', path, small)
  await heading(page, text).waitFor()
  expect(await page.title()).toContain(text)
  await expect.poll(() => page.getByRole('main').count()).toBe(1)
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await page.getByRole('main').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor()
  await world.leave(page)
})
