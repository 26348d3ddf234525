import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addAutomation, addSecrets, expectAccessible, shoot } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

// Another person saves the same thing while a form with it is open.

const VALUE = 'a-value-typed-beside-others'
const narrow = { width: 360, height: 740 }

let world: World
let id: string
beforeAll(async () => {
  world = await openWorld()
  await addSecrets(world, { SHARED: 'a-value-of-the-shared-one' })
  id = await addAutomation(world, 'Told', [
    { key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } },
  ])
}, 120_000)
afterAll(() => world?.close())

const asAnother = async (name: string, type: string, input: object) => {
  const text = `mutation($input: ${type}!) { ${name}(input: $input) { __typename } }`
  const data = (await graphql(world.callers.admin, text, { input })) as Record<string, { __typename: string }>
  expect(data[name]?.__typename).toMatch(/Success$/)
}
const read = async (query: string) => graphql(world.callers.admin, query, {})
const learnMore = (page: Page) => page.getByRole('link', { name: /^Learn more: (?:this error|changes)/ })

it('failure alerts: a member sees what the other one has saved, keeps what they typed, and decides', async () => {
  const page = await world.open('member', `/w/acme/automations/${id}`, narrow)
  await page.getByRole('button', { name: /Show all steps/ }).click()
  await page.getByRole('button', { name: 'Trigger', exact: true }).click()
  await page.getByRole('button', { name: 'Failure alerts…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Failure alerts' })
  const url = dialog.getByRole('textbox', { name: 'POST to' })
  await url.fill('https://chat.example.com/mine')
  const theirs = {
    recipients: ['ada@example.com'],
    url: 'https://chat.example.com/theirs',
    everyMinutes: 120,
  }
  await asAnother('setFailureAlert', 'SetFailureAlertInput', { id, ...theirs })
  await page.keyboard.press('Enter')
  await dialog.getByText('ada@example.com, chat.example.com are told, once in 2 h at most.').waitFor()
  expect(await url.inputValue()).toBe('https://chat.example.com/mine')
  const query = `{ automations(workspace: "acme") { failureAlert { recipients url everyMinutes } } }`
  expect(await read(query)).toEqual({ automations: [{ failureAlert: theirs }] })
  await learnMore(page).waitFor()
  await expectAccessible(page)
  await shoot(page, 'alert-conflict')
  await dialog.getByRole('button', { name: 'Take theirs' }).click()
  expect(await url.inputValue()).toBe('https://chat.example.com/theirs')
  await url.fill('https://chat.example.com/mine')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await read(query)).toEqual({
    automations: [{ failureAlert: { ...theirs, url: 'https://chat.example.com/mine' } }],
  })
  await page.context().close()
}, 60_000)

it('a secret: what it is for and where it may go are not overwritten, and a typed value stays', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets?secret=SHARED')
  const dialog = page.getByRole('dialog', { name: 'SHARED' })
  await dialog.getByLabel('New value').fill(VALUE)
  await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
  await dialog.getByLabel('Allowed hosts').fill('api.example.com\nmine.example.com')
  await dialog.getByRole('button', { name: 'Owner and description' }).click()
  await dialog.getByRole('textbox', { name: 'Owner' }).fill('Mine')
  const at = { workspace: 'acme', name: 'SHARED' }
  await asAnother('describeSecret', 'SecretNotesInput', { ...at, owner: 'Theirs', description: 'Charges' })
  await asAnother('setSecretPolicy', 'SecretPolicyInput', { ...at, hosts: ['api.example.com'] })
  const save = () => dialog.getByRole('button', { name: 'Save' }).click()
  await save()
  await dialog.getByText('the owner is Theirs; it is for: Charges.').waitFor()
  await save()
  await dialog.getByText('changed where SHARED may go meanwhile: api.example.com.').waitFor()
  await expectAccessible(page)
  expect(await dialog.getByLabel('New value').inputValue()).toBe(VALUE)
  const query = '{ secretPolicy(workspace: "acme", name: "SHARED") { hosts owner } }'
  expect(await read(query)).toEqual({ secretPolicy: { hosts: ['api.example.com'], owner: 'Mine' } })
  await save()
  await dialog.waitFor({ state: 'hidden' })
  expect(await read(query)).toEqual({
    secretPolicy: { hosts: ['api.example.com', 'mine.example.com'], owner: 'Mine' },
  })
  await world.app.expectNoCanary(VALUE)
  await page.context().close()
}, 60_000)

it('the name of the workspace, by keyboard', async () => {
  const page = await world.open('admin', '/w/acme/settings/workspace', narrow)
  const name = page.getByRole('textbox', { name: 'Name of the workspace' })
  await name.fill('Mine')
  await asAnother('renameWorkspace', 'RenameWorkspaceInput', { workspace: 'acme', name: 'Theirs' })
  await page.keyboard.press('Enter')
  await page.getByText('Someone else has named it Theirs meanwhile.').waitFor()
  expect(await name.inputValue()).toBe('Mine')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'The workspace is called Mine now.' }).waitFor()
  await asAnother('renameWorkspace', 'RenameWorkspaceInput', { workspace: 'acme', name: 'Acme' })
  await page.context().close()
}, 60_000)

it('the name of an automation', async () => {
  const page = await world.open('admin', '/w/acme/automations')
  await page.getByRole('button', { name: 'More for Told' }).click()
  await page.getByRole('menuitem', { name: /^Rename/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Rename/ })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Mine')
  const content = '{ automations(workspace: "acme") { version steps { key type fields } } }'
  const { automations } = (await read(content)) as { automations: { version: number; steps: object[] }[] }
  await asAnother('updateAutomation', 'UpdateAutomationInput', { id, ...automations[0], name: 'Theirs' })
  await page.keyboard.press('Enter')
  await dialog.getByText('Someone else has named it Theirs meanwhile.').waitFor()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  expect(await read('{ automations(workspace: "acme") { name } }')).toEqual({
    automations: [{ name: 'Mine' }],
  })
  await page.context().close()
}, 60_000)
