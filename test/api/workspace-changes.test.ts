import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

async function join(email: string, role: 'ADMIN' | 'MEMBER'): Promise<Client> {
  const { url } = await acme.admin.mutate(documents.inviteMember, {
    input: { workspace: 'acme', email, role },
  })
  const person = await app.signUp(email, email)
  await person.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  return person
}

const leave = async (client: Client) =>
  (await client.graphql(documents.leaveWorkspace, { workspace: 'acme' })).data?.leaveWorkspace
const sees = async (client: Client) =>
  (await client.graphql(documents.workspace, { id: 'acme' })).data.workspace !== null

describe('a workspace', () => {
  test('gets another name by an admin, and keeps its id', async () => {
    const renamed = await acme.admin.mutate(documents.renameWorkspace, {
      input: { workspace: 'acme', name: '  Acme and Söhne ' },
    })
    expect(renamed.workspace).toEqual({ id: 'acme', name: 'Acme and Söhne' })
    const log = await app.database.query(
      `select target, detail from audit_event where action = 'workspace.rename'`,
    )
    expect(log).toEqual([{ target: 'acme', detail: { name: 'Acme and Söhne', before: 'acme' } }])
  })

  test.each(['', ' ', 'x'.repeat(201), 'a\u0000b'])('is not named %j', async (name) => {
    const before = await readRows(app.database)
    const { data } = await acme.admin.graphql(documents.renameWorkspace, {
      input: { workspace: 'acme', name },
    })
    expect(data.renameWorkspace.code).toBe('INVALID_NAME')
    expect(await readRows(app.database)).toEqual(before)
  })

  test('is not renamed by a member', async () => {
    const member = await join('renamer@example.com', 'MEMBER')
    const input = { workspace: 'acme', name: 'Mine' }
    const { errors } = await member.graphql(documents.renameWorkspace, { input })
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
  })
})

describe('leaving', () => {
  test('ends what a member sees', async () => {
    const member = await join('leaver@example.com', 'MEMBER')
    expect(await sees(member)).toBe(true)
    expect(await leave(member)).toMatchObject({ member: { email: 'leaver@example.com' } })
    expect(await sees(member)).toBe(false)
    expect(await leave(member)).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('ends the API tokens of an admin, and the invitations that they made', async () => {
    const admin = await join('second@example.com', 'ADMIN')
    const token = { workspace: 'acme', name: 'theirs', role: 'ADMIN' }
    const made = await admin.mutate(documents.createApiToken, { input: token })
    const invitation = { workspace: 'acme', email: 'invited@example.com', role: 'MEMBER' }
    await admin.mutate(documents.inviteMember, { input: invitation })
    await leave(admin)
    expect((await app.withToken(made.token).graphql(documents.viewer)).data?.viewer ?? null).toBeNull()
    const left = await app.database.query(`select 1 from invitation where email = 'invited@example.com'`)
    expect(left).toEqual([])
  })

  test('is refused to the last admin, who stays', async () => {
    expect(await leave(acme.admin)).toMatchObject({ code: 'LAST_ADMIN' })
    expect(await sees(acme.admin)).toBe(true)
  })

  test('does not leave a workspace without an admin when the two last leave at once', async () => {
    const other = await join('other-admin@example.com', 'ADMIN')
    const answers = await Promise.all([leave(acme.admin), leave(other)])
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual(['LAST_ADMIN'])
  })
})
