import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

const BUDGET = 250_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

it('the secrets page loads less than 250 kB of JavaScript, gzipped', async () => {
  const page = await world.open('admin', '/favicon.svg')
  const scripts = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), response.body())
  })
  await page.goto('/w/acme/settings/secrets', { waitUntil: 'networkidle' })
  await page.getByText('No secrets yet').waitFor()
  const sizes = await Promise.all(
    [...scripts].map(async ([url, body]) => [new URL(url).pathname, gzipSync(await body).length] as const),
  )
  const sum = sizes.reduce((total, [, size]) => total + size, 0)
  process.stdout.write(`the secrets page loads ${(sum / 1000).toFixed(1)} kB of JavaScript, gzipped:\n`)
  for (const [path, size] of sizes) process.stdout.write(`  ${path} ${(size / 1000).toFixed(1)} kB\n`)
  expect(sizes.length).toBeGreaterThan(1)
  expect(sum).toBeLessThan(BUDGET)
})
