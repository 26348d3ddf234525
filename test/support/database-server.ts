import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createRootKey } from '../../src/vault/opening.ts'
import { createDatabase, templateName } from './database.ts'
import { chosenPostgres } from './other-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all test files share. */
    databaseUrl: string
    /** A root key for every instance that does not test making one, because that takes long. */
    rootKeyFile: string
  }
}

/**
 * Starts a PostgreSQL with one migrated database for all projects of a run. Each test file clones the database.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { vitest } = project
  if (vitest.getProvidedContext().databaseUrl) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const log = createLogger('warn', 'test')
  const programs = await chosenPostgres()
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    log,
    fsync: false,
    programs,
  })
  const template = await createDatabase(server.url, templateName, 'template0')
  await migrate(new Sensitive(template), log)
  const rootKeyFile = join(folder, 'root-key.pem')
  await writeFile(rootKeyFile, (await createRootKey()).pem.reveal(), { mode: 0o600 })
  vitest.provide('databaseUrl', server.url)
  vitest.provide('rootKeyFile', rootKeyFile)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
