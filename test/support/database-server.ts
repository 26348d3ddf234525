import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createDatabase, templateName } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all test files of a project share. */
    databaseUrl: string
  }
}

/** Starts a PostgreSQL with one migrated database, which each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const log = createLogger('warn', 'test')
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log, fsync: false })
  const template = await createDatabase(server.url, templateName, 'template0')
  await migrate(new Sensitive(template), log)
  project.provide('databaseUrl', server.url)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
