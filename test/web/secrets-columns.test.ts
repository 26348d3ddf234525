import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addAutomation, expectAccessible, shoot } from './editor-support.ts'
import { discardTyped, names, rowOf } from './secrets-list.ts'
import { openWorld, type World } from './world.ts'

const COUNT = 2000
const ADDRESS = '/w/acme/settings/secrets'

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  await addAutomation(world, 'Charge', [callOf('STRIPE_KEY')])
  await addAutomation(world, 'Refund', [callOf('STRIPE_KEY')])
  // As people have them: few have notes, some are old, some go anywhere.
  await world.app.database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, owner, description, created_at, updated_at, last_used_at)
     select 'acme', name, '', '', policy::jsonb, owner, description, now(), now() - days * interval '25 hours', now() - used * interval '25 hours'
     from (values
       ('STRIPE_KEY', '{"hosts": ["api.stripe.com", "files.stripe.com"], "methods": [], "paths": [], "places": []}', 'Payments', 'Charges customers', 3, 2),
       ('A_FORGOTTEN_KEY', '{"hosts": [], "methods": [], "paths": [], "places": []}', null, null, 900, null),
       ('Z_LATEST_KEY', '{"hosts": ["z.example.com"], "methods": [], "paths": [], "places": []}', 'Ops', null, 0, 1)
     ) as it (name, policy, owner, description, days, used)
     union all
     select 'acme', 'MANY_' || lpad(i::text, 5, '0'), '', '', '{"hosts": ["api.example.com"], "methods": [], "paths": [], "places": []}', 'Ops', null,
       now(), now() - (10 + i % 300) * interval '1 day', now() - (3 + i % 50) * interval '1 day'
     from generate_series(4, $1) i`,
    [COUNT],
  )
  page = await world.open('admin', ADDRESS)
}, 120_000)
afterAll(() => world?.close())

function callOf(secret: string) {
  const headers = [{ name: 'authorization', value: `Bearer {{ secrets.${secret} }}` }]
  return { key: 'call', type: 'custom-http', fields: { url: 'https://api.stripe.com', headers } }
}

const rows = (on = page) => on.getByRole('list', { name: 'Secrets' }).getByRole('listitem')
const search = () => new URL(page.url()).search

it('an admin sees where a secret goes, who answers for it, what names it, and its last use', async () => {
  await page.getByRole('searchbox').fill('stripe')
  const text = async () => (await rowOf(page, 'STRIPE_KEY').textContent())?.replaceAll(/\s+/g, ' ')
  await expect.poll(text).toContain('In 2 automations')
  for (const part of [
    'Charges customers',
    'api.stripe.com, 1 more',
    'Payments',
    'Used 2 days ago',
    'Changed 3 days ago',
  ])
    expect(await text()).toContain(part)
  await page.getByRole('searchbox').fill('forgotten')
  await expect.poll(() => rows().count()).toBe(1)
  expect(await rowOf(page, 'A_FORGOTTEN_KEY').textContent()).toMatch(
    /Any public host.*In no automation.*Never used/,
  )
})

it('a member sees a name and a time, and asks for nothing else', async () => {
  const member = await world.open('member', 'about:blank')
  const asked: string[] = []
  member.on('request', (request) => asked.push(request.postData() ?? ''))
  // An address that an admin has shared.
  await member.goto(`${ADDRESS}?sort=used&show=unused`)
  await rowOf(member, 'A_FORGOTTEN_KEY').waitFor()
  expect(await rowOf(member, 'A_FORGOTTEN_KEY').textContent()).toMatch(/^A_FORGOTTEN_KEY2 years ago/)
  expect(await member.getByRole('combobox').count()).toBe(0)
  expect(asked.join('').includes('secretUseCounts')).toBe(false)
  expect(asked.some((it) => it.includes('"policies":true'))).toBe(false)
  await expectAccessible(member)
  await world.leave(member)
})

it.each([
  ['Changed last', 'changed', 'Z_LATEST_KEY'],
  ['Unchanged for longest', 'unchanged', 'A_FORGOTTEN_KEY'],
  ['Used last', 'used', 'Z_LATEST_KEY'],
  ['Not used for longest', 'idle', 'A_FORGOTTEN_KEY'],
])('%s is sorted over all 2,000, and in the address', async (label, value, first) => {
  await page.goto(ADDRESS)
  await page.getByLabel('Sort').selectOption({ label })
  await expect.poll(async () => (await names(page))[0]).toBe(first)
  expect(search()).toBe(`?sort=${value}`)
  // Few of them are in the page.
  expect(await rows().count()).toBeLessThan(60)
  expect(await rows().first().getAttribute('aria-setsize')).toBe(String(COUNT))
  await page.reload()
  await expect.poll(async () => (await names(page))[0]).toBe(first)
  expect(await page.getByLabel('Sort').inputValue()).toBe(value)
})

it.each([
  ['Never used', 'never-used', ['A_FORGOTTEN_KEY'], '1 secret is like this.'],
  ['Not bound to a host', 'any-host', ['A_FORGOTTEN_KEY'], '1 secret is like this.'],
  ['Without an owner', 'no-owner', ['A_FORGOTTEN_KEY'], '1 secret is like this.'],
  ['In no automation', 'unused', undefined, '1999 secrets are like this.'],
])('%s is a filter over all 2,000, and in the address', async (label, value, found, told) => {
  await page.goto(ADDRESS)
  await page.getByLabel('Show').selectOption({ label })
  await page.getByRole('status').filter({ hasText: told }).waitFor()
  expect(search()).toBe(`?show=${value}`)
  if (found) expect(await names(page)).toEqual(found)
  else expect(await names(page)).not.toContain('STRIPE_KEY')
})

it('sorts what is found by a search too, and says when nothing is like this', async () => {
  await page.goto(`${ADDRESS}?sort=used&show=any-host`)
  await page.getByRole('searchbox').fill('key')
  await expect.poll(() => names(page)).toEqual(['A_FORGOTTEN_KEY'])
  await page.getByRole('searchbox').fill('stripe')
  await page.getByRole('status').filter({ hasText: 'No secret is like this.' }).waitFor()
})

it('an address that asks for what there is not shows all by name', async () => {
  await page.goto(`${ADDRESS}?sort=toString&show=constructor`)
  await expect.poll(async () => (await names(page))[0]).toBe('A_FORGOTTEN_KEY')
  expect(await page.getByLabel('Sort').inputValue()).toBe('')
})

it('a click anywhere on the row opens it, and its owner and description are saved there by keyboard', async () => {
  await page.goto(`${ADDRESS}?sort=used`)
  const place = await rowOf(page, 'Z_LATEST_KEY').getByText('Ops').boundingBox()
  await page.mouse.click((place?.x ?? 0) + 5, (place?.y ?? 0) + 5)
  const dialog = page.getByRole('dialog', { name: 'Z_LATEST_KEY' })
  await dialog.getByLabel('Description').fill('Opens the door')
  await dialog.getByLabel('Owner').fill(' Facilities ')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'What Z_LATEST_KEY is for was saved.' }).waitFor()
  await expect.poll(() => rowOf(page, 'Z_LATEST_KEY').textContent()).toMatch(/Opens the door.*Facilities/)
  // What was searched, sorted and filtered stays.
  expect(search()).toBe('?sort=used')
})

it('what was typed as a description asks before it is lost, and one that was not saved stays', async () => {
  await rowOf(page, 'Z_LATEST_KEY').getByRole('button', { name: 'replace its value' }).click()
  const dialog = page.getByRole('dialog', { name: 'Z_LATEST_KEY' })
  await dialog.getByLabel('Owner').fill('Somebody else')
  await page.context().setOffline(true)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'Lockstep could not be reached' }).waitFor()
  await page.context().setOffline(false)
  expect(await dialog.getByLabel('Owner').inputValue()).toBe('Somebody else')
  await discardTyped(page)
})

it.each([
  ['wide', { width: 1280, height: 800 }],
  ['narrow', { width: 360, height: 740 }],
])('is accessible and fits a %s screen', async (kind, screen) => {
  const admin = await world.open('admin', `${ADDRESS}?sort=changed`, screen)
  await rowOf(admin, 'STRIPE_KEY').getByText('In 2 automations').waitFor()
  await expectAccessible(admin)
  await shoot(admin, `secrets-columns-${kind}`)
  await world.leave(admin)
})
