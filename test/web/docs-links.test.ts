import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityFindings, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

let world: World
let run: string
beforeAll(async () => {
  world = await openWorld()
  const headers = [{ name: 'Authorization', value: 'Bearer {{ secrets.LOST_TOKEN }}' }]
  const fields = { url: 'https://api.example.com/v1', headers }
  const automation = await addAutomation(world, 'Stuck', [{ key: 'ask', type: 'custom-http', fields }])
  const start = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(world.callers.admin, start, { input: { automation } })
  run = (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}, 120_000)
afterAll(() => world?.close())

/** Opens the link by keyboard. @returns the page of the docs, once it is there. */
async function follow(page: Page, link: string): Promise<Page> {
  const popup = page.context().waitForEvent('page')
  await page
    .getByRole('link', { name: `${link} (opens in a new tab)`, exact: true })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  const docs = await popup
  await docs.getByRole('heading', { level: 1 }).waitFor()
  return docs
}

const headingAt = (docs: Page) => docs.evaluate('document.querySelector(":target")?.textContent')

it.each([
  ['member', 360],
  ['admin', 1280],
] as const)(
  'a failed run leads the %s to help and to the meaning of its code, at %i px',
  async (person, width) => {
    const page = await world.open(person, `/w/acme/runs/${run}`, { width, height: 740 })
    await page.getByText('SECRET_NOT_FOUND').waitFor()
    const help = await follow(page, 'Learn more: this error')
    expect(await headingAt(help)).toBe('A secret is missing')
    await help.setViewportSize({ width, height: 740 })
    expect(await accessibilityFindings(help)).toEqual([])
    expect(await overflow(help)).toBe(0)
    await help.close()
    const codes = await follow(page, 'SECRET_NOT_FOUND')
    expect(await headingAt(codes)).toBe('SECRET_NOT_FOUND')
    await codes.context().close()
  },
  60_000,
)

it('the pages of the docs load nothing from elsewhere, run no script, and are read without signing in', async () => {
  const page = await world.open(undefined, '/docs/')
  const elsewhere: string[] = []
  page.on('request', (it) => void (it.url().startsWith(world.app.url) || elsewhere.push(it.url())))
  await page.addInitScript(`violations = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))`)
  for (const path of ['/docs/', '/docs/security', '/docs/steps/custom-http', '/docs/commands']) {
    const response = await page.goto(path)
    expect(response?.headers()['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'/)
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('violations')).toEqual([])
    expect(await overflow(page)).toBe(0)
    expect(await accessibilityFindings(page)).toEqual([])
  }
  await page.getByText('All pages').click()
  await page.getByRole('link', { name: 'Where people get stuck' }).click()
  await page.getByRole('heading', { name: 'Where people get stuck' }).waitFor()
  expect(elsewhere).toEqual([])
  await page.context().close()
}, 60_000)
