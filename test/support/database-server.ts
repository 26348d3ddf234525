import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { PostgresPrograms } from '../../src/embedded-postgres/binaries.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createRootKey } from '../../src/vault/opening.ts'
import { builtNow } from './built.ts'
import { createDatabase, execute, templateName } from './database.ts'
import { chosenPostgres } from './other-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all test files share. */
    databaseUrl: string
    /** A root key for every instance that does not test making one, because that takes long. */
    rootKeyFile: string
  }
}

const log = createLogger('warn', 'test')

/** As many connections as the files need that run at once; our own settings name fewer, as an instance needs. */
const CONNECTIONS = 400

async function startServer(
  folder: string,
  programs: PostgresPrograms | undefined,
): Promise<EmbeddedPostgres> {
  const options = { folder, log, fsync: false, programs }
  const first = await startEmbeddedPostgres(options)
  await execute(first.url, `alter system set max_connections = ${CONNECTIONS}`)
  await first.stop()
  return await startEmbeddedPostgres(options)
}

/**
 * Starts a PostgreSQL with one migrated database for all projects of a run. Each test file clones the database.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { vitest } = project
  if (vitest.getProvidedContext().databaseUrl) return undefined
  await builtNow()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const programs = await chosenPostgres()
  const server = await startServer(join(folder, 'postgres'), programs)
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
