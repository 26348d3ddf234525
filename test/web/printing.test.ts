import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

const SECRETS = 300
const ITEMS = 600

let world: World
let run: string
beforeAll(async () => {
  world = await openWorld()
  await world.app.database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
     select 'acme', 'PRINTED_' || lpad(i::text, 4, '0'), '', '', '{"hosts": [], "methods": [], "paths": [], "places": []}', now(), now()
     from generate_series(0, $1) i`,
    [SECRETS - 1],
  )
  const items = Array.from({ length: ITEMS }, (_, index) => `item-${index}`)
  const fields = { values: JSON.stringify({ items }) }
  const automation = await addAutomation(world, 'Long', [{ key: 'list', type: 'set-values', fields }])
  const start = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(world.callers.admin, start, { input: { automation } })
  run = (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}, 120_000)
afterAll(() => world?.close())

/** As a browser does it: the listeners are told, and then the page is laid out for paper. */
async function print(page: Page): Promise<void> {
  await page.evaluate('dispatchEvent(new Event("beforeprint"))')
  await page.emulateMedia({ media: 'print' })
}

async function endPrint(page: Page): Promise<void> {
  await page.emulateMedia({ media: null })
  await page.evaluate('dispatchEvent(new Event("afterprint"))')
}

/** Whether each element is on a line of its own, in the order of the page. */
const isBelow = (selector: string) => `(() => {
  const tops = [...document.querySelectorAll(${JSON.stringify(selector)})].map((it) => it.getBoundingClientRect().top)
  return tops.every((top, index) => index === 0 || top > tops[index - 1])
})()`

it('all secrets that are loaded are printed, one below the other, and fewer are drawn afterwards', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets?sort=used')
  const rows = page.getByRole('list', { name: 'Secrets' }).getByRole('listitem')
  await rows.first().waitFor()
  const drawn = await rows.count()
  expect(drawn).toBeLessThan(SECRETS)
  await print(page)
  expect(await rows.count()).toBe(SECRETS)
  expect(await page.evaluate(isBelow('.secrets.long > li'))).toBe(true)
  expect(await overflow(page)).toBe(0)
  await endPrint(page)
  await expect.poll(() => rows.count()).toBeLessThan(SECRETS)
  await page.context().close()
}, 60_000)

it('the whole output of a run is printed, as far as it is open', async () => {
  const page = await world.open('member', `/w/acme/runs/${run}`)
  const tree = page.getByRole('tree', { name: 'Output', exact: true })
  await tree.waitFor()
  await page.getByRole('button', { name: 'Expand all: Output', exact: true }).click()
  // At once: the browser does not wait for what comes later.
  const drawn = await page.evaluate(`(() => {
    dispatchEvent(new Event("beforeprint"))
    return document.querySelectorAll('[role=tree][aria-label="Output"] .json-row').length
  })()`)
  expect(drawn).toBeGreaterThan(ITEMS)
  await print(page)
  await tree.getByText(`item-${ITEMS - 1}`).waitFor()
  await tree.getByText('item-300', { exact: false }).first().waitFor()
  expect(await page.evaluate(isBelow('[role=tree]:last-of-type .json-row'))).toBe(true)
  expect(await page.evaluate('document.querySelector("[role=tree]").scrollHeight > innerHeight')).toBe(true)
  await endPrint(page)
  await page.context().close()
}, 60_000)

it('a page of a list says that older ones are not printed', async () => {
  const query = `mutation($input: SecretNotesInput!) { describeSecret(input: $input) { __typename } }`
  for (let count = 0; count < 55; count += 1) {
    const input = { workspace: 'acme', name: 'PRINTED_0000', owner: `Owner ${count}` }
    await graphql(world.callers.admin, query, { input })
  }
  const page = await world.open('admin', '/w/acme/settings/audit')
  await page.getByRole('button', { name: 'Show older ones' }).waitFor()
  expect(await page.getByText('Older ones are not printed.').isVisible()).toBe(false)
  await print(page)
  expect(await page.getByText('Older ones are not printed.').isVisible()).toBe(true)
  await page.context().close()
}, 60_000)
