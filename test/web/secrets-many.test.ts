import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startScrollMeter } from './smoothness.ts'
import { openWorld, type World } from './world.ts'

const COUNT = 5000

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.app.database.query(
    `insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
     select 'acme', 'SECRET_' || lpad(i::text, 5, '0'), '', '', '{"hosts": [], "methods": [], "paths": [], "places": []}', now(), now() - i * interval '1 minute'
     from generate_series(1, $1) i`,
    [COUNT],
  )
}, 120_000)
afterAll(() => world?.close())

it('scrolls through 5,000 secrets smoothly', { timeout: 180_000 }, async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  await rows(page).first().waitFor()
  await page.mouse.move(600, 500)
  const meter = await startScrollMeter(page)
  let mostRows = 0
  while (!(await lastIsShown(page))) {
    await meter.turn(2400)
    mostRows = Math.max(mostRows, await rows(page).count())
    expect(meter.turns.length).toBeLessThan(2000)
  }
  process.stdout.write(`${COUNT} secrets, ${await meter.describe()}; at most ${mostRows} rows in the page\n`)
  const [first, last] = meter.firstAndLast()
  expect(mostRows).toBeLessThan(100)
  // The cost of a turn does not grow with the loaded rows. With all rows in the page it would be fifty times
  // higher.
  expect(last).toBeLessThan(first * 3)
  await expect.poll(() => rows(page).last().getAttribute('aria-setsize')).toBe(String(COUNT))
})

it('finds a secret by a part of its name', async () => {
  const page = await world.open('member', '/w/acme/settings/secrets')
  await page.getByRole('searchbox').fill('04711')
  await page.getByText('SECRET_04711').waitFor()
  await expect.poll(() => rows(page).count()).toBe(1)
})

it('keeps the focused row while others are scrolled through', async () => {
  const page = await world.open('admin', '/w/acme/settings/secrets')
  const name = page.getByRole('button', { name: 'SECRET_00003: replace its value' })
  await name.focus()
  await page.mouse.move(600, 500)
  for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, 1200)
  await expect
    .poll(async () => Number(await rows(page).last().getAttribute('aria-posinset')), { timeout: 10_000 })
    .toBeGreaterThan(100)
  expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toContain('SECRET_00003')
})

const rows = (page: Page) => page.getByRole('list', { name: 'Secrets' }).getByRole('listitem')

const lastIsShown = (page: Page) =>
  page
    .getByText(`SECRET_0${COUNT}`)
    .count()
    .then((it) => it > 0)
