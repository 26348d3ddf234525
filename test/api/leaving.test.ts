import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { atOnce } from '../support/at-once.ts'
import { type Client, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
const waiting = [{ key: 'wait', type: 'wait', fields: { seconds: 60 } }]

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

type Role = 'ADMIN' | 'MEMBER'

const invite = async (email: string, role: Role, by: Client = acme.admin): Promise<string> => {
  const { url } = await by.mutate(documents.inviteMember, { input: { workspace: 'acme', email, role } })
  return new URL(url).hash.slice(1)
}

interface Person {
  id: string
  client: Client
}

async function join(name: string): Promise<Person> {
  const client = await app.signUp(name)
  const token = await invite(client.email, 'ADMIN')
  await client.mutate(documents.acceptInvitation, { token })
  return { id: (await client.graphql(documents.viewer)).data.viewer.id, client }
}

const tokenOf = async ({ client }: Person, scopes?: string[]): Promise<Client> => {
  const input = { workspace: 'acme', name: 'theirs', role: 'ADMIN', scopes }
  return app.withToken((await client.mutate(documents.createApiToken, { input })).token)
}

const remove = ({ id }: Person, by: Client = acme.admin) =>
  by.graphql(documents.removeMember, { input: { workspace: 'acme', member: id } })
const demote = ({ id }: Person) =>
  acme.admin.mutate(documents.setMemberRole, { input: { workspace: 'acme', member: id, role: 'MEMBER' } })

const codeOf = async (client: Client, query = documents.secrets) =>
  (await client.graphql(query, { workspace: 'acme' })).errors?.[0]?.extensions.code

async function eventsAfter(email: string) {
  const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 10 })
  const all: { action: string; target: string; detail: unknown }[] = data.auditLog
  const index = all.findIndex(
    ({ action, target }) => /^member\.re|^member\.role/.test(action) && target === email,
  )
  return all.slice(0, index).reverse()
}

test('with an admin who is removed, their tokens and invitations end, and nobody else does', async () => {
  const [leaving, staying] = [await join('Leaving'), await join('Staying')]
  const [theirs, others] = [await tokenOf(leaving), await tokenOf(staying)]
  const guest = await app.signUp('Guest')
  const invitation = await invite(guest.email, 'ADMIN', leaving.client)
  const other = await app.signUp('Other')
  const kept = await invite(other.email, 'MEMBER', staying.client)
  expect([await codeOf(theirs), await codeOf(others)]).toEqual([undefined, undefined])
  await remove(leaving)
  expect(await codeOf(theirs)).toBe('UNAUTHENTICATED')
  expect(await codeOf(others)).toBeUndefined()
  const refused = await guest.graphql(documents.acceptInvitation, { token: invitation })
  expect(refused.data.acceptInvitation.code).toBe('NOT_FOUND')
  await other.mutate(documents.acceptInvitation, { token: kept })
  const events = (await eventsAfter(leaving.client.email)).filter(({ action }) => /revoke/.test(action))
  expect(events).toMatchObject([
    { action: 'token.revoke', target: 'theirs', detail: { owner: leaving.client.email } },
    { action: 'invitation.revoke', target: guest.email, detail: { invitedBy: leaving.client.email } },
  ])
  // Whoever comes back gets none of it back.
  const again = await invite(leaving.client.email, 'ADMIN')
  await leaving.client.mutate(documents.acceptInvitation, { token: again })
  expect(await codeOf(theirs)).toBe('UNAUTHENTICATED')
})

test('with the role of an admin, the tokens that go beyond a member end, and the open invitations', async () => {
  const person = await join('Demoted')
  const [beyond, within] = [await tokenOf(person), await tokenOf(person, ['secrets:read', 'runs:start'])]
  const guest = await app.signUp('Guest')
  const invitation = await invite(guest.email, 'MEMBER', person.client)
  await demote(person)
  expect(await codeOf(beyond)).toBe('UNAUTHENTICATED')
  expect(await codeOf(within)).toBeUndefined()
  const refused = await guest.graphql(documents.acceptInvitation, { token: invitation })
  expect(refused.data.acceptInvitation.code).toBe('NOT_FOUND')
})

test('an invitation that does not say who made it ends with any admin', async () => {
  const guest = await app.signUp('Guest')
  const invitation = await invite(guest.email, 'MEMBER')
  await app.database.query('update invitation set invited_by = null where email = $1', [guest.email])
  await remove(await join('Anybody'))
  const { data } = await guest.graphql(documents.acceptInvitation, { token: invitation })
  expect(data.acceptInvitation.code).toBe('NOT_FOUND')
})

test.each(['tokens', 'invitations'] as const)(
  'an admin who makes %s at the moment of their removal leaves none behind',
  async (what) => {
    const person = await join('Racing')
    const row = `select 1 from membership where "user" = '${person.id}'`
    const make = () =>
      what === 'tokens'
        ? tokenOf(person).then(
            () => undefined,
            () => undefined,
          )
        : invite(`${person.id}@example.com`.toLowerCase(), 'ADMIN', person.client).then(
            () => undefined,
            () => undefined,
          )
    await atOnce<unknown>(app.database, row, [() => remove(person), make, make])
    expect(await app.database.query('select 1 from api_token where owner = $1', [person.id])).toEqual([])
    expect(await app.database.query('select 1 from invitation where invited_by = $1', [person.id])).toEqual(
      [],
    )
  },
)

test('of two admins who remove each other at once, the second is no admin any more', async () => {
  const [one, two] = [await join('One'), await join('Two')]
  const row = `select 1 from membership where workspace_id = 'acme' and role = 'ADMIN'`
  await atOnce(app.database, row, [() => remove(one, two.client), () => remove(two, one.client)])
  const left = await app.database.query('select 1 from membership where "user" = any ($1)', [
    [one.id, two.id],
  ])
  expect(left).toHaveLength(1)
})

test('a token whose revocation is under way makes no request wait, and is refused once it has committed', async () => {
  const person = await join('Slow')
  const token = await tokenOf(person)
  const other = new pg.Client({ connectionString: app.database.url.reveal() })
  await other.connect()
  onTestFinished(() => other.end())
  await other.query('begin')
  await other.query('delete from api_token where owner = $1', [person.id])
  expect(await codeOf(token)).toBeUndefined()
  await other.query('commit')
  const input = { workspace: 'acme', name: 'LATE', value: 'sk_test_late_0123456789' }
  const { errors } = await token.graphql(documents.createSecret, { input })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

const ways = {
  'is removed': (person: Person) => remove(person),
  // As after a signal that was lost.
  'is removed, and no signal tells of it': ({ id }: Person) =>
    app.database.query('delete from membership where "user" = $1', [id]),
  'is demoted': (person: Person) => demote(person),
  'has a token that expires': ({ id }: Person) =>
    app.database.query('update api_token set expires_at = now() where owner = $1', [id]),
}

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  'subscriptions end within seconds when their person %s, although nothing happens in the run',
  async (way) => {
    const person = await join('Watching')
    const token = await tokenOf(person)
    const { id } = await acme.createAutomation('Long', waiting)
    const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
    onTestFinished(async () => void (await acme.admin.mutate(documents.cancelRun, { id: run.id })))
    const isPersonToo = way.startsWith('is removed')
    const watched = await Promise.all(
      [token, ...(isPersonToo ? [person.client] : [])].map((it) => watch(it, run.id)),
    )
    await ways[way](person)
    for (const { ended } of watched) expect(await ended).toMatch(/event: complete/)
    const { data } = await acme.admin.graphql(documents.runEnd, { id: run.id })
    expect(data.run.finishedAt).toBeNull()
  },
)

/** An open subscription that has had an event, and all that it hears until it ends. */
async function watch(client: Client, run: string): Promise<{ ended: Promise<string> }> {
  const init = post({ query: documents.runUpdated, variables: { id: run } })
  const headers = { ...init.headers, accept: 'text/event-stream' }
  const { body } = await client.open('/graphql', { ...init, headers })
  const events = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let heard = ''
  while (!heard.includes('"status"')) heard += String((await events?.next())?.value)
  const rest = async () => {
    for (let event = await events?.next(); event && !event.done; event = await events?.next())
      heard += event.value
    return heard
  }
  return { ended: rest() }
}
