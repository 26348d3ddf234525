import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { button, choose, enter, hasFocus, openSteps, phoneOf, said, showStep, tabTo } from './by-keyboard.ts'
import { addAutomation, addSecrets, savedAutomation, textbox } from './editor-support.ts'
import { rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

// What other files do by pointer in a wide and light window is done here by keyboard alone, in a narrow and dark one.

const SETTINGS = '/w/acme/settings'
const AUTOMATIONS = '/w/acme/automations'

let world: World
let echo: EchoServer
let id: string
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  await addSecrets(world, { KEY: 'both-ways-canary-1', OTHER: 'both-ways-canary-2' })
  id = await addAutomation(world, 'Orders', [
    request('lookup', '{"text":"order 7"}'),
    request('tell', '{"text":"{{ steps.lookup.output.body.method }}"}'),
    { key: 'ask', type: 'custom-http', fields: { url: `${world.app.url}/api/no-such` } },
  ])
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

function request(key: string, body: string) {
  return { key, type: 'custom-http', fields: { method: 'POST', url: echo.url, bodyKind: 'json', body } }
}

const onPhone = phoneOf(() => world)

it('an admin tests a step with a sample that they edit, and sees the answer that fails another', async () => {
  await onPhone('admin', `${AUTOMATIONS}/${id}`, async (page) => {
    await showStep(page, 'tell')
    await enter(button(page, 'Test step'))
    const dialog = page.getByRole('dialog', { name: /^Test / })
    await dialog.getByText('this is made up').waitFor()
    await tabTo(textbox(page, 'Output of lookup'))
    await page.keyboard.press('Control+a')
    await page.keyboard.type('{"body": {"method": "typed"}}')
    await enter(button(dialog, 'Test'))
    await dialog.getByText('Succeeded').waitFor()
    expect(echo.received.map(({ body }) => body)).toEqual(['{"text":"typed"}'])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await showStep(page, 'ask')
    await enter(button(page, 'Test step'))
    await enter(button(dialog, 'Test'))
    await dialog
      .getByText(/answered 404/)
      .first()
      .waitFor()
    await dialog.getByRole('tree', { name: 'Output of ask' }).getByText('404').first().waitFor()
  })
})

describe('what was typed survives Esc and a click beside the dialog', () => {
  const openAlerts = async (page: Page) => {
    await openSteps(page)
    await enter(button(page, 'Trigger').last())
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await enter(button(page, 'Failure alerts…'))
  }
  const openRename = async (page: Page) => {
    await enter(button(page, 'More for Orders'))
    await choose(page, 'Rename')
  }

  it.each([
    ['of an invitation', 'admin', `${SETTINGS}/members`, 'Email', (it: Page) => enter(button(it, 'Invite'))],
    ['of a token', 'admin', `${SETTINGS}/tokens`, 'Name', (it: Page) => enter(button(it, 'New token'))],
    ['of failure alerts', 'member', undefined, 'POST to', openAlerts],
    ['of a new name', 'member', AUTOMATIONS, 'Name', openRename],
  ] as const)('%s, as %s', async (_what, person, path, label, open) => {
    await onPhone(person, path ?? `${AUTOMATIONS}/${id}`, async (page) => {
      await open(page)
      const field = page.getByRole('dialog').getByRole('textbox', { name: label, exact: true })
      await tabTo(field)
      await page.keyboard.press('Control+a')
      await page.keyboard.type('kept@example.com')
      const question = page.getByRole('dialog', { name: 'Close without saving?' })
      for (const leave of [() => page.keyboard.press('Escape'), () => page.mouse.click(4, 4)]) {
        await leave()
        await enter(button(question, 'Stay'))
        await question.waitFor({ state: 'detached' })
        expect(await field.inputValue()).toBe('kept@example.com')
      }
      await page.keyboard.press('Escape')
      await enter(button(question, 'Discard'))
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })
  })
})

it('a member without a connection opens a page that is not loaded, which comes by itself later', async () => {
  await onPhone('member', AUTOMATIONS, async (page) => {
    await button(page, 'More for Orders').waitFor()
    // The window may have the page's code in its cache.
    await page.route('**/*.js', (route) => route.abort('internetdisconnected'))
    await page.context().setOffline(true)
    await enter(button(page, 'Menu'))
    await enter(page.getByRole('link', { name: 'Members' }))
    await page.getByRole('heading', { name: 'This page is not loaded yet' }).waitFor()
    await page.unroute('**/*.js')
    await page.context().setOffline(false)
    await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
  })
})

it('a member writes an authorization, and puts a variable into the URL', async () => {
  await onPhone('member', `${AUTOMATIONS}/${id}`, async (page) => {
    await showStep(page, 'ask')
    await enter(button(page, 'Authorization'))
    await tabTo(page.getByRole('combobox', { name: 'Secret with the token' }))
    await page.keyboard.type('OTHER')
    await page.getByRole('option', { name: 'OTHER' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await enter(button(page, 'Write into the step'))
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await enter(button(page, 'Insert a variable into URL'))
    await tabTo(page.getByRole('searchbox', { name: 'Search variables' }))
    await page.keyboard.type('secrets.K')
    await button(page, 'secrets.OTHER').waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => textbox(page, 'URL').textContent()).toContain('KEY')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved', { exact: true }).waitFor()
    const fields = (await savedAutomation(page, id)).steps.find(({ key }) => key === 'ask')?.fields
    expect(fields?.['url']).toContain('{{ secrets.KEY }}')
    expect(fields?.['headers']).toEqual([{ name: 'Authorization', value: 'Bearer {{ secrets.OTHER }}' }])
  })
})

describe('the lists', () => {
  it('of secrets is sorted by an admin, who opens a row and comes back to it', async () => {
    await onPhone('admin', `${SETTINGS}/secrets`, async (page) => {
      await tabTo(page.getByLabel('Sort'))
      await page.keyboard.press('ArrowDown')
      await page.waitForURL(/sort=\w/)
      const opener = rowOf(page, 'KEY').getByRole('button', { name: 'replace its value' })
      await enter(opener)
      const dialog = page.getByRole('dialog', { name: 'KEY' })
      await dialog.getByLabel('New value').waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await expect.poll(() => hasFocus(opener)).toBe(true)
    })
  })

  it('of automations is searched by a member, who pauses one and resumes it', async () => {
    await addAutomation(world, 'Nightly', [])
    await onPhone('member', AUTOMATIONS, async (page) => {
      await tabTo(page.getByRole('searchbox'))
      await page.keyboard.type('night')
      await page.waitForURL(/search=night/)
      const row = page.getByRole('listitem').filter({ hasText: 'Nightly' })
      await enter(button(row, 'More for Nightly'))
      await choose(page, 'Pause')
      await row.getByText('Paused').waitFor()
      await enter(button(row, 'More for Nightly'))
      await choose(page, 'Resume')
      await row.getByText('Paused').waitFor({ state: 'detached' })
    })
  })

  it('of events is filtered by an admin, and exported', async () => {
    await onPhone('admin', `${SETTINGS}/audit`, async (page) => {
      await tabTo(page.getByLabel('What', { exact: true }))
      await page.keyboard.press('ArrowDown')
      await page.waitForURL(/action=secret/)
      await tabTo(button(page, 'Export as CSV'))
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
      expect(download.suggestedFilename()).toBe('audit-acme.csv')
    })
  })
})

it('a member copies and moves a step, saves a draft, publishes it, and goes back to the version before', async () => {
  const own = await addAutomation(world, 'Versions', [request('lookup', '{}')])
  await onPhone('member', `${AUTOMATIONS}/${own}`, async (page) => {
    await tabTo(textbox(page, 'Name of the automation'))
    await page.keyboard.press('Control+a')
    await page.keyboard.type('Versions, renamed')
    await openSteps(page)
    // The first item of these menus is disabled.
    await enter(button(page, 'More for step lookup'))
    await choose(page, 'Duplicate')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await openSteps(page)
    await enter(button(page, 'More for step lookup'))
    await choose(page, 'Move down')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const more = button(page, 'More for this automation')
    await enter(more)
    await choose(page, 'Save as draft')
    await page.getByText('Version 1 runs until you publish it.').waitFor()
    await enter(button(page, 'Publish'))
    await page.getByText('Saved', { exact: true }).waitFor()
    const saved = await savedAutomation(page, own)
    expect(saved.name).toBe('Versions, renamed')
    expect(saved.steps.at(-1)?.key).toBe('lookup')
    await enter(more)
    await choose(page, 'Versions')
    const dialog = page.getByRole('dialog', { name: 'Versions' })
    await enter(button(dialog, /Version 1\b/))
    await enter(button(dialog, 'Go back to version 1'))
    await page.getByText('Version 1 is back, as version 3.').waitFor()
    expect((await savedAutomation(page, own)).name).toBe('Versions')
  })
})

it('a member searches by /, reads the shortcuts by ?, and goes elsewhere by Ctrl+K', async () => {
  await onPhone('member', AUTOMATIONS, async (page) => {
    await button(page, 'More for Orders').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    await expect.poll(() => hasFocus(page.getByRole('searchbox'))).toBe(true)
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: 'Members' }).waitFor()
    await page.keyboard.type('members')
    await page.getByRole('option', { name: 'Members', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
  })
})

it('an admin adds a secret whose name, value and host were pasted as people have them', async () => {
  await onPhone('admin', `${SETTINGS}/secrets`, async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await enter(button(page, 'Add secret'))
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    await tabTo(dialog.getByLabel('Name', { exact: true }))
    await page.keyboard.type('OAuth token')
    await dialog.getByText('Saved as OAUTH_TOKEN').waitFor()
    const value = dialog.getByLabel('Value', { exact: true })
    await tabTo(value)
    await page.keyboard.insertText('  both-ways-canary-3\n')
    await enter(button(dialog, 'Trim'))
    expect(await value.inputValue()).toBe('both-ways-canary-3')
    await tabTo(dialog.getByRole('radio', { name: 'Only to these hosts' }))
    await page.keyboard.press('Space')
    await tabTo(dialog.getByLabel('Allowed hosts'))
    await page.evaluate("navigator.clipboard.writeText('https://api.example.com:8443/v1?x=1')")
    await page.keyboard.press('Control+v')
    await expect.poll(() => dialog.getByLabel('Allowed hosts').inputValue()).toBe('api.example.com:8443')
    await enter(button(dialog, 'Save'))
    await said(page, 'OAUTH_TOKEN was added.')
  })
})
