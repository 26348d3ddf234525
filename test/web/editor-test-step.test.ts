import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { addAutomation, addSecrets, expectAccessible, textbox } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'sk_live_tested_canary_55120'

let world: World
let echo: EchoServer
let page: Page
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  await addSecrets(world, { KEY: VALUE })
}, 120_000)
afterAll(async () => {
  await world?.app.expectNoCanary(VALUE)
  await world?.close()
  await echo?.close()
})

const post = (key: string, text: string, more: object = {}) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url: echo.url, bodyKind: 'json', body: JSON.stringify({ text }), ...more },
})
const sent = () => echo.received.map(({ body }) => (JSON.parse(body) as { text: unknown }).text)

const selectStep = (key: string) => page.locator(`[data-step="${key}"]`).click()
const dialog = () => page.getByRole('dialog', { name: /^Test / })
async function openTest(): Promise<void> {
  await page.getByRole('button', { name: 'Test step' }).click()
  await dialog().waitFor()
}
async function closeTest(): Promise<void> {
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'hidden' })
}

describe('testing the steps of an automation that has never run', () => {
  it('begins with an example that the member edits, which is sent', async () => {
    const id = await addAutomation(world, 'Orders', [
      post('lookup', 'order 7 {{ secrets.KEY }}'),
      post('tell', '{{ steps.lookup.output.body.method }}'),
    ])
    page = await world.open('member', `/w/acme/automations/${id}`)
    await selectStep('tell')
    await openTest()
    const output = textbox(page, 'Output of lookup')
    await dialog().getByText('this is made up').waitFor()
    await output.fill('{"body": ')
    await dialog().getByRole('button', { name: 'Test', exact: true }).click()
    await dialog().getByText('This is not JSON yet.').waitFor()
    expect(sent()).toEqual([])
    await output.fill('{"body": {"method": "a sample"}}')
    await expectAccessible(page)
    await dialog().getByRole('button', { name: 'Test', exact: true }).click()
    await dialog().getByText('Succeeded').waitFor()
    expect(sent()).toEqual(['a sample'])
  })

  it('keeps what was typed when the dialog is closed', async () => {
    await closeTest()
    await openTest()
    await expect
      .poll(() => textbox(page, 'Output of lookup').inputValue())
      .toBe('{"body": {"method": "a sample"}}')
    await dialog().getByRole('button', { name: 'Undo my changes' }).click()
    await dialog().getByText('this is made up').waitFor()
    await closeTest()
  })

  it('takes what the test of an earlier step gave, which the explorer shows', async () => {
    await selectStep('lookup')
    await openTest()
    await dialog().getByRole('button', { name: 'Test', exact: true }).click()
    await dialog().getByText('Later steps find it among their variables.').waitFor()
    await closeTest()
    await selectStep('tell')
    await page.getByRole('button', { name: /^steps\.lookup\.output\.status, such as 200/ }).waitFor()
    await openTest()
    await dialog().getByText('From its last test.').waitFor()
    await dialog().getByText('The test sends the marks as they are').waitFor()
    await page.keyboard.press('Tab')
    await dialog().getByRole('button', { name: 'Test', exact: true }).focus()
    await page.keyboard.press('Enter')
    await dialog().getByText('Succeeded').waitFor()
    expect(sent().at(-1)).toBe('POST')
    await closeTest()
  })

  it('shows the answer that failed a step, in the test and on the page of the run', async () => {
    const id = await addAutomation(world, 'Refused', [
      { key: 'ask', type: 'custom-http', fields: { url: `${world.app.url}/api/no-such` } },
    ])
    await page.goto(`/w/acme/automations/${id}`)
    await selectStep('ask')
    await openTest()
    await dialog().getByRole('button', { name: 'Test', exact: true }).click()
    await dialog()
      .getByText(/answered 404/)
      .waitFor()
    await dialog().getByRole('tree', { name: 'Output of ask' }).getByText('404').first().waitFor()
    await closeTest()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page
      .getByRole('dialog', { name: 'Run the automation' })
      .getByRole('button', { name: 'Run' })
      .click()
    await page.waitForURL(/\/runs\//)
    await page.getByRole('tree', { name: 'Output of ask' }).getByText('404').first().waitFor()
  })
})

describe('after a run', () => {
  it('a test on a narrow screen takes what the run gave', async () => {
    const id = await addAutomation(world, 'Ran', [
      post('lookup', 'order 8'),
      post('tell', '{{ steps.lookup.output.body.body }}'),
    ])
    await page.goto(`/w/acme/automations/${id}`)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page
      .getByRole('dialog', { name: 'Run the automation' })
      .getByRole('button', { name: 'Run' })
      .click()
    await page.waitForURL(/\/runs\//)
    await page.getByText('Succeeded').first().waitFor()
    echo.received.length = 0
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(`/w/acme/automations/${id}`)
    await page.getByRole('button', { name: /Show all steps/ }).click()
    await selectStep('tell')
    await openTest()
    await dialog().getByText('From the last run.').waitFor()
    await expectAccessible(page)
    await dialog().getByRole('button', { name: 'Test', exact: true }).click()
    await dialog().getByText('Succeeded').waitFor()
    expect(sent()).toEqual(['{"text":"order 8"}'])
  })
})

describe('a form that asks the service', () => {
  it('tests the connection with what is written, in the worker, and says what is wrong', async () => {
    const fields = {
      host: '127.0.0.1',
      port: 1,
      tls: false,
      password: '{{ secrets.KEY }}',
      command: ['PING'],
    }
    const id = await addAutomation(world, 'Cache', [{ key: 'cache', type: 'redis-command', fields }])
    page = await world.open('member', `/w/acme/automations/${id}`)
    await selectStep('cache')
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText('127.0.0.1:1 cannot be reached, or does not speak Redis').waitFor()
    await expectAccessible(page)
  })
})
