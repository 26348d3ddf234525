import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { graphql } from '../as-viewer.ts'
import { openWorld, PASSWORD, type World } from '../world.ts'
import { dialog, fail, hold, press, type State, text, walk } from './walk.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  const token = `mutation($input: ApiTokenInput!) { createApiToken(input: $input) { __typename } }`
  await graphql(world.callers.admin, token, {
    input: { workspace: 'acme', name: 'Deploy script', role: 'MEMBER' },
  })
  const invite = `mutation($input: InviteMemberInput!) { inviteMember(input: $input) { __typename } }`
  await graphql(world.callers.admin, invite, {
    input: { workspace: 'acme', email: 'lin@example.com', role: 'MEMBER' },
  })
}, 120_000)
afterAll(() => world?.close())

const SETTINGS = '/w/acme/settings'
const MEMBERS = `${SETTINGS}/members`
const TOKENS = `${SETTINGS}/tokens`
const WORKSPACE = `${SETTINGS}/workspace`
const KEYS = `${SETTINGS}/keys`

const members: State[] = [
  ['members: one invited', 'admin', MEMBERS, text('lin@example.com')],
  ['members: loading', 'admin', MEMBERS, (it) => hold(it, 'Members')],
  ['members: not loaded', 'member', MEMBERS, (it) => fail(it, 'Members').then(() => alert(it))],
  ['members: a page that broke', 'admin', MEMBERS, breakMembers],
  ['members: invite', 'admin', MEMBERS, (it) => invite(it)],
  ['members: invite, not saved', 'admin', MEMBERS, failInvite],
  ['members: the link of an invitation', 'admin', MEMBERS, inviteAnother],
  ['members: change a role', 'admin', MEMBERS, changeRole],
]

const tokens: State[] = [
  ['API tokens: rows', 'admin', TOKENS, text('Deploy script')],
  ['API tokens: loading', 'admin', TOKENS, (it) => hold(it, 'ApiTokens')],
  ['API tokens: new, refused', 'admin', TOKENS, (it) => makeToken(it, ' ').then(() => alert(it))],
  ['API tokens: shown once', 'admin', TOKENS, showToken],
  ['API tokens: revoke', 'admin', TOKENS, (it) => open(it, 'Revoke Deploy script')],
]

const workspace: State[] = [
  ['the workspace: delete, with another name', 'admin', WORKSPACE, deleteWithAnotherName],
  ['the workspace: leave', 'member', WORKSPACE, (it) => open(it, 'Leave the workspace')],
  ['keys: loading', 'admin', KEYS, (it) => hold(it, 'KeyHealth')],
  ['keys: another root key, to be accepted', 'admin', KEYS, acceptKey],
]

const security: State[] = [
  ['security: refused', 'member', '/security', refuseSecurity],
  ['security: an authenticator app, with recovery codes', 'member', '/security', setUpApp],
  ['security: a session that has ended', 'member', '/security', endSession],
]

// The instance stays paused for what follows.
const paused: State[] = [
  ['the instance is paused', 'admin', MEMBERS, (it) => pause(it)],
  ['the instance is paused, as a member', 'member', '/w/acme/automations', (it) => pause(it)],
]

describe('the members', () => walk(() => world, members))
describe('the tokens', () => walk(() => world, tokens))
describe('the workspace', () => walk(() => world, workspace))
describe('the account', () => walk(() => world, security))
describe('a pause', () => walk(() => world, paused))

const alert = (page: Page) => page.getByRole('alert').filter({ hasText: /./ }).first().waitFor()

async function open(page: Page, button: string): Promise<void> {
  await press(page, button)
  await dialog(page).waitFor()
}

async function invite(page: Page, email = '', then?: (page: Page) => Promise<void>): Promise<void> {
  await press(page, 'Invite')
  await dialog(page).getByLabel('Email').fill(email)
  if (!then) return
  await press(dialog(page), 'Make the link')
  await then(page)
}

async function failInvite(page: Page): Promise<void> {
  await fail(page, 'InviteMember')
  await invite(page, 'zoe@example.com', alert)
}

async function inviteAnother(page: Page): Promise<void> {
  const email = `zoe-${Math.random()}@example.com`
  await invite(page, email, (it) => dialog(it).getByLabel('Link', { exact: true }).waitFor())
}

async function changeRole(page: Page): Promise<void> {
  await page.getByLabel('Role of Grace Hopper').selectOption('ADMIN')
  await dialog(page).waitFor()
}

/** As a fault in the code of a page would. */
/** A time that is none cannot be written. */
async function breakMembers(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('"operationName":"Invitations"')) return route.fallback()
    const answer = await route.fetch()
    const body = (await answer.text()).replaceAll(/"expiresAt":"[^"]*"/g, '"expiresAt":"soon"')
    return route.fulfill({ response: answer, body })
  })
  await page.reload()
  await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor()
}

async function makeToken(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /New/ }).first().click()
  await dialog(page).getByLabel('Name', { exact: true }).fill(name)
  await press(dialog(page), 'Make token')
}

async function showToken(page: Page): Promise<void> {
  await makeToken(page, 'Shown')
  await dialog(page).getByLabel('Token', { exact: true }).waitFor()
}

async function deleteWithAnotherName(page: Page): Promise<void> {
  await open(page, 'Delete the workspace')
  await dialog(page).getByRole('textbox').fill('acme')
  await press(dialog(page), 'Delete')
  await dialog(page).getByText('This is not the name of the workspace.').waitFor()
}

async function acceptKey(page: Page): Promise<void> {
  await page.getByText('Fingerprint of the root key').waitFor()
  const known = { fingerprint: 'ab'.repeat(32), generation: 1 }
  await page.evaluate(`localStorage.setItem('lockstep.key.acme', ${JSON.stringify(JSON.stringify(known))})`)
  await page.reload()
  await open(page, 'Accept the key that was found')
}

async function refuseSecurity(page: Page): Promise<void> {
  const app = page.getByRole('region', { name: 'Authenticator app' })
  await app.getByLabel('Your password').fill('wrong password')
  await press(app, 'Set up')
  await app.getByRole('alert').waitFor()
  const passkeys = page.getByRole('region', { name: 'Passkeys' })
  await passkeys.getByLabel('Name of the device').fill('Key')
  await press(passkeys, 'Add a passkey')
  await passkeys.getByRole('alert').waitFor()
}

async function setUpApp(page: Page): Promise<void> {
  const app = page.getByRole('region', { name: 'Authenticator app' })
  await app.getByLabel('Your password').fill(PASSWORD)
  await press(app, 'Set up')
  await app.getByText('Recovery codes:').waitFor()
}

async function endSession(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.context().clearCookies()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to Lockstep' }).waitFor()
}

async function pause(page: Page): Promise<void> {
  await world.app.database.query(
    `update instance set paused_at = coalesce(paused_at, now()), paused_because = 'ASKED'`,
  )
  await page.reload()
  await page.getByRole('note', { name: 'No run begins' }).waitFor()
}
