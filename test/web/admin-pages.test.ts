import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { addAutomation } from './editor-support.ts'
import { watchForLeaks } from './leak-watch.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

let world: World
let admin: Page
beforeAll(async () => {
  world = await openWorld()
  await addAutomation(world, 'With a hook', [])
  admin = await world.open('admin', '/w/acme/settings/members')
}, 120_000)
afterAll(() => world?.close())

const said = (page: Page, text: string) => page.getByText(text).first().waitFor()
const confirmRole = (page: Page) => page.getByRole('button', { name: 'Change the role' }).click()
const memberRow = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Members' }).getByRole('row').filter({ hasText: name })

describe('members', () => {
  it('are listed with their roles, and the last admin cannot demote themselves', async () => {
    await memberRow(admin, 'Grace Hopper').waitFor()
    const role = admin.getByLabel('Role of Ada Lovelace')
    await expect.poll(() => role.inputValue()).toBe('ADMIN')
    await role.selectOption('MEMBER')
    await confirmRole(admin)
    await admin.getByRole('alert').filter({ hasText: /admin/ }).waitFor()
    await admin.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => role.inputValue()).toBe('ADMIN')
  })

  it('can be made admins and members again', async () => {
    const role = admin.getByLabel('Role of Grace Hopper')
    await role.selectOption('ADMIN')
    await confirmRole(admin)
    await said(admin, 'Grace Hopper is now an admin.')
    await role.selectOption('MEMBER')
    await admin.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => role.inputValue()).toBe('ADMIN')
    await role.selectOption('MEMBER')
    await confirmRole(admin)
    await said(admin, 'Grace Hopper is now a member.')
    await expect.poll(() => role.inputValue()).toBe('MEMBER')
  })

  it('are invited by a link that is shown once and works', async () => {
    const url = await inviteByLink(admin, 'lin@example.com')
    await admin.getByRole('button', { name: 'Revoke the invitation of lin@example.com' }).waitFor()
    const guest = await world.open(undefined, url, { width: 360, height: 740 })
    await guest.getByRole('heading', { name: 'Join Acme' }).waitFor()
    await guest.getByText('Ada Lovelace invites you to the workspace Acme as a member.').waitFor()
    expect(await guest.getByLabel('Email').inputValue()).toBe('lin@example.com')
    expect(await guest.getByLabel('Email').isEditable()).toBe(false)
    expect(await accessibilityProblems(guest)).toEqual([])
    expect(await overflow(guest)).toBe(0)
    await guest.getByLabel('Name', { exact: true }).fill('Lin Clark')
    await guest.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await guest.getByRole('button', { name: 'Create account' }).click()
    await guest.getByRole('heading', { level: 1 }).waitFor()
    await guest.waitForURL(/\/w\/acme\//)
    await guest.context().close()
    await admin.reload()
    await memberRow(admin, 'Lin Clark').waitFor()
    await expect.poll(() => admin.getByText('Invited').count()).toBe(0)
  })

  it('cannot join with a revoked link', async () => {
    const url = await inviteByLink(admin, 'eve@example.com')
    await admin.getByRole('button', { name: 'Revoke the invitation of eve@example.com' }).click()
    await said(admin, 'The invitation of eve@example.com was revoked')
    const guest = await world.open('member', url)
    await guest.getByRole('heading', { name: 'This invitation does not work' }).waitFor()
    expect(await guest.getByRole('button', { name: 'Join the workspace' }).count()).toBe(0)
    await guest.context().close()
  })

  it('are not left out of a long list without a word', async () => {
    await world.app.database.query(
      `insert into invitation (token_hash, email, role, workspace_id, created_at, expires_at)
         select 'many ' || n, 'many-' || n || '@example.com', 'MEMBER', 'acme', now(), now() + interval '1 day'
           from generate_series(1, 1003) n`,
    )
    await admin.reload()
    await admin.getByText(/^\d more are not shown/).waitFor()
    await world.app.database.query(`delete from invitation where token_hash like 'many %'`)
    await admin.reload()
    await memberRow(admin, 'Grace Hopper').waitFor()
  })

  it('with another address than that of the invitation are told so', async () => {
    const url = await inviteByLink(admin, 'zoe@example.com')
    const guest = await world.open('member', url)
    await guest.getByText('The invitation is for zoe@example.com.').waitFor()
    await guest.getByRole('button', { name: 'Join the workspace' }).click()
    await guest.getByRole('alert').filter({ hasText: 'does not work' }).waitFor()
    await world.leave(guest)
    await admin.getByRole('button', { name: 'Revoke the invitation of zoe@example.com' }).click()
    await said(admin, 'The invitation of zoe@example.com was revoked')
  })

  it('are removed after a confirmation', async () => {
    await admin.getByRole('button', { name: 'Remove Lin Clark' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Remove Lin Clark?' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const urls = () => world.app.database.query('select hook_generation from automation order by id')
    const before = await urls()
    expect(before).not.toEqual([])
    await admin.getByRole('button', { name: 'Remove Lin Clark' }).click()
    await dialog.getByLabel('Give every hook a new URL').check()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await said(admin, 'Lin Clark was removed.')
    await memberRow(admin, 'Lin Clark').waitFor({ state: 'detached' })
    expect(await urls()).toEqual(before.map(() => ({ hook_generation: 2 })))
  })

  it('show an error when the network fails, and nothing changes', async () => {
    await admin.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Remove Grace Hopper?' })
    await admin.context().setOffline(true)
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByText('Lockstep could not be reached').waitFor()
    await admin.context().setOffline(false)
    await admin.keyboard.press('Escape')
    await memberRow(admin, 'Grace Hopper').waitFor()
  })
})

describe('API tokens', () => {
  it('are shown once, work, and stop working when they are revoked', async () => {
    await admin.goto('/w/acme/settings/tokens')
    await admin.getByText('No tokens yet').waitFor()
    const watch = watchForLeaks(admin)
    await admin.getByRole('button', { name: 'New token' }).click()
    await admin.keyboard.type('Deploy script')
    await admin.keyboard.press('Enter')
    const token = await admin.getByLabel('Token', { exact: true }).inputValue()
    expect(token).toMatch(/^lks_/)
    const asToken = world.app.withToken(token)
    const query = 'query($workspace: ID!) { secrets(workspace: $workspace) { name } }'
    expect((await asToken.graphql(query, { workspace: 'acme' })).data).toEqual({ secrets: [] })
    await admin.getByRole('button', { name: 'Done' }).click()
    // The token was in one answer of the API, and is nowhere else.
    expect(await watch.placesOf(token)).toEqual(['responses'])
    await admin.getByRole('button', { name: 'Revoke Deploy script' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await said(admin, 'The token Deploy script was revoked.')
    await admin.getByText('No tokens yet').waitFor()
    const { errors } = await asToken.graphql(query, { workspace: 'acme' })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  it('take the scopes and the end that were chosen, and show them with their owner', async () => {
    await admin.getByRole('button', { name: 'New token' }).click()
    await admin.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Reader')
    for (const scope of ['automations:write', 'runs:start', 'members:read']) {
      await admin.getByLabel(`(${scope})`).uncheck()
    }
    await admin.getByLabel('Expires').selectOption('Never')
    await admin.getByRole('button', { name: 'Make token' }).click()
    await admin.getByRole('button', { name: 'Done' }).click()
    const row = admin.getByRole('row').filter({ hasText: 'Reader' })
    await row.getByText('secrets:read, automations:read, runs:read').waitFor()
    await row.getByText('Ada Lovelace').waitFor()
    await expect.poll(() => row.getByText('Never').count()).toBe(2)
    await admin.getByRole('button', { name: 'Revoke Reader' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await admin.getByText('No tokens yet').waitFor()
  })
})

describe('the audit log', () => {
  it('describes events in words, and continues with older ones', async () => {
    for (let index = 0; index < 50; index++) await renameRole(admin, index)
    await admin.goto('/w/acme/settings/audit')
    const events = admin.getByRole('list', { name: 'Events' }).getByRole('listitem')
    await events
      .filter({ hasText: 'ada@example.com changed the role of grace@example.com' })
      .first()
      .waitFor()
    await expect.poll(() => events.count()).toBe(51)
    await admin.getByRole('button', { name: 'Show older ones' }).click()
    await events.filter({ hasText: 'made the workspace acme' }).waitFor()
    await events.filter({ hasText: 'revoked the API token Deploy script' }).waitFor()
  })
})

describe('the keys', () => {
  it('show a warning without a recovery certificate, with what to do', async () => {
    await admin.goto('/w/acme/settings/keys')
    await admin.getByRole('note').filter({ hasText: 'add-recovery' }).waitFor()
    await admin.getByText('Root certificate valid until').waitFor()
  })
})

describe('a member', () => {
  it('sees the members, and no page for admins', async () => {
    const member = await world.open('member', '/w/acme/settings/members')
    await memberRow(member, 'Ada Lovelace').waitFor()
    await expect.poll(() => member.getByRole('main').getByRole('button').count()).toBe(0)
    await expect.poll(() => member.getByRole('main').getByRole('combobox').count()).toBe(0)
    await expect.poll(() => member.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
    for (const page of ['tokens', 'audit', 'keys']) {
      await member.goto(`/w/acme/settings/${page}`)
      await member.getByText('Only for admins').waitFor()
    }
    await member.context().close()
  })
})

async function inviteByLink(page: Page, email: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Make the link' }).click()
  const url = new URL(await page.getByRole('dialog').getByLabel('Link', { exact: true }).inputValue())
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  return url.pathname + url.hash
}

/** An event for the log, made without the page. */
async function renameRole(page: Page, index: number): Promise<void> {
  const data = await page.context().request.post('/graphql', {
    data: { query: '{ workspace(id: "acme") { members { id email } } }' },
  })
  const { members } = (await data.json()).data.workspace as { members: { id: string; email: string }[] }
  const member = members.find(({ email }) => email === 'grace@example.com')?.id
  const role = index % 2 === 0 ? 'ADMIN' : 'MEMBER'
  const query = 'mutation($input: MemberRoleInput!) { setMemberRole(input: $input) { __typename } }'
  const variables = { input: { workspace: 'acme', member, role } }
  expect((await page.context().request.post('/graphql', { data: { query, variables } })).ok()).toBe(true)
}
