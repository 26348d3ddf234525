import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation, addSecrets } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, type World } from './world.ts'

const VALUE = 'sk_live_canary_of_steps_at_work_77'
const MARKUP = '<img src="/x" onerror="document.title=1">'

const source = `
import { defineStep, field } from '@lockstep/steps'
export default defineStep({
  type: 'deliver', title: 'Deliver', description: 'Delivers things.', icon: 'bell', output: {},
  fields: {
    server: field.url({ label: 'Server', required: true }),
    token: field.text({ label: 'Token', required: true, secrets: true }),
    channel: field.text({ label: 'Channel' }),
  },
  choices: {
    async channel({ server, token }, { http }) {
      await http(server, { headers: { authorization: token } })
      return [{ value: 'general', label: 'General for ' + token.reveal() }, { value: 'random' }]
    },
  },
  async run({ server, token }, { http, log, progress, files }) {
    const write = (name, text) => files.write(Buffer.from(text), { name, mediaType: 'text/plain' })
    const made = [await write('open.txt', 'hello'), await write('held.txt', 'has ' + token.reveal())]
    log.info('the token is ' + token.reveal())
    log.warn(${JSON.stringify(MARKUP)})
    log.error('odd')
    progress(3, 12)
    await http(server, { timeoutMs: 300_000 })
    return made
  },
})
`

let folder: string
let world: World
let service: HoldingServer
let echo: EchoServer
let running: string
let editor: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-at-work-'))
  await writeFile(join(folder, 'package.json'), '{"name": "deliver", "type": "module"}')
  await writeFile(join(folder, 'deliver.js'), source)
  ;[service, echo] = await Promise.all([startHoldingServer(), startEchoServer()])
  world = await openWorld({ env: { LOCKSTEP_PLUGINS: join(folder, 'deliver.js') } })
  await addSecrets(world, { TOKEN: VALUE })
  const deliver = (server: string) => ({
    key: 'deliver',
    type: 'deliver',
    fields: { server, token: '{{ secrets.TOKEN }}' },
  })
  editor = await addAutomation(world, 'Chooses', [deliver(echo.url)])
  running = await start(await addAutomation(world, 'Works', [deliver(service.url)]))
  await service.untilReceived(1)
}, 120_000)
afterAll(async () => {
  await world?.app.expectNoCanary(VALUE)
  await world?.close()
  await Promise.all([service?.close(), echo?.close(), rm(folder, { recursive: true })])
})

async function start(automation: string): Promise<string> {
  const query = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(world.callers.admin, query, { input: { automation, input: null } })
  return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}

async function expectGoodPage(page: Page): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflow(page)).toBeLessThanOrEqual(0)
}

const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 740 }
const people = [
  ['an admin', 'admin', wide],
  ['an admin on a phone', 'admin', narrow],
  ['a member', 'member', wide],
  ['a member on a phone', 'member', narrow],
] as const
const stepOf = (page: Page) => page.getByRole('button', { name: /^deliver / })

describe('while a step works', () => {
  it.each(people)('%s sees how far it is, and reads its lines', async (_words, person, screen) => {
    const page = await world.open(person, `/w/acme/runs/${running}`, screen)
    const bar = page.getByRole('progressbar', { name: 'Progress of deliver' })
    await bar.waitFor()
    expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['3', '12'])
    await page.getByText('3 of 12').waitFor()
    await stepOf(page).click()
    const head = page.getByRole('button', { name: 'Log of deliver, 3 lines' })
    expect(await head.getAttribute('aria-expanded')).toBe('false')
    await head.click()
    const lines = page.locator('.step-log li')
    await lines.first().waitFor()
    const shown = (await lines.allTextContents()).map((it) => it.replace(/^\d+ m?s/, '').trim())
    expect(shown).toEqual(['the token is  TOKEN', `Warning: ${MARKUP}`, 'Error: odd'])
    expect(await page.locator('.step-log img').count()).toBe(0)
    await expectGoodPage(page)
    await world.leave(page)
  })
})

describe('when the step has ended', () => {
  beforeAll(async () => {
    const page = await world.open('member', `/w/acme/runs/${running}`)
    await page.getByRole('progressbar', { name: 'Progress of deliver' }).waitFor()
    service.release()
    await stepOf(page).filter({ hasText: 'Succeeded' }).waitFor()
    await page.getByRole('progressbar').waitFor({ state: 'detached' })
    await world.leave(page)
  })

  it.each(people)(
    '%s downloads its file, and not the one with a secret in it',
    async (_words, person, screen) => {
      const page = await world.open(person, `/w/acme/runs/${running}`, screen)
      const leaks = watchForLeaks(page)
      await page.reload()
      await stepOf(page).click()
      const files = page.getByRole('list', { name: 'Files' })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        files.getByRole('link', { name: 'open.txt' }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      expect([download.suggestedFilename(), Buffer.concat(chunks).toString()]).toEqual(['open.txt', 'hello'])
      const held = files.getByRole('listitem').filter({ hasText: 'held.txt' })
      await held.getByText('A secret was found in it').waitFor()
      expect(await held.getByRole('link').count()).toBe(0)
      await expectGoodPage(page)
      expect(await leaks.placesOf(VALUE)).toEqual([])
      await world.leave(page)
    },
  )

  it('nobody gets the file with a secret in it by its address', async () => {
    const query = 'query($id: ID!) { run(id: $id) { steps { files { id name url } } } }'
    const data = await graphql(world.callers.admin, query, { id: running })
    const { files } = (
      data as { run: { steps: { files: { id: string; name: string; url: string | null }[] }[] } }
    ).run.steps[0] ?? { files: [] }
    const [open, held] = ['open.txt', 'held.txt'].map((name) => files.find((it) => it.name === name))
    expect(held?.url).toBeNull()
    const address = `/files/${held?.id}`
    expect((await world.callers.member.get(`/files/${open?.id}`)).status()).toBe(200)
    expect((await world.callers.admin.get(address)).status()).not.toBe(200)
    expect((await world.callers.member.get(address)).status()).not.toBe(200)
  })
})

describe('choices that a service offers', () => {
  it.each(people)('%s chooses one of them', async (_words, person, screen) => {
    const page = await world.open(person, `/w/acme/automations/${editor}`, screen)
    const leaks = watchForLeaks(page)
    if (screen === narrow) await page.getByRole('button', { name: /Show all steps/ }).click()
    await page.locator('[data-step="deliver"]').click()
    await page.getByRole('button', { name: 'Choose Channel' }).click()
    const first = page.getByRole('menuitem', { name: 'General for [secret TOKEN]' })
    await first.waitFor()
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      'General for [secret TOKEN]',
      'random',
    ])
    await expectGoodPage(page)
    await page.getByRole('menuitem', { name: 'random' }).click()
    await expect.poll(() => page.getByLabel('Channel', { exact: true }).textContent()).toContain('random')
    expect(echo.received.at(-1)?.headers['authorization']).toBe(VALUE)
    expect(await leaks.placesOf(VALUE)).toEqual([])
    await world.leave(page)
  })

  it('why a service offers none is said in its place', async () => {
    await echo.close()
    const page = await world.open('member', `/w/acme/automations/${editor}`)
    await page.locator('[data-step="deliver"]').click()
    await page.getByRole('button', { name: 'Choose Channel' }).click()
    await page
      .getByText(/refused|reached/)
      .first()
      .waitFor()
    await expectGoodPage(page)
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Ask again'])
    await world.leave(page)
  })
})

it('a step type is shown with the picture that it names, which the page has itself', async () => {
  const requests: string[] = []
  const page = await world.open('member', `/w/acme/runs/${running}`)
  page.on('request', (it) => requests.push(it.url()))
  await stepOf(page).locator('svg[data-icon="bell"]').waitFor()
  await page.goto(`/w/acme/automations/${editor}`)
  await page.locator('[data-step="deliver"] svg[data-icon="bell"]').waitFor()
  await page.getByRole('button', { name: 'Add step' }).click()
  const dialog = page.getByRole('dialog')
  const picture = (title: string) =>
    dialog
      .getByRole('button', { name: new RegExp(`^${title}`) })
      .locator('svg')
      .getAttribute('data-icon')
  await dialog.getByRole('button', { name: /^Deliver/ }).waitFor()
  expect(await Promise.all(['Deliver', 'Wait', 'Send an email'].map(picture))).toEqual([
    'bell',
    'clock',
    'mail',
  ])
  await expectGoodPage(page)
  expect(requests.filter((it) => !it.startsWith(world.app.url))).toEqual([])
  await world.leave(page)
})
