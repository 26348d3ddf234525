import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'sk_live_canary_of_the_runs_pages_42'

let world: World
let echo: EchoServer
let holding: HoldingServer
let admin: Page
const automations: Record<string, string> = {}

beforeAll(async () => {
  ;[world, echo, holding] = await Promise.all([openWorld(), startEchoServer(), startHoldingServer()])
  admin = await world.open('admin', '/w/acme/automations')
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
  await holding?.close()
})

const call = (key: string, url: string) => ({
  key,
  type: 'custom-http',
  fields: { url, headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.API_KEY }}' }] },
})

async function create(name: string, steps: object[]): Promise<void> {
  const query = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } ... on Error { message } }
  }`
  const data = await graphql(admin, query, { input: { workspace: 'acme', name, steps } })
  automations[name] = (
    data as { createAutomation: { automation: { id: string } } }
  ).createAutomation.automation.id
}

/** Starts a run without the page. @returns its id. */
async function start(name: string, input: unknown = null): Promise<string> {
  const query = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(admin, query, { input: { automation: automations[name], input } })
  return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}

const stepOf = (page: Page, key: string) => page.getByRole('button', { name: new RegExp(`^${key} `) })

describe('the list of automations', () => {
  it('invites a person to create the first one', async () => {
    await admin.getByText('No automations yet').waitFor()
    await admin.getByRole('link', { name: 'New automation' }).waitFor()
  })

  it('shows the last result and a chart, and runs an automation', async () => {
    const secret = { input: { workspace: 'acme', name: 'API_KEY', value: VALUE } }
    await graphql(
      admin,
      'mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }',
      secret,
    )
    await create('Charge', [call('charge', `${echo.url}/charge`), call('tell', `${echo.url}/tell`)])
    await create('Broken', [call('ask', 'http://169.254.169.254/latest'), call('never', echo.url)])
    await create('Slow', [call('first', echo.url), call('second', holding.url)])
    await admin.reload()
    await admin.getByRole('link', { name: 'Charge', exact: true }).waitFor()
    await admin.getByRole('button', { name: 'More for Charge' }).click()
    await admin.getByRole('menuitem', { name: 'Run now' }).click()
    await admin.getByRole('heading', { level: 1, name: 'Charge' }).waitFor()
    await admin.getByText('Succeeded').first().waitFor()
    await admin.goto('/w/acme/automations')
    await admin.getByRole('img', { name: '1 recent runs, 0 failed' }).waitFor()
    await admin
      .getByRole('listitem')
      .filter({ hasText: 'Charge' })
      .getByRole('link', { name: 'Succeeded' })
      .waitFor()
  })

  it('searches by name', async () => {
    await admin.getByRole('searchbox').fill('slo')
    await admin.getByRole('link', { name: 'Slow' }).waitFor()
    await expect.poll(() => admin.getByRole('link', { name: 'Charge', exact: true }).count()).toBe(0)
    await admin.waitForURL(/search=slo/)
    await admin.reload()
    await admin.getByRole('link', { name: 'Slow' }).waitFor()
    await expect.poll(() => admin.getByRole('searchbox').inputValue()).toBe('slo')
    await expect.poll(() => admin.getByRole('link', { name: 'Charge', exact: true }).count()).toBe(0)
    await admin.getByRole('searchbox').fill('nothing like it')
    await admin.getByText('No name contains “nothing like it”.').waitFor()
  })

  it('opens an automation by a click on the blank part of its row, and the last run by its status', async () => {
    await admin.goto('/w/acme/automations')
    const row = admin.getByRole('listitem').filter({ hasText: 'Charge' })
    await row.click({ position: { x: 400, y: 5 } })
    await admin.waitForURL(`**/automations/${automations['Charge']}`)
    await admin.goBack()
    await row.getByRole('link', { name: 'Succeeded' }).click()
    await admin.waitForURL('**/runs/*')
  })

  it('deletes an automation after a confirmation', async () => {
    await create('Short-lived', [])
    await admin.goto('/w/acme/automations')
    await admin.getByRole('button', { name: 'More for Short-lived' }).click()
    await admin.getByRole('menuitem', { name: 'Delete' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await admin.getByText('Short-lived was deleted.').waitFor()
    await admin.getByRole('link', { name: 'Short-lived' }).waitFor({ state: 'detached' })
  })
})

describe('a run', () => {
  it('shows its steps with marks instead of values, and links to the secret', async () => {
    const run = await start('Charge', { order: 7 })
    const watch = watchForLeaks(admin)
    await admin.goto(`/w/acme/runs/${run}`)
    await admin.getByText('Succeeded').first().waitFor()
    expect(echo.received.at(-1)?.headers['authorization']).toBe(`Bearer ${VALUE}`)
    await stepOf(admin, 'charge').click()
    const tree = admin.getByRole('tree', { name: 'Output of charge' })
    await tree.waitFor()
    await tree.getByRole('link', { name: 'Secret API_KEY' }).first().waitFor()
    await admin.getByRole('tree', { name: 'Input' }).getByText('order').waitFor()
    expect(await watch.placesOf(VALUE)).toEqual([])
    await admin.getByRole('link', { name: 'Secret API_KEY' }).first().click()
    await admin.waitForURL(/settings\/secrets/)
  })

  it('is updated while it runs, shows its progress, and can be cancelled', async () => {
    const run = await start('Slow')
    await admin.goto(`/w/acme/runs/${run}`)
    await admin.getByText('1 of 2 steps done').waitFor()
    await stepOf(admin, 'second').filter({ hasText: 'Running' }).waitFor()
    await admin.getByRole('button', { name: 'Cancel' }).click()
    await admin.getByText('Cancelled').first().waitFor()
    await admin.getByRole('button', { name: 'Run again', exact: true }).waitFor()
  })

  it('changes from running to done without a reload', async () => {
    const run = await start('Slow')
    await admin.goto(`/w/acme/runs/${run}`)
    await stepOf(admin, 'second').filter({ hasText: 'Running' }).waitFor()
    holding.release()
    await stepOf(admin, 'second').filter({ hasText: 'Succeeded' }).waitFor()
    await admin.getByRole('heading', { name: 'Output' }).waitFor()
  })

  it('explains a failure in plain words, and shows which steps were not reached', async () => {
    const run = await start('Broken')
    await admin.goto(`/w/acme/runs/${run}`)
    await admin.getByRole('alert').filter({ hasText: 'Step ask' }).waitFor()
    await admin.getByText('Check the address, and where the secret may go.').waitFor()
    await stepOf(admin, 'never').filter({ hasText: 'Not reached' }).waitFor()
  })

  it('can run again with the same input', async () => {
    const run = await start('Charge', { order: 8 })
    await admin.goto(`/w/acme/runs/${run}`)
    await admin.getByRole('button', { name: 'Run again', exact: true }).click()
    await admin.waitForURL((url) => !url.pathname.endsWith(run))
    await admin.getByRole('tree', { name: 'Input' }).getByText('8').waitFor()
  })

  it('that does not exist has a page that says so', async () => {
    await admin.goto('/w/acme/runs/acme.019aa000-0000-7000-8000-000000000000')
    await admin.getByText('There is no such run').waitFor()
  })

  it('shows an error when the network fails, and recovers', async () => {
    const run = await start('Charge')
    await admin.goto('/w/acme/runs')
    const api = '**/graphql'
    await admin.route(api, (route) => route.abort())
    await admin.goto(`/w/acme/runs/${run}`)
    await admin.getByRole('alert').filter({ hasText: 'Lockstep could not be reached' }).waitFor()
    await admin.unroute(api)
    await admin.getByRole('button', { name: 'Try again' }).click()
    await admin.getByRole('heading', { level: 1, name: 'Charge' }).waitFor()
  })
})

describe('the list of runs', () => {
  it('can be filtered by automation and result, and the address contains the filter', async () => {
    await admin.goto('/w/acme/runs')
    const rows = admin.getByRole('list', { name: 'Runs' }).getByRole('listitem')
    await rows.filter({ hasText: 'Charge' }).first().waitFor()
    await admin.getByLabel('Status').selectOption('Failed')
    await rows.filter({ hasText: 'Succeeded' }).first().waitFor({ state: 'detached' })
    await rows.filter({ hasText: 'Broken' }).waitFor()
    expect(new URL(admin.url()).search).toBe('?status=failed')
    const filter = admin.getByRole('combobox', { name: 'Automation' })
    await filter.fill('sLo')
    const options = admin.getByRole('listbox').getByRole('option')
    await expect.poll(() => options.allTextContents()).toEqual(['Slow'])
    await options.click()
    await admin.getByText('No such runs').waitFor()
    expect(new URL(admin.url()).searchParams.get('automation')).toBe(automations['Slow'])
    await admin.reload()
    await admin.getByText('No such runs').waitFor()
    await expect.poll(() => filter.inputValue()).toBe('Slow')
    await admin.getByRole('button', { name: 'All automations' }).click()
    await rows.filter({ hasText: 'Broken' }).waitFor()
    expect(new URL(admin.url()).search).toBe('?status=failed')
  })

  it('shows a new run by itself', async () => {
    await admin.goto('/w/acme/runs')
    const rows = admin.getByRole('list', { name: 'Runs' }).getByRole('listitem')
    await rows.filter({ hasText: 'Charge' }).first().waitFor()
    const before = await rows.count()
    await start('Charge')
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(before + 1)
  })

  it('a member sees the pages, and may run and cancel', async () => {
    const member = await world.open('member', '/w/acme/runs')
    await member.getByRole('link', { name: 'Charge' }).first().click()
    await member.getByRole('button', { name: 'Run again', exact: true }).click()
    await member.getByText('By grace@example.com').waitFor()
    await member.context().close()
  })
})

it('every page is accessible and fits the window, in light and dark, wide and narrow', async () => {
  const run = await start('Charge', { order: 7 })
  const page = await world.open('admin', '/w/acme/automations')
  for (const path of ['automations', 'runs', `runs/${run}`]) {
    await page.goto(`/w/acme/${path}`)
    await page
      .getByRole('main')
      .getByRole(path.includes(run) ? 'heading' : 'link', { name: 'Charge' })
      .first()
      .waitFor()
    if (path.includes(run)) await stepOf(page, 'charge').click()
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 360],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
    }
  }
  await page.context().close()
})

it('leaves no value in the database, the logs and the answers', () => world.app.expectNoCanary(VALUE))
