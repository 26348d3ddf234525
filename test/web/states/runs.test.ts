import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { newVerifier, requestOf } from '../../support/app-sign-in.ts'
import { askForDevice } from '../../support/device-login.ts'
import { type HoldingServer, startHoldingServer } from '../../support/holding-server.ts'
import { graphql } from '../as-viewer.ts'
import { addAutomation, addSecrets } from '../editor-support.ts'
import { openWorld, type World } from '../world.ts'
import { fail, hold, holdStart, press, row, type State, text, walk } from './walk.ts'

const BACK = 'http://127.0.0.1:9/back'

let world: World
let holding: HoldingServer
let service: Server
const runs = { good: '', failed: '', refused: '', files: '', live: '' }
let code = ''

beforeAll(async () => {
  service = createServer(({ url }, response) => {
    if (url === '/report') response.setHeader('content-type', 'application/pdf').end('%PDF-1.7 of the states')
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ url, list: [1, { deep: true }] }))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  ;[world, holding] = await Promise.all([
    openWorld({ env: { LOCKSTEP_APPS: `board=${BACK}`, LOCKSTEP_CORS_ORIGINS: new URL(BACK).origin } }),
    startHoldingServer(),
  ])
  await addSecrets(world, { STRIPE_KEY: 'runs-states-canary-1' })
  code = (await askForDevice(world.app.anonymous)).user_code
  await fill()
}, 120_000)
afterAll(async () => {
  // The worker ends once its run has ended.
  holding?.release()
  await world?.close()
  await holding?.close()
  service?.close()
})

async function fill(): Promise<void> {
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  const url = `${origin}/report`
  const http = (key: string, fields: object) => ({ key, type: 'custom-http', fields })
  runs.good = await run('Good', [http('say', { url: `${origin}/{{ secrets.STRIPE_KEY }}` })])
  runs.failed = await run('Failed', [
    http('ask', { url: 'https://nowhere.invalid/' }),
    http('never', { url }),
  ])
  await addSecrets(world, { MISSING: 'runs-states-canary-2' })
  const remove = 'mutation($input: SecretNameInput!) { deleteSecret(input: $input) { __typename } }'
  runs.refused = await run('Refused', [http('ask', { url: 'https://api.test/{{ secrets.MISSING }}' })])
  await graphql(world.callers.admin, remove, { input: { workspace: 'acme', name: 'MISSING' } })
  runs.files = await run('Files', [http('get', { url, keepFile: true })])
  runs.live = await run('Live', [
    http('wait', { url: holding.url, timeoutSeconds: 300 }),
    http('never', { url }),
  ])
  await holding.untilReceived(1)
}

async function run(name: string, steps: { key: string; type: string; fields: object }[]): Promise<string> {
  const automation = await addAutomation(world, name, steps)
  const start = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(world.callers.member, start, { input: { automation, input: { of: 'states' } } })
  return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}

const at = (which: keyof typeof runs) => () => `/w/acme/runs/${runs[which]}`
const step = (page: Page, key: string) => page.getByRole('button', { name: new RegExp(`^${key} `) })

const ofRuns: State[] = [
  ['runs: rows', 'member', '/w/acme/runs', (it) => row(it, 'Good').first().waitFor()],
  ['runs: a filter finds nothing', 'member', '/w/acme/runs?status=CANCELLED', text('No such runs')],
  ['runs: loading', 'member', '/w/acme/runs', (it) => hold(it, 'Runs')],
  [
    'runs: not loaded',
    'member',
    '/w/acme/runs',
    (it) => fail(it, 'Runs').then(() => text(/problem of its own/)(it)),
  ],
  ['run: loading', 'member', at('good'), loadRun],
  ['run: live', 'member', at('live'), (it) => step(it, 'wait').filter({ hasText: 'Running' }).waitFor()],
  ['run: succeeded, with a secret in its output', 'member', at('good'), (it) => openStep(it, 'say')],
  ['run: failed', 'member', at('failed'), (it) => openStep(it, 'ask')],
  ['run: a missing secret, as an admin', 'admin', at('refused'), (it) => openStep(it, 'ask')],
  ['run: a missing secret, as a member', 'member', at('refused'), (it) => openStep(it, 'ask')],
  ['run: with files', 'member', at('files'), (it) => openStep(it, 'get')],
  ['run: there is none', 'member', '/w/acme/runs/acme.nothing', (it) => heading(it)],
]

const signIn: State[] = [
  ['sign in', undefined, '/sign-in', (it) => it.getByLabel('Email').waitFor()],
  ['sign in: refused', undefined, '/sign-in', refused],
  ['sign up', undefined, '/sign-up', (it) => it.getByLabel('Email').waitFor()],
  ['a password is forgotten', undefined, '/forgot-password', heading],
  ['a password is reset', undefined, '/reset-password?token=nothing', heading],
  ['an e-mail is verified', undefined, '/verify-email', heading],
  ['an invitation that is none', undefined, '/invite#nothing', heading],
  ['consent to an app', 'admin', consent, text('Allow board?')],
  ['an app that cannot sign in', 'admin', '/authorize?client_id=none', heading],
  ['a command line: its code', 'admin', '/device', (it) => it.getByLabel('Code').waitFor()],
  [
    'a command line: no such code',
    'admin',
    '/device?user_code=BBBB-BBBB',
    (it) => lookFor(it, 'No login waits'),
  ],
  [
    'a command line: consent',
    'admin',
    () => `/device?user_code=${code}`,
    (it) => lookFor(it, 'wants to act as'),
  ],
]

describe('the runs', () => walk(() => world, ofRuns))
describe('coming in', () => walk(() => world, signIn))

async function loadRun(page: Page): Promise<void> {
  await holdStart(page, 'Run')
  await page.getByRole('group', { name: 'Loading' }).waitFor()
}

async function openStep(page: Page, key: string): Promise<void> {
  await step(page, key).waitFor()
  if ((await step(page, key).getAttribute('aria-expanded')) !== 'true') await step(page, key).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
}

async function heading(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
}

async function refused(page: Page): Promise<void> {
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill('wrong password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'Invalid email or password' }).waitFor()
}

function consent(): string {
  return `/authorize?${new URLSearchParams({ ...requestOf(newVerifier()), redirect_uri: BACK })}`
}

async function lookFor(page: Page, words: string): Promise<void> {
  await press(page, 'Continue')
  await text(words)(page)
}
