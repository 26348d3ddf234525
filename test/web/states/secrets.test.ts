import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { openWorld, type World } from '../world.ts'
import { fill } from './filled.ts'
import { dialog, fail, hold, press, row, type State, text, walk } from './walk.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const SECRETS = '/w/acme/settings/secrets'
const FORM = `${SECRETS}?secret=STRIPE_KEY`

const empty: State[] = [
  ['secrets: none, as an admin', 'admin', SECRETS, text('No secrets yet')],
  ['secrets: none, as a member', 'member', SECRETS, text('No secrets yet')],
  ['automations: none', 'member', '/w/acme/automations', text('No automations yet')],
  ['runs: none', 'member', '/w/acme/runs', text(/no runs/i)],
  ['API tokens: none', 'admin', '/w/acme/settings/tokens', text(/no (?:API )?tokens/i)],
]

const states: State[] = [
  ['secrets: rows, as an admin', 'admin', SECRETS, text('In 1 automation')],
  ['secrets: rows, as a member', 'member', SECRETS, (it) => row(it, 'STRIPE_KEY').waitFor()],
  ['secrets: a filter finds nothing', 'admin', `${SECRETS}?show=no-owner`, text('No secret is like this.')],
  ['secrets: a search finds nothing', 'admin', `${SECRETS}#nothing`, text('No name contains')],
  ['secrets: loading', 'admin', SECRETS, loading],
  ['secrets: not loaded', 'admin', SECRETS, notLoaded],
  ['secrets: offline', 'admin', SECRETS, offline],
  ['secret: add', 'admin', SECRETS, (it) => press(it, 'Add secret').then(() => dialog(it).waitFor())],
  ['secret: add, with mistakes', 'admin', SECRETS, addWithMistakes],
  ['secret: add, after the session has ended', 'admin', SECRETS, endSession],
  ['secret: form', 'admin', FORM, (it) => dialog(it).getByLabel('New value').waitFor()],
  ['secret: form, with mistakes and all open', 'admin', FORM, openFolds],
  ['secret: form, loading', 'admin', FORM, (it) => hold(it, 'SecretPolicy').then(() => dialog(it).waitFor())],
  ['secret: delete one that is used', 'admin', SECRETS, (it) => remove(it, 'STRIPE_KEY', 'will fail')],
  ['secret: delete one of no use', 'admin', SECRETS, (it) => remove(it, 'OTHER_KEY', 'No step uses it')],
  ['import: source', 'admin', SECRETS, openImport],
  ['secret: there is none of this name', 'admin', `${SECRETS}?secret=GONE`, text('does not exist any more')],
  ['import: nothing to read', 'admin', SECRETS, refuseImport],
  ['import: each kind of row', 'admin', SECRETS, reviewImport],
  ['a question before what was typed is lost', 'admin', SECRETS, askBeforeClosing],
]

describe('nothing is there yet', () => walk(() => world, empty))
describe('the secrets', () => {
  beforeAll(() => fill(world), 60_000)
  walk(() => world, states)
})

async function loading(page: Page): Promise<void> {
  await hold(page, 'Secrets')
  await page.getByRole('group', { name: 'Loading' }).waitFor()
}

async function notLoaded(page: Page): Promise<void> {
  await fail(page, 'Secrets')
  await page.getByRole('alert').filter({ hasText: 'a problem of its own' }).waitFor()
}

async function offline(page: Page): Promise<void> {
  await row(page, 'STRIPE_KEY').waitFor()
  await page.context().setOffline(true)
  await text(/offline/i)(page)
}

async function addWithMistakes(page: Page): Promise<void> {
  await press(page, 'Add secret')
  await dialog(page).getByLabel('Name', { exact: true }).fill('stripe key')
  await dialog(page).getByLabel('Value', { exact: true }).fill('abc ')
  await dialog(page).getByText('exists already').waitFor()
  await press(dialog(page), 'Save')
  await dialog(page).getByText('Choose another name').waitFor()
}

async function endSession(page: Page): Promise<void> {
  await press(page, 'Add secret')
  await dialog(page).getByLabel('Name', { exact: true }).fill('TYPED')
  await dialog(page).getByLabel('Value', { exact: true }).fill('states-value-typed')
  await dialog(page).getByRole('radio', { name: 'Any public host' }).check()
  // What seals the value is there already.
  await page.waitForLoadState('networkidle')
  await page.context().clearCookies()
  await press(dialog(page), 'Save')
  await page.getByRole('dialog', { name: 'Your session has ended' }).getByLabel('Email').waitFor()
}

async function openFolds(page: Page): Promise<void> {
  await dialog(page).getByLabel('New value').fill('states-canary-3')
  await press(dialog(page), 'More limits')
  await dialog(page).getByRole('radio', { name: 'Only to these hosts' }).check()
  await dialog(page).getByLabel('Allowed hosts').fill('https://no/host')
  await press(dialog(page), 'Save')
  await dialog(page).getByText('is not a host').waitFor()
}

async function remove(page: Page, name: string, words: string): Promise<void> {
  await press(page, `Delete ${name}`)
  await dialog(page).getByText(words).waitFor()
}

async function openImport(page: Page): Promise<void> {
  await press(page, 'Import .env')
  await dialog(page).getByLabel('Lines NAME=VALUE').waitFor()
}

async function refuseImport(page: Page): Promise<void> {
  await openImport(page)
  await press(dialog(page), 'Read')
  await dialog(page).getByRole('alert').waitFor()
}

const LINES = `stripeKey=states-value-1
MODE=production
PORT=1
NEW_KEY=states-value-2
new-key=states-value-3
-=states-value-4`

async function reviewImport(page: Page): Promise<void> {
  await openImport(page)
  await dialog(page).getByLabel('Lines NAME=VALUE').fill(LINES)
  await press(dialog(page), 'Read')
  await dialog(page).getByRole('checkbox', { name: 'Import NEW_KEY' }).first().check()
  await dialog(page).getByLabel('Where STRIPE_KEY may go').selectOption('hosts')
}

async function askBeforeClosing(page: Page): Promise<void> {
  await reviewImport(page)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Close without saving?' }).waitFor()
}
