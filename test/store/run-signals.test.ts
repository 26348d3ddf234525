import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { LIST_CHANNEL } from '../../src/store/list-changes.ts'
import { openRunSignals, type RunSignals } from '../../src/store/run-signals.ts'
import { RUN_CHANNEL } from '../../src/store/runs/told.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const RUN = '01890a5d-ac96-774b-bcce-b302099a8057'
// Nothing in this file waits for it.
const LONG = 600_000

let database: TestDatabase
let signals: RunSignals

beforeAll(async () => {
  database = await createTestDatabase()
  signals = openRunSignals(database.url, createLogger('silent', 'test'))
})
afterAll(async () => {
  await signals.close()
  await database.drop()
})

const say = (channel: string, payload: string) =>
  database.query('select pg_notify($1, $2)', [channel, payload])

/** Says it again and again, since it may not listen yet. */
async function untilHeard(wait: Promise<boolean>, channel: string, payload: string): Promise<boolean> {
  const timer = setInterval(() => void say(channel, payload), 50)
  return wait.finally(() => clearInterval(timer))
}

test.each([
  ['runs', RUN_CHANNEL, `globex.${RUN}\nacme.${RUN} {"status":"FAILED"}`],
  ['secrets', LIST_CHANNEL, 'acme.secrets'],
  ['automations', LIST_CHANNEL, 'acme.automations'],
] as const)(
  'whoever waits for the %s of a workspace hears what is said of them',
  async (list, channel, line) => {
    const { signal } = new AbortController()
    expect(await untilHeard(signals.waitForList('acme', list, LONG, signal), channel, line)).toBe(true)
  },
)

test('what is said of another list, or of another workspace, is not heard', async () => {
  const over = new AbortController()
  const others = [
    signals.waitForList('acme', 'secrets', LONG, over.signal),
    signals.waitForList('acm', 'runs', LONG, over.signal),
  ]
  const heard = signals.waitForList('acme', 'automations', LONG, over.signal)
  await say(RUN_CHANNEL, `acme.${RUN}`)
  await say(RUN_CHANNEL, 'secrets')
  await say(RUN_CHANNEL, '.')
  expect(await untilHeard(heard, LIST_CHANNEL, 'acme.automations')).toBe(true)
  over.abort()
  expect(await Promise.all(others)).toEqual([false, false])
})

test('nobody waits for longer than they said', async () => {
  const { signal } = new AbortController()
  expect(await signals.waitForList('acme', 'runs', 1, signal)).toBe(false)
})
