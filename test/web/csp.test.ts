import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const pages = [
  '/w/acme/automations',
  '/w/acme/automations/new',
  '/w/acme/runs',
  '/w/acme/settings/secrets',
  '/w/acme/settings/members',
  '/w/acme/settings/tokens',
  '/w/acme/settings/audit',
  '/w/acme/nonsense',
  '/new-workspace',
]

interface Seen {
  violations(): Promise<string[]>
  origins: Set<string>
}

async function watch(page: Page): Promise<Seen> {
  const origins = new Set<string>()
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:') origins.add(origin)
  })
  await page.addInitScript(`
    violations = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      violations.push([violatedDirective, blockedURI, sourceFile].join(' ')))
  `)
  return { origins, violations: () => page.evaluate('violations') }
}

it('no page violates its content security policy, or loads anything from another origin', async () => {
  const page = await world.open('admin', '/favicon.svg')
  const seen = await watch(page)
  for (const path of pages) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([path, await seen.violations()]).toEqual([path, []])
  }
  await page.goto('/w/acme/settings/secrets')
  await page.getByRole('button', { name: 'Workspace Acme: switch' }).click()
  await page.getByRole('menuitemradio', { name: 'Acme' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('one')
  await dialog.getByLabel('Value', { exact: true }).fill('one value')
  await dialog.getByRole('radio', { name: 'Any public host' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').filter({ hasText: 'ONE was added.' }).waitFor()
  expect(await seen.violations()).toEqual([])
  expect([...seen.origins]).toEqual([world.app.url])
})

it('no page for signed-out people violates it either', async () => {
  const page = await world.open(undefined, '/favicon.svg')
  const seen = await watch(page)
  for (const path of ['/', '/sign-up', '/invite', '/invite#acme.unknown', '/nonsense']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([path, await seen.violations()]).toEqual([path, []])
  }
  expect([...seen.origins]).toEqual([world.app.url])
})

it('an injected script or style does not run', async () => {
  const page = await world.open('admin', '/favicon.svg')
  const seen = await watch(page)
  await page.goto('/w/acme/settings/secrets')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(`
    ran = []
    const script = document.createElement('script')
    script.textContent = "ran.push('script')"
    const foreign = document.createElement('script')
    foreign.src = 'https://scripts.example/evil.js'
    const style = document.createElement('style')
    style.textContent = 'h1 { letter-spacing: 9px }'
    const image = '<img src="data:," onerror="ran.push(1)"><p id="styled" style="letter-spacing: 9px"></p>'
    document.body.append(script, foreign, style)
    document.body.insertAdjacentHTML('beforeend', image)
  `)
  await expect.poll(async () => (await seen.violations()).length).toBeGreaterThanOrEqual(5)
  expect(await page.evaluate('ran')).toEqual([])
  const spacing = (selector: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).letterSpacing`)
  expect(await spacing('h1')).toBe('normal')
  expect(await spacing('#styled')).toBe('normal')
})
