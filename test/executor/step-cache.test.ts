import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createStepCache } from '../../src/executor/step-cache.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { openCacheRows, pruneStepCache } from '../../src/store/step-cache.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let stores: Store[]
beforeAll(async () => {
  database = await createTestDatabase()
  // Those of two workers.
  stores = [await openStore(database.url), await openStore(database.url)]
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
})
afterAll(async () => {
  for (const store of stores) await store.close()
  await database.drop()
})
afterEach(() => database.query('delete from step_cache'))

const sealer = { seal: async ({ name }: { name: string }, value: string) => JSON.stringify([name, value]) }
const opener = {
  async openRunData({ name }: { name: string }, sealed: string) {
    const [at, value] = JSON.parse(sealed)
    expect(at).toBe(name)
    return new Sensitive(value)
  },
}

interface Options {
  worker?: 0 | 1
  stepType?: string
  workspace?: string
  secrets?: Record<string, string>
  signal?: AbortSignal
}

/** The cache of one step, and the values that its run was told to protect. */
function open({
  worker = 0,
  stepType = 'token',
  workspace = 'acme',
  secrets = { KEY: 'one' },
  signal,
}: Options = {}) {
  const guarded: string[] = []
  const rows = openCacheRows(stores[worker] as Store)
  const opened = createStepCache({
    caches: { rows, sealer, opener },
    workspace,
    stepType,
    owners: () => new Map(Object.entries(secrets).map(([name, value]) => [name, new Sensitive(value)])),
    protect(value) {
      guarded.push(value)
      return new Sensitive(value)
    },
    signal: signal ?? new AbortController().signal,
  })
  return { ...opened, guarded }
}

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const value = async (it: Promise<Sensitive | undefined>) => (await it)?.reveal()

test('what one worker has set, the other one gets, protected', async () => {
  const one = open()
  expect(await one.cache.get('it')).toBeUndefined()
  await one.cache.set('it', 'a token', { expiresAt: inHours(1) })
  const other = open({ worker: 1 })
  expect(await value(other.cache.get('it'))).toBe('a token')
  expect([one.guarded, other.guarded]).toEqual([['a token'], ['a token']])
})

test.each<[string, Options]>([
  ['step type', { stepType: 'other' }],
  ['workspace', { workspace: 'globex' }],
  ['value of the secret', { secrets: { KEY: 'two' } }],
  ['secret', { secrets: { OTHER: 'one' } }],
  ['set of secrets', { secrets: { KEY: 'one', OTHER: 'one' } }],
])('nothing is given to a step with another %s', async (_what, options) => {
  await open().cache.set('it', 'a token', { expiresAt: inHours(1) })
  expect(await open(options).cache.get('it')).toBeUndefined()
})

test('however many ask at once in two workers, one of them makes it, and the others wait for it', async () => {
  let made = 0
  const steps = Array.from({ length: 20 }, async (_, n) => {
    const { cache } = open({ worker: n % 2 === 0 ? 0 : 1 })
    const found = await cache.get('it')
    if (found) return found.reveal()
    made++
    await new Promise((resolve) => setTimeout(resolve, 100))
    await cache.set('it', 'a token', { expiresAt: inHours(1) })
    return 'a token'
  })
  expect(new Set(await Promise.all(steps))).toEqual(new Set(['a token']))
  expect(made).toBe(1)
})

test('when the step that makes it fails, the next one begins at once; when its worker dies, after the lease', async () => {
  const failed = open()
  expect(await failed.cache.get('it')).toBeUndefined()
  const next = open({ worker: 1 }).cache.get('it')
  await failed.release()
  expect(await next).toBeUndefined()
  // That one died without a word.
  const later = open().cache.get('it')
  await database.query(`update step_cache set leased_until = now() - interval '1 second'`)
  expect(await later).toBeUndefined()
})

test('a step that waits ends when it is told to stop', async () => {
  await open().cache.get('it')
  const stop = new AbortController()
  const waits = open({ signal: stop.signal }).cache.get('it')
  stop.abort(new Error('cancelled'))
  await expect(waits).rejects.toThrow()
})

test('an expired value is not given, and is made by one', async () => {
  await open().cache.set('it', 'a token', { expiresAt: inHours(-1) })
  expect(await open().cache.get('it')).toBeUndefined()
})

test('only the value that a step got is deleted, and not one that came since', async () => {
  await open().cache.set('it', 'old', { expiresAt: inHours(1) })
  const [one, two] = [open(), open()]
  for (const { cache } of [one, two]) expect(await value(cache.get('it'))).toBe('old')
  await one.cache.delete('it')
  expect(await one.cache.get('it')).toBeUndefined()
  await one.cache.set('it', 'new', { expiresAt: inHours(1) })
  await two.cache.delete('it')
  expect(await value(two.cache.get('it'))).toBe('new')
})

test('neither the key nor a value is stored as it is, and the seal names the row', async () => {
  await open().cache.set('a-telling-key', 'a token', { expiresAt: inHours(1) })
  const [row] = await database.query('select key, sealed, secrets from step_cache')
  const key = createHash('sha256')
    .update(JSON.stringify(['a-telling-key', ['KEY']]))
    .digest('hex')
  expect(row).toMatchObject({ key, secrets: ['KEY'] })
  expect(String(row?.['sealed'])).toContain(`cache/token/${key}`)
  expect(JSON.stringify(row)).not.toContain('a-telling-key')
})

test('a value that is too large is refused, and the oldest entries of a workspace give way', async () => {
  const { cache } = open()
  await expect(cache.set('it', 'x'.repeat(65 * 1024), { expiresAt: inHours(1) })).rejects.toThrow(/64 KiB/)
  await database.query(
    `insert into step_cache (workspace_id, step_type, key, sealed, secrets, expires_at, created_at)
     select 'acme', 'token', n::text, 'x', '{}', now() + interval '1 hour', now() - n * interval '1 second'
       from generate_series(1, 1000) as n`,
  )
  await cache.set('it', 'a token', { expiresAt: inHours(1) })
  expect(
    await database.query(`select count(*)::int, max(key::int) from step_cache where sealed = 'x'`),
  ).toEqual([{ count: 999, max: 999 }])
})

test('pruning removes what has expired, and what was made from a secret that is gone or was replaced', async () => {
  await database.query(
    `insert into secret (workspace_id, name, kid, sealed, policy, created_at, updated_at)
     select 'acme', name, 'k', 's', '{}', now() - interval '1 day', now() - interval '1 day'
       from unnest(array['KEPT', 'REPLACED']) as it (name)`,
  )
  const entries = { kept: 'KEPT', replaced: 'REPLACED', gone: 'GONE' }
  for (const [stepType, name] of Object.entries(entries)) {
    await open({ stepType, secrets: { [name]: 'x' } }).cache.set('it', 'v', { expiresAt: inHours(1) })
  }
  await open({ stepType: 'expired', secrets: {} }).cache.set('it', 'v', { expiresAt: inHours(-1) })
  await open({ stepType: 'leased', secrets: {} }).cache.get('it')
  await database.query(`update secret set updated_at = now() + interval '1 second' where name = 'REPLACED'`)
  expect(await pruneStepCache(stores[0] as Store)).toBe(3)
  const left = await database.query('select step_type from step_cache order by 1')
  expect(left.map((it) => it['step_type'])).toEqual(['kept', 'leased'])
})
