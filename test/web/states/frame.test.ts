import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { openWorld, type World } from '../world.ts'
import { fill } from './filled.ts'
import { dialog, fail, hold, holdStart, press, row, type State, text, walk } from './walk.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await fill(world)
}, 120_000)
afterAll(() => world?.close())

const LIST = '/w/acme/automations'
const SETTINGS = '/w/acme/settings'

const alert = (page: Page) => page.getByRole('alert').first().waitFor()
const members = (page: Page) => page.getByRole('cell', { name: /Grace/ }).first().waitFor()

const automations: State[] = [
  [
    'automations: rows, one paused, one with a draft',
    'member',
    LIST,
    (it) => row(it, 'Paused one').waitFor(),
  ],
  ['automations: menu of a row', 'admin', LIST, (it) => openMenu(it, 'Charge')],
  ['automations: menu of a draft', 'member', LIST, (it) => openMenu(it, 'Half done')],
  ['automations: rename', 'member', LIST, (it) => choose(it, 'Rename')],
  ['automations: delete', 'member', LIST, (it) => choose(it, 'Delete')],
  ['automations: a search finds nothing', 'member', `${LIST}?search=nothing`, text('No name contains')],
  ['automations: loading', 'member', LIST, loading],
  ['automations: not loaded', 'member', LIST, (it) => fail(it, 'Automations').then(() => alert(it))],
  ['a message of what was done', 'member', LIST, message],
]

const frame: State[] = [
  ['the menu of the workspaces', 'admin', LIST, (it) => openFrameMenu(it, 'Workspace Acme: switch')],
  ['the menu of the account', 'member', LIST, (it) => openFrameMenu(it, 'Account of Grace Hopper')],
  ['the navigation', 'admin', LIST, openNavigation],
  ['the palette', 'admin', LIST, openPalette],
  ['the palette, with results', 'admin', LIST, findSecret],
  ['the palette, with nothing found', 'member', LIST, findNothing],
  ['the shortcuts', 'member', LIST, openShortcuts],
  [
    'an address of no page',
    'admin',
    '/w/acme/nothing',
    (it) => it.getByRole('heading', { level: 1 }).waitFor(),
  ],
  ['a page whose code is not loaded', 'admin', LIST, openOffline],
  ['the workspace is loading', 'member', LIST, loadWorkspace],
  ['a workspace of others', 'member', '/w/others/runs', text('There is no such workspace')],
  [
    'a new workspace',
    'admin',
    '/new-workspace',
    (it) => it.getByLabel('Name', { exact: true }).fill('Zürich'),
  ],
]

const settings: State[] = [
  ['members, as an admin', 'admin', `${SETTINGS}/members`, members],
  ['members, as a member', 'member', `${SETTINGS}/members`, members],
  ['members: remove', 'admin', `${SETTINGS}/members`, removeMember],
  ['API tokens: new', 'admin', `${SETTINGS}/tokens`, newToken],
  ['keys', 'admin', `${SETTINGS}/keys`, text(/fingerprint/i)],
  ['audit log', 'admin', `${SETTINGS}/audit`, (it) => row(it, 'STRIPE_KEY').first().waitFor()],
  ['audit log: loading', 'admin', `${SETTINGS}/audit`, (it) => hold(it, 'AuditLog')],
  ['audit log: a filter finds nothing', 'admin', `${SETTINGS}/audit?actor=nobody`, text('Nothing on record')],
  ['a page for admins, as a member', 'member', `${SETTINGS}/audit`, text(/admin/i)],
  [
    'the workspace',
    'admin',
    `${SETTINGS}/workspace`,
    (it) => it.getByLabel('Name of the workspace').waitFor(),
  ],
  ['security', 'member', '/security', (it) => it.getByRole('region').first().waitFor()],
]

describe('the automations', () => walk(() => world, automations))
describe('the frame', () => walk(() => world, frame))
describe('the settings', () => walk(() => world, settings))

async function openMenu(page: Page, name: string): Promise<void> {
  await press(page, `More for ${name}`)
  await page.getByRole('menuitem').first().waitFor()
}

async function choose(page: Page, item: string): Promise<void> {
  await openMenu(page, 'Charge')
  await page.getByRole('menuitem', { name: item }).click()
  await dialog(page).waitFor()
}

async function loading(page: Page): Promise<void> {
  await hold(page, 'Automations')
  await page.getByRole('group', { name: 'Loading' }).waitFor()
}

async function message(page: Page): Promise<void> {
  await openMenu(page, 'Charge')
  await page.getByRole('menuitem', { name: /Pause|Resume/ }).click()
  await page
    .getByRole('status')
    .filter({ hasText: /is paused|is started again/ })
    .waitFor()
}

async function openNavigation(page: Page): Promise<void> {
  await row(page, 'Charge').waitFor()
  const burger = page.getByRole('button', { name: 'Menu', exact: true })
  if (await burger.isVisible()) await burger.click()
  await page
    .getByRole('link', { name: 'Audit log' })
    .or(page.getByRole('link', { name: 'Members' }))
    .first()
    .waitFor()
}

async function openOffline(page: Page): Promise<void> {
  await openNavigation(page)
  // The window may have the page's code in its cache, from a state before.
  await page.route('**/*.js', (route) => route.abort('internetdisconnected'))
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'Audit log' }).click()
  await text('This page is not loaded yet')(page)
}

async function loadWorkspace(page: Page): Promise<void> {
  await holdStart(page, 'Workspace')
  await page.getByRole('group', { name: 'Loading' }).waitFor()
}

async function openFrameMenu(page: Page, name: string): Promise<void> {
  await openNavigation(page)
  await press(page, name)
  await page.getByRole('menuitem').first().waitFor()
}

async function openPalette(page: Page): Promise<void> {
  await row(page, 'Charge').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('option').first().waitFor()
}

async function findSecret(page: Page): Promise<void> {
  await openPalette(page)
  await page.getByRole('combobox', { name: /Search pages/ }).fill('stripe')
  await page.getByRole('option', { name: /STRIPE_KEY/ }).waitFor()
}

async function findNothing(page: Page): Promise<void> {
  await openPalette(page)
  await page.getByRole('combobox', { name: /Search pages/ }).fill('no such thing')
  await text('Nothing has')(page)
}

async function openShortcuts(page: Page): Promise<void> {
  await row(page, 'Charge').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
}

async function removeMember(page: Page): Promise<void> {
  await press(page, 'Remove Grace Hopper')
  await dialog(page).waitFor()
}

async function newToken(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /New|Create/ })
    .first()
    .click()
  await dialog(page).waitFor()
}
