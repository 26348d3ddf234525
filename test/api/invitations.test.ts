import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import * as documents from '../support/documents.ts'
import { unknown } from '../support/operations.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ worker: true })
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

async function invite(email: string): Promise<string> {
  const input = { workspace: 'acme', email, role: 'MEMBER' }
  const { url } = await acme.admin.mutate(documents.inviteMember, { input })
  return new URL(url).hash.slice(1)
}

async function invitations(): Promise<{ id: string; email: string }[]> {
  const { data } = await acme.admin.graphql(documents.administration, { id: 'acme' })
  return data.workspace.invitations
}

async function idOf(email: string): Promise<string> {
  return (await invitations()).find((it) => it.email === email)?.id ?? ''
}

const revoke = async (id: string) =>
  (await acme.admin.graphql(documents.revokeInvitation, { id })).data.revokeInvitation

test('admins see the valid invitations, newest first, without their links', async () => {
  const token = await invite('one@example.com')
  await invite('two@example.com')
  await invite('late@example.com')
  await app.database.query(`update invitation set expires_at = now() where email = 'late@example.com'`)
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  const rest = {
    id: expect.stringMatching(/^acme\.[\w-]{36}$/),
    role: 'MEMBER',
    createdAt: time,
    expiresAt: time,
  }
  expect(await invitations()).toEqual([
    { email: 'two@example.com', ...rest },
    { email: 'one@example.com', ...rest },
  ])
  expect(app.responses.filter((answer) => answer.includes(token))).toHaveLength(1)
})

test('a revoked invitation admits no one, leaves the list, and is in the audit log', async () => {
  const guest = await app.signUp('Guest')
  const token = await invite(guest.email)
  const id = await idOf(guest.email)
  expect(await revoke(id)).toEqual({ __typename: 'RevokeInvitationSuccess', id })
  const { data } = await guest.graphql(documents.acceptInvitation, { token })
  expect(data.acceptInvitation).toMatchObject({ code: 'NOT_FOUND' })
  expect(await idOf(guest.email)).toBe('')
  const log = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 1 })
  expect(log.data.auditLog).toMatchObject([
    { action: 'invitation.revoke', target: guest.email, actor: acme.admin.email, detail: { role: 'MEMBER' } },
  ])
})

test('a used, revoked or unknown invitation cannot be revoked, and nothing changes', async () => {
  const guest = await app.signUp('User')
  const token = await invite(guest.email)
  const used = await idOf(guest.email)
  await guest.mutate(documents.acceptInvitation, { token })
  const before = await readRows(app.database)
  for (const id of [used, unknown('acme')]) {
    expect(await revoke(id)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/used or revoked/),
    })
  }
  expect(await readRows(app.database)).toEqual(before)
})

test('if two admins revoke an invitation at once, one succeeds and the audit log has one event', async () => {
  await invite('twice@example.com')
  const id = await idOf('twice@example.com')
  const row = `select 1 from invitation where email = 'twice@example.com'`
  const answers = await atOnce(app.database, row, [() => revoke(id), () => revoke(id)])
  const types = answers.map((answer) => answer.__typename)
  expect(new Set(types)).toEqual(new Set(['RevokeInvitationSuccess', 'NotFoundError']))
  const rows = await app.database.query(`select * from audit_event where target = 'twice@example.com'`)
  expect(rows).toHaveLength(2)
})
