import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signWorkspaceKey } from '../../src/vault/key-statements.ts'
import { parseRootKey } from '../../src/vault/opening.ts'
import { makeCertificate } from '../keys/certificates.ts'
import { untilSigned } from '../support/until-signed.ts'
import { accessibilityProblems } from './accessible.ts'
import { giveSealingKey } from './give-sealing-key.ts'
import { watchForLeaks } from './leak-watch.ts'
import { discardTyped } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

let world: World
let page: Page
let fingerprint: string
beforeAll(async () => {
  world = await openWorld()
  await untilSigned(world.app.database)
  const [root] = await world.app.database.query<{ fingerprint: string }>(
    `select fingerprint from root_certificate where kind = 'ROOT'`,
  )
  fingerprint = root?.fingerprint ?? ''
  page = await world.open('admin', '/w/acme/settings/keys')
}, 120_000)
afterAll(() => world?.close())

/** Gives the page another sealing key from now on, with a matching certificate and signature. */
async function swapKey(): Promise<string> {
  const { certificate, key } = makeCertificate()
  const { certificate: read, sign } = parseRootKey('test', Buffer.from(certificate + key))
  const jwk = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'X25519' })).publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  if (!sign) throw new Error('it cannot sign')
  const signature = await signWorkspaceKey(
    { certificate: read, sign },
    { workspace: 'acme', kid, generation: 1 },
  )
  await giveSealingKey(page, jwk, { signature, rootCertificate: read.pem })
  return read.fingerprint
}

async function save(name: string, value: string) {
  await page.goto('/w/acme/settings/secrets')
  await page.getByRole('button', { name: 'Add' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a secret' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Value', { exact: true }).fill(value)
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  return dialog
}

it('shows the fingerprint of the root key, and remembers it', async () => {
  await page.getByText(fingerprint).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  const known = await page.evaluate(`localStorage.getItem('lockstep.key.acme')`)
  expect(JSON.parse(String(known))).toMatchObject({ fingerprint, generation: 1 })
})

it('seals nothing with a key that another root key vouches for, and names both', async () => {
  const theirs = await swapKey()
  const watch = watchForLeaks(page)
  const dialog = await save('SWAPPED', 'canary-behind-a-proxy-552')
  const alert = dialog.getByRole('alert').filter({ hasText: theirs })
  await alert.waitFor()
  await expect.poll(() => alert.textContent()).toContain(fingerprint)
  expect(watch.timesSent('CreateSecret')).toBe(0)
  expect(await watch.placesOf('canary-behind-a-proxy-552')).toEqual(['fields'])
  await discardTyped(page)
  expect(await watch.placesOf('canary-behind-a-proxy-552')).toEqual([])
})

it('seals with that key once an admin has accepted it under Keys', async () => {
  await page.goto('/w/acme/settings/keys')
  await page.getByRole('button', { name: 'Accept the key that was found' }).click()
  expect(await accessibilityProblems(page)).toEqual([])
  const dialog = page.getByRole('dialog', { name: 'Accept this root key?' })
  await dialog.getByRole('button', { name: 'Accept' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('Fingerprint of the root key').waitFor()
  await page.unroute('**/graphql')
  // Now the true key is the unknown one.
  await page.goto('/w/acme/settings/keys')
  await page.getByText(fingerprint).waitFor()
  await page.getByRole('button', { name: 'Accept the key that was found' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click()
  await page.getByText('Fingerprint of the root key').waitFor()
  await save('TRUE_KEY', 'a-value-that-arrives')
  await page.getByRole('status').filter({ hasText: 'TRUE_KEY was added.' }).waitFor()
})
