import { exportJWK, generateKeyPair } from 'jose'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { graphql } from './as-viewer.ts'
import { giveSealingKey } from './give-sealing-key.ts'
import { watchForLeaks } from './leak-watch.ts'
import { discardTyped } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const PEM = `-----BEGIN PRIVATE KEY-----\ncanary+sealed/=\n\tÄ 🔑\n-----END PRIVATE KEY-----\n`

let world: World
let echo: EchoServer
let page: Page
beforeAll(async () => {
  ;[world, echo] = await Promise.all([openWorld(), startEchoServer()])
  page = await world.open('admin', '/w/acme/settings/secrets')
}, 120_000)
afterAll(async () => {
  await world?.close()
  await echo?.close()
})

const openAdd = async (name: string) => {
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  return dialog
}
const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

/** A paste event, which can contain characters that no keyboard types. */
const paste = (text: string) =>
  page.evaluate(`(() => {
    const area = document.querySelector('[role=dialog] textarea')
    area.focus()
    area.setRangeText(${JSON.stringify(text)})
    area.dispatchEvent(new Event('input', { bubbles: true }))
  })()`)

it('binds a new secret to its hosts, and a step receives the pasted lines exactly', async () => {
  const watch = watchForLeaks(page)
  const dialog = await openAdd('signing key')
  await paste(PEM)
  await dialog.getByText('5 lines. Begins or ends with white space, which is kept.').waitFor()
  await dialog.getByRole('radio', { name: 'Only to these hosts' }).check()
  await dialog.getByLabel('Allowed hosts').fill(`${echo.url}/`)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('is not a host.').waitFor()
  await expect.poll(() => dialog.getByLabel('Value', { exact: true }).inputValue()).toBe(PEM)
  await dialog.getByLabel('Allowed hosts').fill(echo.url)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await said('SIGNING_KEY was added.')
  expect(watch.timesSent(PEM)).toBe(0)
  expect(watch.timesSent('canary+sealed')).toBe(0)
  expect(await watch.placesOf('canary+sealed')).toEqual([])

  const policy = 'query { secretPolicy(workspace: "acme", name: "SIGNING_KEY") { hosts sealed } }'
  expect(await graphql(page, policy, {})).toEqual({ secretPolicy: { hosts: [echo.url], sealed: true } })
  const step = {
    key: 'send',
    type: 'custom-http',
    fields: { method: 'POST', url: echo.url, bodyKind: 'text', body: '{{ secrets.SIGNING_KEY }}' },
  }
  await runStep(step)
  await expect.poll(() => echo.received.map(({ body }) => body), { timeout: 20_000 }).toEqual([PEM])
  await world.app.expectNoCanary('canary+sealed')
})

it("keeps the value when the workspace's key has changed, and uses the new key", async () => {
  const watch = watchForLeaks(page)
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  const jwk = await exportJWK(publicKey)
  // A browser that remembers who vouches for the key would refuse this one.
  await page.evaluate('localStorage.clear()')
  await giveSealingKey(page, jwk, { signature: null, rootCertificate: null })
  const fetched = page.waitForResponse((it) => it.request().postData()?.includes('"SealingKey"') ?? false)
  const dialog = await openAdd('rotated')
  await fetched
  await page.unroute('**/graphql')
  await dialog.getByLabel('Value', { exact: true }).fill('rotated-canary')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('The key of this workspace has changed meanwhile.').waitFor()
  await dialog.getByText('the value is still in its field').waitFor()
  expect(await watch.placesOf('rotated-canary')).toEqual(['fields'])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await said('ROTATED was added.')
  expect(watch.timesSent('rotated-canary')).toBe(0)
  expect(await watch.placesOf('rotated-canary')).toEqual([])
})

it.each([
  ['half of a character', 'abcdef\ud800', 'half of a character'],
  ['a NUL character', 'abc\0def', 'a NUL character'],
])('refuses %s, which could not be stored unchanged', async (_what, value, message) => {
  const watch = watchForLeaks(page)
  const dialog = await openAdd('malformed')
  await paste(value)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').filter({ hasText: message }).waitFor()
  expect(watch.timesSent('CreateSecret')).toBe(0)
  await discardTyped(page)
})

it('sends nothing from a browser that cannot seal', async () => {
  await page.context().addInitScript("Object.defineProperty(crypto, 'subtle', { value: undefined })")
  await page.reload()
  const watch = watchForLeaks(page)
  const dialog = await openAdd('unsealable')
  await dialog.getByLabel('Value', { exact: true }).fill('unsealed-canary')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('This browser cannot seal the value.').waitFor()
  expect(watch.timesSent('unsealed-canary')).toBe(0)
  expect(watch.timesSent('CreateSecret')).toBe(0)
})

async function runStep(step: object): Promise<void> {
  const create = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } ... on Error { message } }
  }`
  const input = { workspace: 'acme', name: 'Send', steps: [step] }
  const { createAutomation } = (await graphql(page, create, { input })) as {
    createAutomation: { automation: { id: string } }
  }
  const run = 'mutation($input: RunAutomationInput!) { runAutomation(input: $input) { __typename } }'
  await graphql(page, run, { input: { automation: createAutomation.automation.id } })
}
