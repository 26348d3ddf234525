import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { startWatchedApp, type WatchedApp } from '../support/watched-app.ts'
import type { TestWorkspace } from '../support/workspace.ts'

let watched: WatchedApp
let acme: TestWorkspace
let executed: string[]

beforeAll(async () => {
  watched = await startWatchedApp()
  ;({ acme, executed } = watched)
  for (const name of ['FIRST', 'SECOND']) await acme.createSecret(name, 'sk_test_counted_0123456789')
})
afterAll(() => watched.close())
beforeEach(() => {
  executed.length = 0
})

async function ask(client: Client): Promise<string[]> {
  executed.length = 0
  const { data } = await client.graphql(documents.secrets, { workspace: 'acme' })
  expect(data.secrets).toHaveLength(2)
  return [...executed]
}

test('the first request of an API token takes two statements and notes the use, and the next ones take one', async () => {
  const token = await acme.createToken('MEMBER')
  expect(await ask(token)).toEqual([
    expect.stringMatching(/^select[^;]* from api_token/),
    // Once in a minute.
    expect.stringMatching(/^update api_token set last_used_at/),
    expect.stringMatching(/select name.* from secret/),
  ])
  // On a busy machine the five seconds may be over in between.
  await vi.waitUntil(async () => (await ask(token)).length === 1, { timeout: 20_000 })
})

test('a token whose checksum is wrong is refused without a look into the database', async () => {
  const { token } = await acme.admin.mutate(documents.createApiToken, {
    input: { workspace: 'acme', name: 'altered', role: 'MEMBER' },
  })
  const last = token.at(-1) === 'a' ? 'b' : 'a'
  executed.length = 0
  const altered = watched.app.withToken(`${token.slice(0, -1)}${last}`)
  const { errors } = await altered.graphql(documents.secrets, { workspace: 'acme' })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  expect(executed.filter((it) => it.includes('api_token'))).toEqual([])
})

test('a person who is signed in takes one statement as well', async () => {
  await vi.waitUntil(async () => (await ask(acme.admin)).length === 1, { timeout: 20_000 })
})

test('what changes something asks for the rights anew', async () => {
  const token = await acme.createToken('ADMIN')
  await token.graphql(documents.auditLog, { workspace: 'acme' })
  executed.length = 0
  await token.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'SECOND' } })
  expect(executed[0]).toContain('api_token')
})

test('several automations, and the members of several workspaces, take no statement for each', async () => {
  const steps = [{ key: 'set', type: 'set-values', fields: { values: 1 } }]
  for (const name of ['One', 'Two', 'Three']) await acme.createAutomation(name, steps)
  const { admin } = acme
  for (const id of ['globex', 'initech']) {
    await admin.mutate(documents.createWorkspace, { input: { id, name: id } })
  }
  const query = `query { automations(workspace: "acme") { name runs { id } }
    viewer { workspaces { viewerRole members { email } } } }`
  await admin.graphql(query)
  executed.length = 0
  const { data } = await admin.graphql(query)
  expect(data.viewer.workspaces).toHaveLength(3)
  expect(data.automations).toHaveLength(3)
  const tables = executed.map((it) => /\bfrom "?(\w+)/.exec(it)?.[1])
  expect(tables.filter((it) => it === 'automation')).toHaveLength(1)
  expect(tables.filter((it) => it === 'membership')).toHaveLength(1)
})

test('the variables of many automations take as many statements as those of one', async () => {
  for (let i = 0; i < 60; i++)
    await acme.createAutomation(`Explored ${i}`, [{ key: 'set', type: 'set-values', fields: { values: 1 } }])
  const count = async (first: number) => {
    executed.length = 0
    const query = `{ automationsConnection(workspace: "acme", first: ${first}) {
      edges { node { id variables { kind variables { reference } } } } } }`
    const { data } = await acme.admin.graphql(query)
    expect(data.automationsConnection.edges).toHaveLength(first)
    return executed.filter((it) => /\b(?:automation|run|secret)\b/.test(it)).length
  }
  const one = await count(1)
  expect(one).toBeGreaterThan(2)
  expect(await count(60)).toBe(one)
})
