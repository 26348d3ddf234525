import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'
import { growPartitions } from '../../src/store/partitions.ts'
import { refuseOldServer } from '../../src/store/server-version.ts'
import { openStore } from '../../src/store/store.ts'
import { findPostgres } from '../support/other-postgres.ts'

test('a server that is too old is refused by its number, and one that is not is used', async () => {
  const store = await openStore(new Sensitive(inject('databaseUrl')))
  onTestFinished(() => store.close())
  expect(await refuseOldServer(store)).toBeUndefined()
  expect(await refuseOldServer(store, 99)).toMatch(
    /^this is PostgreSQL \d+\.\d+, and Lockstep needs 99 or newer: upgrade the server$/,
  )
})

const oldest = await findPostgres('14')

test.skipIf(!oldest)('the oldest version takes every migration and every partition', async () => {
  const log = createLogger('warn', 'test')
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-oldest-'))
  const server = await startEmbeddedPostgres({ folder, log, fsync: false, programs: oldest })
  onTestFinished(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })
  const url = new Sensitive(server.url)
  await migrate(url, log)
  const store = await openStore(url)
  await growPartitions({ store, log }, { runDays: 90, auditDays: 0 })
  const parts = await store.em().execute(`select part from partitions_of('run')`)
  await store.close()
  expect(parts).toHaveLength(2)
})

test('the suite runs on the version that TEST_POSTGRES names', async () => {
  const store = await openStore(new Sensitive(inject('databaseUrl')))
  onTestFinished(() => store.close())
  const { TEST_POSTGRES = '18' } = process.env
  const [row] = await store.em().execute<{ version: string }[]>('show server_version')
  expect(Object.values(row ?? {})[0]).toMatch(new RegExp(`^${TEST_POSTGRES}\\.`))
})
