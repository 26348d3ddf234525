import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation, addSecrets, saveAsAnother, shoot } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

const uses = (key: string) => ({
  key,
  type: 'custom-http',
  fields: { url: `${echo.url}/{{ secrets.USED_KEY }}` },
})

let world: World
let echo: EchoServer
let id: string
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  await addSecrets(world, { USED_KEY: 'dialogs-canary-1', OTHER_KEY: 'dialogs-canary-2' })
  id = await addAutomation(world, 'Three steps', [uses('first'), uses('second'), uses('third')])
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

const screens = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
] as const

const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const it = document.activeElement
    return it.getAttribute('aria-label') ?? (it === document.body ? 'BODY' : it.textContent.trim())
  })()`)

/** Checks the open dialog, closes it by keyboard, and checks where the focus is then. */
async function inspect(page: Page, name: string, origin: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const inside = () => page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
  await expect.poll(inside, { message: `${name} has the focus` }).toBe(true)
  const width = page.viewportSize()?.width
  expect(await accessibilityProblems(page), name).toEqual([])
  expect(await overflow(page), name).toBe(0)
  await shoot(page, `${width}-${name}`)
  await page.emulateMedia({ colorScheme: width === 360 ? 'dark' : 'light' })
  await page.keyboard.press('Escape')
  if (name === 'curl-review') {
    // The command that was read would be lost, so that the dialog asks.
    const question = page.getByRole('dialog', { name: 'Close without saving?' })
    await question.waitFor()
    expect(await accessibilityProblems(page), 'the question').toEqual([])
    await question.getByRole('button', { name: 'Discard' }).click()
  }
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => focused(page), { message: `${name} gives the focus back` }).toMatch(origin)
}

describe.each(screens)('at $width pixels, $colorScheme', ({ colorScheme, ...screen }) => {
  let session: BrowserContext
  beforeAll(async () => {
    session = (await world.open('admin', '/favicon.svg', screen)).context()
  })
  afterAll(() => session?.close())
  const open = async (path: string): Promise<Page> => {
    const page = await session.newPage()
    page.setDefaultTimeout(20_000)
    await page.emulateMedia({ colorScheme })
    await page.goto(path)
    return page
  }
  const press = async (page: Page, name: string) => {
    await page.getByRole('button', { name, exact: true }).focus()
    await page.keyboard.press('Enter')
  }

  it('the dialogs of the editor are accessible, close with Escape, and return the focus', async () => {
    const page = await open(`/w/acme/automations/${id}`)
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
    if (screen.width === 360) {
      const all = await page.getByRole('button', { name: /Show all steps/ }).getAttribute('aria-label')
      await press(page, all ?? '')
      await inspect(page, 'steps', /Show all steps/)
      await press(page, all ?? '')
      await press(page, 'Add step')
      await page.getByRole('searchbox', { name: 'Search step types' }).waitFor()
      await page.getByRole('dialog', { name: 'Steps' }).waitFor({ state: 'detached' })
      await inspect(page, 'picker-from-steps', /Show all steps/)
    } else {
      await press(page, 'Add step')
      await inspect(page, 'picker', 'Add step')
      await page.locator('[data-step=first]').click()
    }
    await press(page, 'Run')
    await inspect(page, 'run', 'Run')
    await page.getByLabel('Name of the automation').fill('Mine')
    await press(page, 'Run')
    await page.getByText('Your changes are saved first.').waitFor()
    await inspect(page, 'run-unsaved', 'Run')
    if (screen.width === 1280) {
      await page.getByRole('link', { name: 'Runs' }).focus()
      await page.keyboard.press('Enter')
      await inspect(page, 'leave', 'Runs')
    }
    await saveAsAnother(world, id, { name: `Theirs at ${screen.width}` })
    await page.getByLabel('Name of the automation').focus()
    await page.keyboard.press('Control+s')
    await inspect(page, 'conflict', 'Name of the automation')
    await saveAsAnother(world, id, { name: 'Three steps' })
    await page.close()
  })

  it('the test of a step and its result are accessible', async () => {
    const page = await open(`/w/acme/automations/${id}`)
    if (screen.width === 360) {
      await page.getByRole('button', { name: /Show all steps/ }).click()
    }
    await page.locator('[data-step=first]').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press(page, 'Test step')
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => focused(page)).toBe('Test')
    await page.keyboard.press('Enter')
    await page.getByText('Succeeded').waitFor({ timeout: 30_000 })
    expect(await focused(page)).toBe('Test again')
    await inspect(page, 'test', 'Test step')
    await page.close()
  })

  it('the explorer and the command line of a request are accessible', async () => {
    const request = { key: 'ask', type: 'custom-http', fields: { url: 'https://before.test' } }
    const other = await addAutomation(world, `Request ${screen.width}`, [request])
    const page = await open(`/w/acme/automations/${other}`)
    await press(page, 'Paste cURL')
    await inspect(page, 'curl', 'Paste cURL')
    await press(page, 'Paste cURL')
    await page
      .getByLabel('Command')
      .fill("curl https://a.test -H 'Authorization: Bearer ghp_dialogCanary0123'")
    await press(page, 'Read')
    await page.getByText('A GET request to a.test').waitFor()
    await inspect(page, 'curl-review', 'Paste cURL')
    if (screen.width === 360) {
      await page.getByRole('textbox', { name: 'URL' }).click()
      await page
        .getByRole('button', { name: /Insert a variable/ })
        .first()
        .click()
      await inspect(page, 'explorer', 'Insert a variable into URL')
    }
    await page.close()
  })

  it('the dialogs of the settings are accessible, close with Escape, and return the focus', async () => {
    const page = await open('/w/acme/settings/secrets')
    await press(page, 'Delete USED_KEY')
    await page.getByText('these 3 steps will fail').waitFor()
    await inspect(page, 'delete-secret', 'Delete USED_KEY')
    await press(page, 'Add secret')
    await inspect(page, 'add-secret', 'Add secret')
    await page.goto('/w/acme/settings/members')
    await press(page, 'Invite')
    await inspect(page, 'invite', 'Invite')
    await press(page, 'Invite')
    await page.getByLabel('Email').fill(`lin-${screen.width}@example.com`)
    await page.keyboard.press('Enter')
    await page.getByLabel('Link', { exact: true }).waitFor()
    await inspect(page, 'invited', 'Invite')
    await press(page, 'Remove Grace Hopper')
    await inspect(page, 'remove', 'Remove Grace Hopper')
    await page.goto('/w/acme/settings/tokens')
    await press(page, 'New token')
    await inspect(page, 'new-token', 'New token')
    await press(page, 'New token')
    await page.keyboard.type(`Token ${screen.width}`)
    await page.keyboard.press('Enter')
    await page.getByLabel('Token', { exact: true }).waitFor()
    await inspect(page, 'token', 'New token')
    await page.goto('/w/acme/automations')
    await press(page, 'More for Three steps')
    await page.getByRole('menuitem', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
    await inspect(page, 'delete-automation', 'More for Three steps')
    await page.close()
  })
})

describe('after a deletion by keyboard', () => {
  const confirm = async (page: Page, button: string) => {
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  it('of an automation, a token, an invitation or a member, the focus is on its neighbour', async () => {
    for (const name of ['Alpha', 'Beta']) await addAutomation(world, name, [uses('only')])
    const page = await world.open('admin', '/w/acme/automations')
    await page.getByRole('button', { name: 'More for Beta' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await confirm(page, 'Delete')
    await page.getByRole('link', { name: 'Beta', exact: true }).waitFor({ state: 'detached' })
    expect(await focused(page)).toMatch(/^More for /)

    const make = 'mutation($input: ApiTokenInput!) { createApiToken(input: $input) { __typename } }'
    for (const name of ['one', 'two']) {
      await graphql(page, make, { input: { workspace: 'acme', name, role: 'MEMBER' } })
    }
    await page.goto('/w/acme/settings/tokens')
    await page.getByRole('button', { name: 'Revoke one' }).click()
    await confirm(page, 'Revoke')
    await page.getByRole('button', { name: 'Revoke one' }).waitFor({ state: 'detached' })
    expect(await focused(page)).toMatch(/^Revoke /)

    await page.goto('/w/acme/settings/members')
    for (let left = await revokes(page).count(); left > 0; left--) {
      await revokes(page).first().focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => revokes(page).count()).toBe(left - 1)
      expect(await focused(page)).toMatch(left > 1 ? /^Revoke the invitation of / : 'Members')
    }
    await page.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    await confirm(page, 'Remove')
    await page.getByRole('button', { name: 'Remove Grace Hopper' }).waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Remove Ada Lovelace')
    await world.leave(page)
  })
})

const revokes = (page: Page) => page.getByRole('button', { name: /^Revoke the invitation of / })

describe('the address of a secret', () => {
  it('searches for the secret', async () => {
    const page = await world.open('admin', '/w/acme/settings/secrets#USED_KEY')
    const search = page.getByRole('searchbox', { name: 'Search secrets by name' })
    await search.waitFor()
    await expect.poll(() => search.inputValue()).toBe('USED_KEY')
    await page.getByRole('button', { name: 'Delete USED_KEY' }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Delete OTHER_KEY' }).count()).toBe(0)
    await search.fill('')
    await page.getByRole('button', { name: 'Delete OTHER_KEY' }).waitFor()
    await world.leave(page)
  })
})
