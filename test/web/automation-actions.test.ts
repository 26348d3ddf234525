import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { graphql } from './as-viewer.ts'
import {
  addAutomation,
  addSecrets,
  expectAccessible,
  savedAutomation,
  shoot,
  textbox,
} from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'automation-actions-canary-1'

let world: World
let echo: EchoServer
let page: Page
let id: string
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  await addSecrets(world, { KEY: VALUE })
  const bind = 'mutation($input: SecretPolicyInput!) { setSecretPolicy(input: $input) { __typename } }'
  await graphql(world.callers.admin, bind, { input: { workspace: 'acme', name: 'KEY', hosts: ['api.test'] } })
  id = await addAutomation(world, 'Nightly', [
    { key: 'first', type: 'set-values', fields: { values: { n: 1.5 } } },
    {
      key: 'second',
      type: 'custom-http',
      fields: { url: echo.url, headers: [{ name: 'x', value: '{{ secrets.KEY }}' }] },
    },
  ])
  page = await world.open('admin', '/w/acme/automations')
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

const row = (name: string, on = page) =>
  on.getByRole('listitem').filter({ has: on.getByRole('link', { name, exact: true }) })
const choose = async (name: string, item: string, on = page) => {
  await row(name, on)
    .getByRole('button', { name: `More for ${name}` })
    .click()
  await on.getByRole('menuitem', { name: item, exact: true }).click()
}

// An URL is missing: it cannot be published.
const incomplete = [{ key: 'call', type: 'custom-http', fields: { method: 'POST' } }]
async function saveDraft(place: object): Promise<string> {
  const mutation = `mutation($input: SaveAutomationDraftInput!) {
    saveAutomationDraft(input: $input) { ... on SaveAutomationDraftSuccess { automation { id } } }
  }`
  const input = { workspace: 'acme', steps: incomplete, ...place }
  const data = await graphql(world.callers.member, mutation, { input })
  return (data as { saveAutomationDraft: { automation: { id: string } } }).saveAutomationDraft.automation.id
}

describe('the menu of an automation', () => {
  it('pauses it, says so in the list and the editor, and resumes it there', async () => {
    await choose('Nightly', 'Pause')
    await row('Nightly').getByText('Paused').waitFor()
    await row('Nightly').getByRole('button', { name: 'More for Nightly' }).click()
    await expect.poll(() => page.getByRole('menuitem', { name: 'Run now' }).isDisabled()).toBe(true)
    await shoot(page, 'paused')
    await page.keyboard.press('Escape')
    await expectAccessible(page)
    await row('Nightly').getByRole('link', { name: 'Nightly' }).click()
    const note = page.getByRole('note').filter({ hasText: 'No person, no webhook and no schedule starts it' })
    await note.waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText('The automation Nightly is paused').waitFor()
    await page.keyboard.press('Escape')
    await note.getByRole('button', { name: 'Resume' }).click()
    await note.waitFor({ state: 'hidden' })
    await page.goBack()
    await expect.poll(() => row('Nightly').getByText('Paused').count()).toBe(0)
  })

  it('renames it, by keyboard, and keeps all else', async () => {
    const before = await savedAutomation(page, id)
    await row('Nightly').getByRole('button', { name: 'More for Nightly' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Rename' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Name' }).fill('Each night')
    await page.keyboard.press('Enter')
    await row('Each night').waitFor()
    expect(await savedAutomation(page, id)).toEqual({ ...before, name: 'Each night', version: 2 })
  })

  it('duplicates it, and the copy is paused', async () => {
    await choose('Each night', 'Duplicate')
    await row('Each night (copy)').getByText('Paused').waitFor()
    const href = await row('Each night (copy)')
      .getByRole('link', { name: 'Each night (copy)' })
      .getAttribute('href')
    const copy = await savedAutomation(page, href?.split('/').at(-1) ?? '')
    expect(copy.steps).toEqual((await savedAutomation(page, id)).steps)
  })

  it('renames a draft that was never published, and its copy is a draft', async () => {
    const draft = await saveDraft({ name: 'Half done' })
    await page.goto('/w/acme/automations')
    await choose('Half done', 'Rename')
    await page.getByRole('textbox', { name: 'Name' }).fill('Half of it')
    await page.keyboard.press('Enter')
    await row('Half of it').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await choose('Half of it', 'Duplicate')
    await row('Half of it (copy)').getByText('Draft', { exact: true }).waitFor()
    const href = await row('Half of it (copy)').getByRole('link').first().getAttribute('href')
    const read = async (of: string) => {
      const query = `query($id: ID!) { automation(id: $id) { version draft { content { name steps { key type fields } } } } }`
      return ((await graphql(page, query, { id: of })) as { automation: { draft: { content: object } } })
        .automation
    }
    const content = { name: 'Half of it', steps: incomplete }
    expect(await read(draft)).toEqual({ version: 0, draft: { content } })
    const copied = { ...content, name: 'Half of it (copy)' }
    expect(await read(href?.split('/').at(-1) ?? '')).toEqual({ version: 0, draft: { content: copied } })
  })

  it('renames what has a draft as well, so that the old name does not come back with it', async () => {
    const published = await addAutomation(world, 'Old name', [])
    await saveDraft({ name: 'Old name', automation: published, revision: 0 })
    await page.goto('/w/acme/automations')
    await choose('Old name', 'Rename')
    await page.getByRole('textbox', { name: 'Name' }).fill('New name')
    await page.keyboard.press('Enter')
    await row('New name').getByText('Has a draft').waitFor()
    const query = 'query($id: ID!) { automation(id: $id) { name draft { content { name } } } }'
    await expect
      .poll(() => graphql(page, query, { id: published }))
      .toEqual({ automation: { name: 'New name', draft: { content: { name: 'New name' } } } })
  })

  it('is there for a member too, on a narrow screen', async () => {
    const member = await world.open('member', '/w/acme/automations', { width: 360, height: 740 })
    await choose('Each night (copy)', 'Resume', member)
    await expect.poll(() => row('Each night (copy)', member).getByText('Paused').count()).toBe(0)
    await expectAccessible(member)
    await world.leave(member)
  })
})

describe('a run that failed', () => {
  const failed = async (): Promise<string> => {
    const query = `mutation($input: RunAutomationInput!) { runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } } }`
    const data = await graphql(world.callers.member, query, { input: { automation: id } })
    return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
  }
  const host = () => new URL(echo.url).host

  it('leads to its step, and tells a member whom to ask', async () => {
    const run = await failed()
    const member = await world.open('member', `/w/acme/runs/${run}`)
    await member.getByText('Ask an admin: Ada Lovelace.').waitFor()
    await expect.poll(() => member.getByRole('link', { name: /^Where/ }).count()).toBe(0)
    await member.getByRole('link', { name: 'Open the step' }).click()
    await textbox(member, 'URL').waitFor()
    await world.leave(member)
  })

  it('leads an admin to the form that allows the host, and runs again from that step', async () => {
    const watch = watchForLeaks(page)
    await page.goto(`/w/acme/runs/${await failed()}`)
    await page.getByRole('link', { name: / for KEY…$/ }).waitFor()
    await shoot(page, 'failed-run')
    await expectAccessible(page)
    const before = page.url()
    await page.getByRole('link', { name: / for KEY…$/ }).click()
    const dialog = page.getByRole('dialog', { name: 'KEY' })
    const hosts = dialog.getByLabel('Allowed hosts')
    await hosts.fill(`api.test\nhttp://${host()}`)
    await dialog.getByLabel('New value').fill(VALUE)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.goto(before)
    await page.getByRole('button', { name: 'Run again from second' }).click()
    await page.waitForURL((url) => url.href !== before)
    // The address changes before the page: the run that failed shows a step that succeeded, too.
    await expect.poll(() => page.getByRole('button', { name: /^first / }).count()).toBe(0)
    await page.getByText('Succeeded').first().waitFor()
    expect(echo.received.map(({ headers }) => headers['x'])).toEqual([VALUE])
    expect(watch.timesSent(VALUE)).toBe(0)
  })

  it('offers an admin to add the secret that is missing', async () => {
    id = await addAutomation(world, 'Missing', [
      {
        key: 'send',
        type: 'custom-http',
        fields: { url: echo.url, headers: [{ name: 'x', value: '{{ secrets.GONE }}' }] },
      },
    ])
    await page.goto(`/w/acme/runs/${await failed()}`)
    await page.getByRole('link', { name: 'Add GONE' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    await dialog.getByLabel('Name', { exact: true }).fill('GONE')
    // A value that was copied with its line break.
    await dialog.getByLabel('Value', { exact: true }).fill('  padded-canary-77\n')
    await dialog.getByRole('button', { name: 'Trim' }).click()
    await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe('padded-canary-77')
    await expect.poll(() => dialog.getByRole('button', { name: 'Trim' }).count()).toBe(0)
    await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
    const hosts = dialog.getByLabel('Allowed hosts')
    await hosts.focus()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.evaluate("navigator.clipboard.writeText('https://api.example.com:8443/v1/things?x=1')")
    await page.keyboard.press('Control+v')
    await expect.poll(() => hosts.inputValue()).toBe('api.example.com:8443')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })
})

describe('the audit log', () => {
  it('is exported as it is filtered, as CSV and as JSON Lines', async () => {
    await page.goto('/w/acme/settings/audit?action=automation')
    const saved = async (kind: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Export as ${kind}` }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      return [download.suggestedFilename(), Buffer.concat(chunks).toString()] as const
    }
    const [name, csv] = await saved('CSV')
    expect(name).toBe('audit-acme.csv')
    const [head, ...rows] = csv.trimEnd().split('\r\n')
    expect(head).toBe('at,actor,action,target,detail,address,client,id')
    expect(rows.length).toBeGreaterThan(4)
    expect(rows.every((it) => it.includes(',automation.'))).toBe(true)
    const [, lines] = await saved('JSON Lines')
    const events = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string })
    expect(events.length).toBe(rows.length)
    expect(events.map(({ action }) => action)).toContain('automation.pause')
    await expectAccessible(page)
  })
})
