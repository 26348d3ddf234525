import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_test_audit_0123456789'

interface Event {
  id: string
  at: string
  actor: string
  action: string
  target: string
  detail: unknown
}

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

async function read(page: object = {}): Promise<Event[]> {
  const { data, errors } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', ...page })
  expect(errors).toBeUndefined()
  return data.auditLog
}

const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
const inAcme = { workspace: 'acme' }

/** Makes every possible change once. @returns the events that the log must have, in order. */
async function changeEverything(): Promise<[string, string][]> {
  const { admin } = acme
  const secret = { ...inAcme, name: 'the key' }
  await admin.mutate(documents.createSecret, { input: { ...secret, value } })
  await admin.mutate(documents.updateSecret, { input: { ...secret, value: `${value}2` } })
  await admin.mutate(documents.setSecretPolicy, { input: { ...secret, allowedHosts: ['a.com'] } })
  await admin.mutate(documents.deleteSecret, { input: secret })
  const { automation } = await admin.mutate(documents.createAutomation, {
    input: { ...inAcme, name: 'Auto', steps },
  })
  await admin.mutate(documents.updateAutomation, {
    input: { id: automation.id, version: 1, name: 'Auto 2', steps },
  })
  const { run } = await admin.mutate(documents.runAutomation, { input: { automation: automation.id } })
  await acme.waitForRun(run.id)
  await admin.mutate(documents.testStep, { input: { ...inAcme, step: steps[0] } })
  await admin.mutate(documents.deleteAutomation, { id: automation.id })
  return [
    ['workspace.create', 'acme'],
    ['secret.create', 'THE_KEY'],
    ['secret.update', 'THE_KEY'],
    ['secret.policy', 'THE_KEY'],
    ['secret.delete', 'THE_KEY'],
    ['automation.create', 'Auto'],
    ['automation.update', 'Auto 2'],
    ['run.start', 'Auto 2'],
    ['step.test', 'set'],
    ['automation.delete', 'Auto 2'],
    ...(await changePeople()),
  ]
}

async function changePeople(): Promise<[string, string][]> {
  const { admin } = acme
  const guest = await app.signUp('Guest')
  const { url } = await admin.mutate(documents.inviteMember, {
    input: { ...inAcme, email: guest.email, role: 'MEMBER' },
  })
  await guest.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  const { id: member } = (await guest.graphql(documents.viewer)).data.viewer
  await admin.mutate(documents.setMemberRole, { input: { ...inAcme, member, role: 'ADMIN' } })
  await admin.mutate(documents.removeMember, { input: { ...inAcme, member } })
  const { id } = await admin.mutate(documents.createApiToken, {
    input: { ...inAcme, name: 'ci', role: 'MEMBER' },
  })
  await admin.mutate(documents.revokeApiToken, { id })
  return [
    ['member.invite', guest.email],
    ['member.join', guest.email],
    ['member.role', guest.email],
    ['member.remove', guest.email],
    ['token.create', 'ci'],
    ['token.revoke', 'ci'],
  ]
}

test('every change has one audit event, newest first, and each page continues after the last one', async () => {
  const expected = await changeEverything()
  const events = await read()
  expect(events.map(({ action, target }) => [action, target]).reverse()).toEqual(expected)
  const times = events.map(({ at }) => Date.parse(at))
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(new Set(events.map(({ actor }) => actor))).toEqual(
    new Set([acme.admin.email, events.find(({ action }) => action === 'member.join')?.target]),
  )

  const paged: Event[] = []
  for (;;) {
    const page = await read({ first: 5, before: paged.at(-1)?.id })
    paged.push(...page)
    if (page.length < 5) break
  }
  expect(paged).toEqual(events)
  await app.expectNoCanary(value)
})

test('the audit log names a token as the actor', async () => {
  const client = await acme.createToken('ADMIN')
  await client.mutate(documents.createSecret, { input: { ...inAcme, name: 'by token', value } })
  const [event] = await read({ first: 1 })
  expect(event).toMatchObject({ actor: 'API token ADMIN token', action: 'secret.create', target: 'BY_TOKEN' })
})

test('a refused change leaves no audit event', async () => {
  const [last] = await read({ first: 1 })
  const { data } = await acme.admin.graphql(documents.createSecret, {
    input: { ...inAcme, name: 'by token', value },
  })
  expect(data.createSecret.code).toBe('NAME_TAKEN')
  await acme.admin.graphql(documents.deleteSecret, { input: { ...inAcme, name: 'none' } })
  const member = await acme.createToken('MEMBER')
  const [created] = await read({ first: 1 })
  expect(created?.action).toBe('token.create')
  await member.graphql(documents.deleteSecret, { input: { ...inAcme, name: 'by token' } })
  const [now, before] = await read({ first: 2 })
  expect([now, before]).toEqual([created, last])
})

test('if several people delete a secret at once, one succeeds and the audit log has one event', async () => {
  await acme.createSecret('RACE', value)
  const { id } = await acme.createAutomation('Race', [])
  const input = { ...inAcme, name: 'RACE' }
  for (const [action, row, query, variables] of [
    ['secret.delete', `select 1 from secret where name = 'RACE'`, documents.deleteSecret, { input }],
    ['automation.delete', `select 1 from automation where name = 'Race'`, documents.deleteAutomation, { id }],
  ] as const) {
    const change = () => acme.admin.graphql(query, variables)
    const answers = await atOnce(app.database, row, [change, change, change, change])
    const types = answers.map(({ data }) => Object.values(data as { __typename: string }[])[0]?.__typename)
    expect(types.filter((it) => it === 'NotFoundError')).toHaveLength(3)
    const events = (await read()).filter((it) => it.action === action && /^race$/i.test(it.target))
    expect(events).toHaveLength(1)
  }
})

test('a change fails when its audit event cannot be written', async () => {
  await app.database.query(`alter table audit_event add constraint broken check (target <> 'UNRECORDED')`)
  const { data, errors } = await acme.admin.graphql(documents.createSecret, {
    input: { ...inAcme, name: 'unrecorded', value },
  })
  expect(data).toEqual({ createSecret: null })
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }])
  expect(await app.database.query(`select * from secret where name = 'UNRECORDED'`)).toEqual([])
  await app.database.query('alter table audit_event drop constraint broken')
})

test.each([
  ['that is too small', { first: 0 }],
  ['that is too large', { first: 501 }],
  ['behind something that is no id', { before: 'garbage' }],
  ['behind an id of another workspace', { before: 'globex.01890a5d-ac96-774b-bcce-b302099a8057' }],
])('a page %s is refused', async (_what, page) => {
  const variables = { workspace: 'acme', ...page }
  for (const [name, query] of [
    ['auditLog', documents.auditLog],
    ['runs', documents.runs],
  ] as const) {
    const { errors } = await acme.admin.graphql(query, variables)
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'BAD_REQUEST' } }])
  }
})

test('runs are paged by the last id seen, newest first, without tests of single steps', async () => {
  const { id } = await acme.createAutomation('Paged', steps)
  const made: string[] = []
  for (let count = 0; count < 5; count++) made.unshift((await acme.run(id)).id)
  await acme.admin.mutate(documents.testStep, { input: { ...inAcme, step: steps[0] } })
  const page = async (before?: string) => {
    const variables = { ...inAcme, automation: id, first: 2, before }
    const { data } = await acme.admin.graphql(documents.runs, variables)
    return data.runs.map((run: { id: string }) => run.id)
  }
  const pages = [await page(), await page(made[1]), await page(made[3]), await page(made[4])]
  expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4), []])
  const { data } = await acme.admin.graphql(documents.runs, { ...inAcme, first: 500 })
  expect(data.runs.slice(0, 5).map((run: { id: string }) => run.id)).toEqual(made)
})

test('the value is nowhere in the database, the log or an answer', () => app.expectNoCanary(value))
