import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible, shoot } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'sk_live_canary_of_help_in_place_7731'

let world: World
let echo: EchoServer
let id: string
let run: string
const narrow = { width: 360, height: 740 }

beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  const create = 'mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }'
  const input = { workspace: 'acme', name: 'BOUND', value: VALUE, policy: { hosts: ['api.example.com'] } }
  await graphql(world.callers.admin, create, { input })
  const header = (name: string) => [{ name: 'Authorization', value: `Bearer {{ secrets.${name} }}` }]
  id = await addAutomation(world, 'Helped', [
    { key: 'refused', type: 'custom-http', fields: { url: echo.url, headers: header('BOUND') } },
    { key: 'missing', type: 'custom-http', fields: { url: echo.url, headers: header('LOST_TOKEN') } },
  ])
  run = await start()
}, 120_000)
afterAll(async () => {
  await world?.app.expectNoCanary(VALUE)
  await world?.close()
  await echo?.close()
})

async function start(): Promise<string> {
  const query = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(world.callers.admin, query, { input: { automation: id } })
  return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}

const allow = () => `Allow ${echo.url} for BOUND…`
const hostsOf = async (page: Page) => {
  const query = '{ secretPolicy(workspace: "acme", name: "BOUND") { hosts } }'
  return ((await graphql(page, query, {})) as { secretPolicy: { hosts: string[] } }).secretPolicy.hosts
}

describe('the refusal of a host', () => {
  it('leads an admin to the form of the secret with the host in it, which saves with the value alone', async () => {
    const page = await world.open('admin', `/w/acme/runs/${run}`, narrow)
    await page.getByRole('link', { name: allow() }).focus()
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'BOUND' })
    await dialog.getByText('is written below, because a run wanted to send').waitFor()
    const hosts = dialog.getByRole('textbox', { name: 'Allowed hosts' })
    expect(await hosts.inputValue()).toBe(`api.example.com\n${echo.url}`)
    await expectAccessible(page)
    await shoot(page, 'allow-host')
    // Without the value nothing is widened.
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('enter the value again to do so').waitFor()
    expect(await hostsOf(page)).toEqual(['api.example.com'])
    await page.keyboard.type(VALUE)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await hostsOf(page)).toEqual(['api.example.com', echo.url])
    await page.context().close()
  })

  it('fills in no host that an address names', async () => {
    const path = `/w/acme/settings/secrets?secret=BOUND&host=evil.test&allowedHost=evil.test&kind=delete&name=BOUND`
    const page = await world.open('admin', path)
    const dialog = page.getByRole('dialog', { name: 'BOUND' })
    await dialog.getByRole('button', { name: 'Save' }).waitFor()
    expect(await dialog.getByText('evil.test').count()).toBe(0)
    expect(await dialog.getByRole('textbox', { name: 'Allowed hosts' }).inputValue()).not.toContain('evil')
    await page.context().close()
  })

  it('tells a member whom to ask, and offers no form', async () => {
    const page = await world.open('member', `/w/acme/runs/${run}`)
    await page.getByText('Ask an admin: Ada Lovelace.').waitFor()
    expect(await page.getByRole('link', { name: /Allow|Where BOUND/ }).count()).toBe(0)
    await world.leave(page)
  })
})

describe('a missing secret', () => {
  it('leads an admin to the form of a new one with its name', async () => {
    const again = await start()
    const page = await world.open('admin', `/w/acme/runs/${again}`)
    await page.getByRole('link', { name: 'Add LOST_TOKEN' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('LOST_TOKEN')
    await world.leave(page)
  })

  it('is added from the test of a step, without leaving what is written', async () => {
    const page = await world.open('admin', `/w/acme/automations/${id}#missing`)
    await page.getByRole('button', { name: 'Add LOST_TOKEN' }).waitFor()
    await page.getByRole('button', { name: 'Test step' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add LOST_TOKEN' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a secret' })
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('LOST_TOKEN')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('dialog', { name: 'Test missing' }).waitFor()
    await page.context().close()
  })
})

describe('a request', () => {
  it('is copied as cURL with a variable for the secret, by keyboard', async () => {
    const page = await world.open('member', `/w/acme/automations/${id}#refused`, narrow)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy as cURL' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Copy as cURL' })
    const command = await dialog.getByRole('textbox', { name: 'Command' }).inputValue()
    expect(command).toBe(`curl ${echo.url} \\\n  -H "Authorization: Bearer $BOUND" \\\n  -L`)
    await dialog.getByText('BOUND', { exact: true }).waitFor()
    await expectAccessible(page)
    await shoot(page, 'copy-curl')
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
    await dialog.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(command)
    await page.context().close()
  })

  it('to a hook is a command that starts a run when a shell reads it', async () => {
    const page = await world.open('member', `/w/acme/automations/${id}`)
    await page.getByRole('button', { name: 'Trigger', exact: true }).click()
    await page.getByRole('button', { name: 'Copy as cURL' }).click()
    const dialog = page.getByRole('dialog', { name: 'Call the hook' })
    const shown = await dialog.getByRole('textbox', { name: 'Command' }).inputValue()
    await expectAccessible(page)
    const command = shown.replace(/https?:\/\/[^/]+/, world.app.url)
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', `${command} -sS`])
    expect(JSON.parse(stdout)).toEqual({ runId: expect.stringMatching(/^acme\./) })
    await world.leave(page)
  })
})
