import { statSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

/** Bytes of all scripts together, compressed as the build writes them for browsers of today. */
const BUDGET = 180_000

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  page = await world.open('admin', '/favicon.svg')
}, 120_000)
afterAll(() => world?.close())

it('the secrets page loads at most 180 kB of JavaScript, compressed', async () => {
  const scripts = new Set<string>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.add(new URL(response.url()).pathname)
  })
  await page.goto('/w/acme/settings/secrets', { waitUntil: 'networkidle' })
  await page.getByText('No secrets yet').waitFor()
  const sizes = [...scripts].map((path) => [path, statSync(`web/dist${path}.br`).size] as const)
  const sum = sizes.reduce((total, [, size]) => total + size, 0)
  process.stdout.write(`the secrets page loads ${(sum / 1000).toFixed(1)} kB of JavaScript, compressed:\n`)
  for (const [path, size] of sizes) process.stdout.write(`  ${path} ${(size / 1000).toFixed(1)} kB\n`)
  expect(sizes.length).toBeGreaterThan(1)
  expect(sum).toBeLessThanOrEqual(BUDGET)
})

it('the browser gets the files in the shorter encoding that it takes', async () => {
  const answer = await page.evaluate(`(async () => {
    const src = document.querySelector('script[type=module]').src
    return (await fetch(src, { cache: 'no-store' })).headers.get('content-encoding')
  })()`)
  expect(answer).toBe('br')
})

it.each(['light', 'dark'] as const)(
  'the shell is painted before any script and style sheet, in %s',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/assets/**', async (route) => {
      await released
      await route.fallback()
    })
    await page.goto('/w/acme/settings/secrets', { waitUntil: 'commit' })
    await page.getByText('Lockstep', { exact: true }).waitFor()
    const painted = () => page.evaluate("performance.getEntriesByName('first-contentful-paint').length")
    await expect.poll(painted, { timeout: 20_000 }).toBe(1)
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(19, 20, 23)' : 'rgb(255, 255, 255)')
    release()
    await page.getByText('No secrets yet').waitFor()
    // The app has the same ground: nothing flashes.
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background)
    await page.unroute('**/assets/**')
  },
)

it('a page that cannot be loaded says so in the app, and appears when the connection is back', async () => {
  await page.goto('/w/acme/settings/secrets')
  await page.getByText('No secrets yet').waitFor()
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByRole('heading', { name: 'This page is not loaded yet' }).waitFor()
  await page.getByRole('link', { name: 'Secrets' }).waitFor()
  await page.context().setOffline(false)
  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
})

it('a page whose file went away with an update is loaded with the new document', async () => {
  await page.goto('/w/acme/settings/secrets')
  await page.getByText('No secrets yet').waitFor()
  let documents = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1
  })
  await page.route('**/assets/members-page*', (route) =>
    documents === 0 ? route.fulfill({ status: 404, body: 'Not found.\n' }) : route.fallback(),
  )
  await page.getByRole('link', { name: 'Members' }).click()
  await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
  expect(documents).toBe(1)
})
