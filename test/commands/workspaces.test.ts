import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { loginByDevice } from '../../src/client/device-login.ts'
import { keepLogin } from '../../src/client/login.ts'
import type { TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { type CommandLine, openCommandLine } from '../support/command-here.ts'
import { decideDevice } from '../support/device-login.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { LineWorld } from './line-world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const world = new LineWorld()
let app: TestApp
let ada: Client
/** Of Ada, an admin, and of Bob, a member of `acme`, who have signed in. */
let admin: CommandLine
let member: CommandLine

beforeAll(async () => {
  await world.open()
  app = world.app
  ada = world.acme.admin
  for (const [id, name] of [
    ['one', 'Twice'],
    ['two', 'Twice'],
    ['spare', 'Spare parts'],
  ])
    await ada.mutate(documents.createWorkspace, { input: { id, name } })
  const bob = await app.signUp('Bob', 'bob@example.com')
  const input = { workspace: 'acme', email: bob.email, role: 'MEMBER' }
  const { url } = await ada.mutate(documents.inviteMember, { input })
  await bob.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  admin = await signedIn(ada)
  member = await signedIn(bob)
})
afterAll(async () => {
  await admin.close()
  await member.close()
  await world.close()
})

async function signedIn(person: Client): Promise<CommandLine> {
  const line = await openCommandLine({ LOCKSTEP_URL: app.url })
  let shown = ''
  const got = await loginByDevice(app.url, {
    show: ({ code }) => {
      shown = code
    },
    wait: () => decideDevice(person, shown, true),
  })
  await line.within(() => keepLogin({ ...got, email: person.email, workspace: null }))
  return line
}

const workspacesOf = async (line: CommandLine): Promise<{ id: string; name: string; role: string }[]> =>
  (await line.json(['workspaces', 'list'])).data.workspaces

test('they are listed with the role of the caller', async () => {
  expect(await workspacesOf(member)).toEqual([{ id: 'acme', name: 'acme', role: 'MEMBER' }])
  expect((await admin.run(['workspaces', 'list'])).stdout).toContain('spare\tADMIN\tSpare parts\n')
  expect(await workspacesOf(world.line)).toEqual([{ id: 'acme', name: 'acme', role: 'ADMIN' }])
})

test.each([
  ['without the name', ['spare'], 64, /--confirm/],
  ['with another name', ['spare', '--confirm', 'spare'], 1, /not the name of the workspace/],
  ['with the name in other letters', ['spare', '--confirm', 'spare PARTS'], 1, /not the name/],
  ['that the person is not in', ['nowhere', '--confirm', 'nowhere'], 1, /You are in no workspace nowhere/],
  ['by a name that two of them have', ['Twice', '--confirm', 'Twice'], 1, /Give the id/],
])('one is not deleted %s', async (_how, args, code, words) => {
  const before = await readRows(app.database)
  const answer = await admin.run(['workspaces', 'delete', ...args])
  expect([answer.code, answer.stderr]).toEqual([code, expect.stringMatching(words)])
  expect(await readRows(app.database)).toEqual(before)
})

test('none is deleted by a member, nor by an API token of an admin', async () => {
  const args = ['workspaces', 'delete', 'acme', '--confirm', 'acme', '--json']
  for (const line of [member, world.line, world.member]) {
    const refused = await line.run(args)
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, exitCode: 1, error: { code: 'FORBIDDEN' } })
  }
  expect((await world.line.run(args)).stderr).toContain('lockstep login')
  expect(await workspacesOf(member)).toHaveLength(1)
})

test('an admin deletes one by its name and one by its id', async () => {
  const deleted = await admin.json(['workspaces', 'delete', 'Spare parts', '--confirm', 'Spare parts'])
  expect([deleted.code, deleted.data]).toEqual([0, { id: 'spare', name: 'Spare parts', deleted: true }])
  const told = await admin.run(['workspaces', 'delete', 'two', '--confirm', 'Twice'])
  expect([told.code, told.stdout]).toEqual([0, 'Twice (two) was deleted.\n'])
  expect(new Set((await workspacesOf(admin)).map(({ id }) => id))).toEqual(new Set(['acme', 'one']))
  const again = await admin.run(['workspaces', 'delete', 'two', '--confirm', 'Twice'])
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('You are in no workspace two')])
  // A worker destroys their keys after that.
  const marked = 'select id from workspace where deleted_at is not null order by id'
  expect(await app.database.query(marked)).toEqual([{ id: 'spare' }, { id: 'two' }])
})
