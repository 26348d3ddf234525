import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { connectionTo } from '../../src/store/connection.ts'
import { listen } from '../../src/store/listen.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type DatabaseLine, openDatabaseLine } from '../support/database-line.ts'

const CHANNEL = 'listen_test'
let database: TestDatabase
let line: DatabaseLine

beforeAll(async () => {
  database = await createTestDatabase()
  line = await openDatabaseLine(database.url)
})
afterAll(async () => {
  await line.close()
  await database.drop()
})

test.each(['one host', 'several hosts'])(
  'an address of %s: it listens again after its attempts failed for a while',
  async (hosts) => {
    const url = new URL(line.url.reveal())
    const several = url.href.replace(url.host, `127.0.0.1:1,${url.host}`)
    const heard: string[] = []
    const states: string[] = []
    let failures = 0
    const log = createLogger('debug', 'test', { write: () => void failures++ })
    const stop = listen(
      new Sensitive(hosts === 'one host' ? url.href : several),
      { [CHANNEL]: (text) => void heard.push(text) },
      log,
      () => void states.push('listens'),
      () => void states.push('deaf'),
    )
    await vi.waitUntil(() => states.at(-1) === 'listens', { timeout: 20_000 })
    line.cut()
    // More than one: each failure has to lead to the next attempt.
    await vi.waitUntil(() => failures >= 2, { timeout: 20_000 })
    expect(states.at(-1)).toBe('deaf')
    line.mend()
    await vi.waitUntil(() => states.at(-1) === 'listens', { timeout: 20_000 })
    await database.query(`notify ${CHANNEL}, 'after the break'`)
    await expect.poll(() => heard).toEqual(['after the break'])
    await stop()
  },
)

test('a connection that is ended while the hosts are asked which one takes writes is not made afterwards', async () => {
  const url = new URL(line.url.reveal())
  const options = connectionTo(new Sensitive(url.href.replace(url.host, `127.0.0.1:1,${url.host}`)))
  const client = new options.Client(options)
  const connecting = client.connect()
  await client.end()
  await expect(connecting).rejects.toThrow('The connection was ended before it was made.')
})
