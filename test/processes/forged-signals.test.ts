import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { CHANNELS } from '../support/notifications.ts'
import { send } from '../support/operations.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

let app: TestApp
let service: HoldingServer
let acme: TestWorkspace
let hook: string
/** How many requests the service has got. */
let calls = 0

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
beforeEach(async () => {
  service = await startHoldingServer()
  calls = 0
  const call = { key: 'call', type: 'custom-http', fields: { url: service.url } }
  hook = new URL((await acme.createAutomation('Held', [call])).hookUrl).pathname
  return () => service.close()
})
afterAll(() => app.close())

/** Every channel that a process listens on. */
async function channels(): Promise<string[]> {
  const rows = await app.database.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and query ilike 'listen %'`,
  )
  return [
    ...new Set(rows.flatMap(({ query }) => [...query.matchAll(/listen (\w+)/gi)].map(([, it = '']) => it))),
  ]
}

const say = (channel: string, payload: string) =>
  app.database.query('select pg_notify($1, $2)', [channel, payload])

/** A run whose only step waits for its answer, and the caller who waits for the run. */
async function startHeldRun() {
  let isAnswered = false
  const answer = app.anonymous.request(hook, { method: 'POST', headers: { prefer: 'wait=25' }, body: '{}' })
  void answer.finally(() => {
    isAnswered = true
  })
  await service.untilReceived(++calls)
  const [row] = await app.database.query<{ id: string }>(
    `select workspace_id || '.' || id as id from run order by created_at desc limit 1`,
  )
  return {
    id: row?.id ?? '',
    answer: async () => JSON.parse((await answer).text),
    isAnswered: () => isAnswered,
  }
}

const forged = JSON.stringify({ status: 'SUCCEEDED', error: null, output: '"forged"' })

test('what anybody says on any channel stops no process, ends no run and answers no caller', async () => {
  const all = await channels()
  // The canary looks at all of them, too.
  expect(new Set(all)).toEqual(new Set(CHANNELS))
  const run = await startHeldRun()
  const watched = send(acme.admin, documents.runUpdated, { id: run.id })
  const garbage = [
    // What comes first would be the answer.
    `${run.id} ${forged} ${'0'.repeat(64)}`,
    ...[
      '',
      ' ',
      '\n',
      'error',
      'error error',
      'newListener',
      '__proto__',
      'constructor x',
      'null',
      '{',
      '\u{1F600}',
    ],
    ...['x'.repeat(7999), '\n'.repeat(7999), 'error\n'.repeat(1000), '[1]', '{"__proto__":null}'],
    ...['', ' ', ' -', ' {', ' null', ' []', ' {}', ' 1', ` ${forged}`, ` ${forged} `].map(
      (it) => run.id + it,
    ),
    ...[' ', ` ${'0'.repeat(64)}`, ` ${forged} ${'0'.repeat(64)}`, ` ${'0'.repeat(7000)}`].map(
      (it) => run.id + it,
    ),
  ]
  for (const channel of all) for (const payload of garbage) await say(channel, payload)
  // Longer than a caller who was told nothing waits before it looks by itself.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(run.isAnswered()).toBe(false)
  expect(await app.database.query(`select status from run where id = $1`, [run.id.split('.')[1]])).toEqual([
    { status: 'RUNNING' },
  ])
  service.release()
  expect(await run.answer()).toMatchObject({ runId: run.id, status: 'SUCCEEDED', output: { status: 200 } })
  expect((await watched).text).toMatch(/"status":"SUCCEEDED".*\nid: \S+\n+event: complete/)
})

test('an end that was said of one run does not end another one', async () => {
  const first = await startHeldRun()
  service.release()
  await first.answer()
  const linesOfEnd = () => app.notifications.filter((it) => it.startsWith(`${first.id} {`))
  await vi.waitUntil(() => linesOfEnd().length > 0)
  const second = await startHeldRun()
  const said = linesOfEnd().join()
  await say('run_updated', said.replace(first.id, second.id))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(second.isAnswered()).toBe(false)
  service.release()
  expect(await second.answer()).toMatchObject({ runId: second.id, status: 'SUCCEEDED' })
})

test('a run that is really to be cancelled hears of it at once', async () => {
  const run = await startHeldRun()
  await acme.admin.mutate(documents.cancelRun, { id: run.id })
  expect(await run.answer()).toMatchObject({ status: 'CANCELLED' })
})

test('the canary finds a value that a process would tell others', async () => {
  const value = 'value-that-is-told-to-everybody-5517'
  await app.expectNoCanary(value)
  await say('run_job', `about ${value}`)
  await expect(app.expectNoCanary(value)).rejects.toThrow('to deeply equal []')
})
