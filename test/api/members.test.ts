import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import { expectNoCanary } from '../support/canary.ts'
import { type Client, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

type Role = 'ADMIN' | 'MEMBER'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  // The first account is the admin's. Everybody else needs an invitation.
  app = await startTestApp({ env: { LOCKSTEP_SIGN_UP: 'first' } })
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

async function invite(email: string, role: Role = 'MEMBER', workspace = 'acme'): Promise<string> {
  const { url } = await acme.admin.mutate(documents.inviteMember, { input: { workspace, email, role } })
  return new URL(url).hash.slice(1)
}

const signUp = (client: Client, email: string, invitation: string) =>
  client.request(
    '/api/auth/sign-up/email',
    post({ name: 'Guest', email, password: 'correct horse battery staple', invitation }),
  )

/** Invites a person, who then signs up. */
async function join(email: string, role: Role = 'MEMBER'): Promise<{ client: Client; id: string }> {
  const client = app.visitor()
  expect((await signUp(client, email, await invite(email, role))).status).toBe(200)
  const { data } = await client.graphql(documents.viewer)
  return { client, id: data.viewer.id }
}

async function members(workspace = 'acme'): Promise<Record<string, Role>> {
  const { data } = await acme.admin.graphql(documents.workspace, { id: workspace })
  const found: { email: string; role: Role }[] = data.workspace.members
  return Object.fromEntries(found.map(({ email, role }) => [email, role]))
}

const setRole = (client: Client, member: string, role: Role, workspace = 'acme') =>
  client.graphql(documents.setMemberRole, { input: { workspace, member, role } })
const remove = (client: Client, member: string, workspace = 'acme') =>
  client.graphql(documents.removeMember, { input: { workspace, member } })

async function idOf(person: Client): Promise<string> {
  return (await person.graphql(documents.viewer)).data.viewer.id
}

describe('an invitation', () => {
  test('is a link with its token after the #, which no server sees', async () => {
    const input = { workspace: 'acme', email: 'link@example.com', role: 'MEMBER' }
    const { url } = await acme.admin.mutate(documents.inviteMember, { input })
    expect(url).toMatch(/^http:\/\/localhost:\d+\/invite#acme\.[\w-]{43}$/)
  })

  test('lets a person sign up where sign-up is closed, and makes them a member', async () => {
    expect((await signUp(app.visitor(), 'stranger@example.com', 'acme.none')).status).toBe(403)
    const { client } = await join('Guest@Example.com'.toLowerCase())
    expect((await client.graphql(documents.viewer)).data.viewer.workspaces).toEqual([
      { id: 'acme', viewerRole: 'MEMBER' },
    ])
    expect((await members())['guest@example.com']).toBe('MEMBER')
  })

  test('gives the role that it was made for', async () => {
    await join('chief@example.com', 'ADMIN')
    expect((await members())['chief@example.com']).toBe('ADMIN')
  })

  test('works for its email in any case, and for no other', async () => {
    const token = await invite('  Case@Example.COM ')
    const before = await readRows(app.database, ['auth_user', 'membership', 'invitation', 'audit_event'])
    expect((await signUp(app.visitor(), 'other@example.com', token)).status).toBe(403)
    expect(await readRows(app.database, ['auth_user', 'membership', 'invitation', 'audit_event'])).toEqual(
      before,
    )
    expect((await signUp(app.visitor(), 'CASE@example.com', token)).status).toBe(200)
    expect((await members())['case@example.com']).toBe('MEMBER')
  })

  test('is refused to a person with another email, and stays valid for the right one', async () => {
    const token = await invite('right@example.com')
    const before = await readRows(app.database)
    const { data } = await acme.admin.graphql(documents.acceptInvitation, { token })
    expect(data.acceptInvitation).toMatchObject({ code: 'NOT_FOUND' })
    expect(await readRows(app.database)).toEqual(before)
    expect((await signUp(app.visitor(), 'right@example.com', token)).status).toBe(200)
  })

  test('works once', async () => {
    const token = await invite('once@example.com')
    const person = app.visitor()
    expect((await signUp(person, 'once@example.com', token)).status).toBe(200)
    await remove(acme.admin, await idOf(person))
    const { data } = await person.graphql(documents.acceptInvitation, { token })
    expect(data.acceptInvitation).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/Ask an admin for a new one/),
    })
    expect((await members())['once@example.com']).toBeUndefined()
  })

  test('makes one member and one audit event when it is used twice at once', async () => {
    const { client, id } = await join('double@example.com')
    await remove(acme.admin, id)
    const token = await invite('double@example.com')
    const accept = () => client.graphql(documents.acceptInvitation, { token })
    const row = `select 1 from invitation where email = 'double@example.com'`
    const answers = await atOnce(app.database, row, [accept, accept, accept])
    const types = answers.map(({ data }) => data.acceptInvitation.__typename)
    expect(types.filter((it) => it === 'AcceptInvitationSuccess')).toHaveLength(1)
    const joined = `select * from audit_event where action = 'member.join' and target = 'double@example.com'`
    expect(await app.database.query(joined)).toHaveLength(2)
  })

  test('is refused after a week, and leaves the list', async () => {
    const token = await invite('expired@example.com')
    await app.database.query(
      `update invitation set expires_at = now() - interval '1 second' where email = 'expired@example.com'`,
    )
    expect((await signUp(app.visitor(), 'expired@example.com', token)).status).toBe(403)
    await invite('next@example.com')
    const rows = await app.database.query(`select * from invitation where email = 'expired@example.com'`)
    expect(rows).toEqual([])
  })

  test('is stored only as a hash', async () => {
    const token = await invite('hash@example.com')
    const forms = [token, token.slice('acme.'.length)]
    await expectNoCanary(forms, {
      database: app.database,
      log: app.log,
      responses: [],
      notifications: app.notifications,
    })
  })

  test.each([
    '',
    'no email',
    'a@b@c d',
    '@example.com',
    'a\0@example.com',
    '\ud800@example.com',
    `${'x'.repeat(250)}@a.bc`,
  ])('for %j is refused with a message that shows a valid address', async (email) => {
    const before = await readRows(app.database)
    const input = { workspace: 'acme', email, role: 'MEMBER' }
    const { data } = await acme.admin.graphql(documents.inviteMember, { input })
    expect(data.inviteMember).toMatchObject({ code: 'INVALID_NAME' })
    expect(await readRows(app.database)).toEqual(before)
  })

  test.each(['', 'acme', 'acme.', '.', 'a\0.b', 'initech.abc', 'x'.repeat(5000)])(
    'is refused for the token %j',
    async (token) => {
      const { data } = await acme.admin.graphql(documents.acceptInvitation, { token })
      expect(data.acceptInvitation).toMatchObject({ code: 'NOT_FOUND' })
    },
  )
})

describe('the last admin', () => {
  const solo = async (id: string) => {
    await acme.admin.mutate(documents.createWorkspace, { input: { id, name: id } })
    return idOf(acme.admin)
  }

  test('cannot be demoted or removed by anybody', async () => {
    const me = await solo('solo')
    const before = await readRows(app.database)
    for (const change of [setRole(acme.admin, me, 'MEMBER', 'solo'), remove(acme.admin, me, 'solo')]) {
      const [result] = Object.values((await change).data) as { code: string; message: string }[]
      expect(result).toMatchObject({
        code: 'LAST_ADMIN',
        message: expect.stringMatching(/Make someone else/),
      })
    }
    expect(await readRows(app.database)).toEqual(before)
  })

  test('can leave once there is another admin', async () => {
    const me = await solo('handover')
    const { client, id } = await join('successor@example.com')
    const token = await invite('successor@example.com', 'MEMBER', 'handover')
    await client.mutate(documents.acceptInvitation, { token })
    expect((await remove(acme.admin, me, 'handover')).data.removeMember.code).toBe('LAST_ADMIN')
    await setRole(acme.admin, id, 'ADMIN', 'handover')
    expect((await remove(acme.admin, me, 'handover')).data.removeMember.id).toBe(me)
    const { errors } = await acme.admin.graphql(documents.secrets, { workspace: 'handover' })
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })

  test('stays when two admins demote or remove each other at once', async () => {
    const me = await solo('duel')
    const { client, id } = await join('rival@example.com')
    const token = await invite('rival@example.com', 'ADMIN', 'duel')
    await client.mutate(documents.acceptInvitation, { token })
    for (let round = 0; round < 5; round++) {
      await Promise.all([setRole(acme.admin, id, 'MEMBER', 'duel'), setRole(client, me, 'MEMBER', 'duel')])
      const admins = await app.database.query<{ user: string }>(
        `select "user" from membership where workspace_id = 'duel' and role = 'ADMIN'`,
      )
      expect(admins).toHaveLength(1)
      const [winner, loser] = admins[0]?.user === me ? [acme.admin, id] : [client, me]
      await setRole(winner, loser, 'ADMIN', 'duel')
    }
    await Promise.all([remove(acme.admin, id, 'duel'), remove(client, me, 'duel')])
    const left = await app.database.query(`select * from membership where workspace_id = 'duel'`)
    expect(left).toHaveLength(1)
  })
})

test.each(['nobody', '', 'a\0b', '\ud800'])('%j, who is not a member, is NOT_FOUND', async (member) => {
  const before = await readRows(app.database)
  expect((await setRole(acme.admin, member, 'ADMIN')).data.setMemberRole.code).toBe('NOT_FOUND')
  expect((await remove(acme.admin, member)).data.removeMember.code).toBe('NOT_FOUND')
  expect(await readRows(app.database)).toEqual(before)
})

test.each(['Acme', 'a_b', '-a', 'a-', '', 'ä', 'a'.repeat(41), 'a.b', 'a\0', '../x'])(
  'a workspace id %j is refused',
  async (id) => {
    const before = await readRows(app.database)
    const { data } = await acme.admin.graphql(documents.createWorkspace, { input: { id, name: 'x' } })
    expect(data.createWorkspace).toMatchObject({ code: 'INVALID_NAME' })
    expect(await readRows(app.database)).toEqual(before)
  },
)

test('if two people take the same workspace id at once, one gets it', async () => {
  const { client } = await join('founder@example.com')
  const input = { id: 'wanted', name: 'Wanted' }
  const create = (who: Client) => who.graphql(documents.createWorkspace, { input })
  const answers = await Promise.all([create(acme.admin), create(client)])
  const types = answers.map(({ data }) => data.createWorkspace.__typename)
  expect(new Set(types)).toEqual(new Set(['CreateWorkspaceSuccess', 'NameTakenError']))
  const rows = await app.database.query(`select * from membership where workspace_id = 'wanted'`)
  expect(rows).toHaveLength(1)
})
