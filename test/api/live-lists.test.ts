import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { LIST_CHANNEL } from '../../src/store/list-changes.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Client, post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const VALUE = 'sk_test_live_lists_0123456789'
const SECRETS = 'secretsChanged(workspace: "acme") { totalCount edges { node { name updatedAt } } }'
const AUTOMATIONS = 'automationsChanged(workspace: "acme") { edges { node { name version } } }'
const RUNS = 'runsChanged(workspace: "acme", first: 5) { edges { node { id status automation { name } } } }'
const set = { key: 'set', type: 'set-values', fields: { values: 1 } }

let app: TestApp
let acme: TestWorkspace
let service: HoldingServer
/** Follows from the first test to the last. */
let quiet: Follower

beforeAll(async () => {
  app = await startTestApp()
  service = await startHoldingServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createAutomation('Renamed elsewhere', [set])
  quiet = await follow(acme.admin, AUTOMATIONS)
  await quiet.until(/Renamed elsewhere/)
  // Another process says that it changes the list, and nobody hears it.
  await app.database.query(`update automation set name = 'Said to nobody' where name = 'Renamed elsewhere'`)
})
afterAll(async () => {
  await quiet.stop()
  await service.close()
  await app.close()
})

const EVENT = /^data: (\{.*)\n(?:id: .*\n)?\n/m

interface Follower {
  /** Waits for a further event with this text. @returns its data. */
  until(text: RegExp): Promise<string>
  /** Waits for the end. @returns all that was heard. */
  untilEnd(): Promise<string>
  heard(): string
  stop(): Promise<void>
}

async function follow(client: Client, field: string, known = {}): Promise<Follower> {
  const init = post({ query: `subscription { ${field} }` })
  const headers = { ...init.headers, accept: 'text/event-stream', ...known }
  const { body } = await client.open('/graphql', { ...init, headers })
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  let read = 0
  const next = async () => {
    const part = await reader?.read()
    heard += part?.value ?? ''
    return part?.done === false
  }
  return {
    async until(text) {
      for (;;) {
        const event = EVENT.exec(heard.slice(read))
        read += event ? event.index + event[0].length : 0
        if (event?.[1] && text.test(event[1])) return event[1]
        if (!event && !(await next())) throw new Error(`It ended: ${heard}`)
      }
    },
    async untilEnd() {
      while (await next());
      return heard
    },
    heard: () => heard,
    stop: async () => void (await reader?.cancel()),
  }
}

async function followed(client: Client, field: string, known = {}): Promise<Follower> {
  const follower = await follow(client, field, known)
  onTestFinished(() => follower.stop())
  return follower
}

test('the list of secrets comes at once and after each change, without values', async () => {
  const member = await acme.createToken('MEMBER')
  const follower = await followed(member, SECRETS)
  await follower.until(/"totalCount":0/)
  await acme.createSecret('LIVE', VALUE)
  const made = await follower.until(/"totalCount":1,"edges":\[\{"node":\{"name":"LIVE"/)
  await acme.admin.mutate(documents.updateSecret, {
    input: { workspace: 'acme', name: 'LIVE', value: `${VALUE}2` },
  })
  const [, before = ''] = /"updatedAt":"([^"]+)"/.exec(made) ?? []
  await follower.until(new RegExp(`"name":"LIVE","updatedAt":"(?!${before})`))
  await acme.admin.mutate(documents.deleteSecret, { input: { workspace: 'acme', name: 'LIVE' } })
  await follower.until(/"totalCount":0/)
  // Each was said: a list that nobody is told of is read after a while all the same.
  const said = () => app.notifications.filter((it) => it === 'acme.secrets')
  await vi.waitUntil(() => said().length === 3, { timeout: 20_000 })
  expect(follower.heard()).not.toContain(VALUE)
})

test('the list of automations follows what is made, renamed and deleted', async () => {
  const follower = await followed(acme.admin, AUTOMATIONS)
  const { id } = await acme.createAutomation('Made', [set])
  await follower.until(/"name":"Made","version":1/)
  const input = { id, version: 1, name: 'Renamed', steps: [set] }
  await acme.admin.mutate(documents.updateAutomation, { input })
  await follower.until(/"name":"Renamed","version":2/)
  await acme.admin.mutate(documents.deleteAutomation, { id })
  await follower.until(/^(?!.*(?:Made|Renamed"))/)
  const said = () => app.notifications.filter((it) => it === 'acme.automations')
  // The first is of what was made before all tests.
  await vi.waitUntil(() => said().length === 4, { timeout: 20_000 })
})

test('the list of runs follows a run from its start to its end', async () => {
  const call = { key: 'call', type: 'custom-http', fields: { url: service.url } }
  const { id } = await acme.createAutomation('Followed', [call])
  const follower = await followed(acme.admin, RUNS)
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await follower.until(new RegExp(`"id":"${run.id}","status":"RUNNING","automation":\\{"name":"Followed"`))
  // What is read for an event is not kept for the next one.
  const input = { id, version: 1, name: 'Followed further', steps: [call] }
  await acme.admin.mutate(documents.updateAutomation, { input })
  await service.untilReceived(1)
  service.release()
  await follower.until(/"status":"SUCCEEDED","automation":\{"name":"Followed further"/)
})

test('what another process says is heard, what changes nothing is no event, and other workspaces are not heard', async () => {
  const { id } = await acme.createAutomation('Of two processes', [set])
  const follower = await followed(acme.admin, AUTOMATIONS)
  await follower.until(/Of two processes/)
  const other = await createTestWorkspace(app, 'umbrella')
  await other.createAutomation('Foreign', [set])
  const say = () => app.database.query('select pg_notify($1, $2)', [LIST_CHANNEL, 'acme.automations'])
  await say()
  await acme.admin.graphql(documents.automation, { id })
  await app.database.query(
    `update automation set name = 'Changed by another' where name = 'Of two processes'`,
  )
  await say()
  await follower.until(/Changed by another/)
  const told = follower.heard().match(/^data: \{.*$/gm) ?? []
  expect(new Set(told).size).toBe(told.length)
  expect(follower.heard()).not.toContain('Foreign')
})

test('a client that comes back is told what changed meanwhile, and not what it knows', async () => {
  const first = await followed(acme.admin, AUTOMATIONS)
  await first.until(/edges/)
  const [, id = ''] = /^id: (\S+)$/m.exec(first.heard()) ?? []
  await first.stop()
  const again = await followed(acme.admin, AUTOMATIONS, { 'last-event-id': id })
  await acme.createAutomation('Made meanwhile', [set])
  await again.until(/Made meanwhile/)
  expect(again.heard().match(/^data: \{.*$/gm)).toHaveLength(1)
})

test.each([SECRETS, AUTOMATIONS, RUNS])('a revocation ends %s', async (field) => {
  const input = { workspace: 'acme', name: `follows ${field}`.slice(0, 40), role: 'MEMBER' }
  const made = await acme.admin.mutate(documents.createApiToken, { input })
  const follower = await followed(app.withToken(made.token), field)
  await follower.until(/edges/)
  await acme.admin.mutate(documents.revokeApiToken, { id: made.id })
  expect(await follower.untilEnd()).toMatch(/event: complete/)
})

test.each([SECRETS, AUTOMATIONS, RUNS])(
  'a foreign and an unknown workspace get the same refusal of %s',
  async (field) => {
    const other = await app.signUp('Stranger')
    const answers = await Promise.all(
      ['acme', 'nowhere'].map(async (it) =>
        (await followed(other, field.replace('"acme"', `"${it}"`))).untilEnd(),
      ),
    )
    expect(answers[0]).toContain('FORBIDDEN')
    expect(answers[1]).toBe(answers[0])
  },
)

test('a page that cannot be is refused', async () => {
  const follower = await followed(acme.admin, 'secretsChanged(workspace: "acme", first: 5001) { totalCount }')
  expect(await follower.until(/errors/)).toContain('BAD_REQUEST')
})

test('a change of which nobody was told is seen all the same', async () => {
  await quiet.until(/Said to nobody/)
})

test('a run that waits for a worker is in the list, although nobody is told of it', async () => {
  await app.stopWorker()
  const { id } = await acme.createAutomation('Waits', [set])
  const follower = await followed(acme.admin, RUNS)
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation: id } })
  await follower.until(new RegExp(`"id":"${run.id}","status":"QUEUED"`))
})

test('no value is in the database, the log or an answer', () => app.expectNoCanary(VALUE))
