import { createReadStream } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { restoreInto } from '../../src/backup/into-database.ts'
import { openBackup } from '../../src/backup/restore-backup.ts'
import type { Logger } from '../../src/log.ts'
import { KeyWorld } from '../keys/key-world.ts'
import { type CommandResult, runLockstep } from '../support/command.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** An instance with the commands that save it into a file and restore it into other databases. */
export class BackupWorld extends KeyWorld {
  settings = (database: TestDatabase): NodeJS.ProcessEnv => ({
    DATABASE_URL: database.url.reveal(),
    LOCKSTEP_DATA: this.app.config.dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    LOCKSTEP_WORKER_PORT: '0',
  })

  backup = (file: string, ...options: string[]): Promise<CommandResult> =>
    runLockstep(['backup', file, ...options], this.settings(this.app.database))

  restore = (database: TestDatabase, file: string, ...options: string[]): Promise<CommandResult> =>
    runLockstep(['restore', file, ...options], this.settings(database))

  /** A restore that ends with such a message and leaves the database empty. */
  async expectRefused(
    database: TestDatabase,
    file: string,
    message: RegExp,
    options: string[] = [],
  ): Promise<void> {
    const result = await this.restore(database, file, ...options)
    expect(result).toMatchObject({ code: 78, stderr: expect.stringMatching(message) })
    await expectEmpty(database)
  }
}

/** The same, without the process of the command. */
export async function expectRefusedHere(
  database: TestDatabase,
  file: string,
  message: RegExp,
  log: Logger,
): Promise<void> {
  const noKey = () => Promise.reject(new Error('it asked for a key'))
  const restoring = async () =>
    restoreInto(await openBackup(createReadStream(file), noKey), database.url, undefined, log)
  await expect(restoring()).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(message),
  })
  await expectEmpty(database)
}

/** A database without a table, until the test ends. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase('template0')
  onTestFinished(() => database.drop())
  return database
}

const tablesOf = (database: TestDatabase) =>
  database.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p') and not relispartition order by 1`,
  )

type Rows = Record<string, string[]>

/** Every row of the tables that a backup has, as text in order. */
export async function rowsOf(database: TestDatabase): Promise<Rows> {
  const found: Rows = {}
  for (const { name } of await tablesOf(database)) {
    const rows = await database.query<{ row: string }>(`select t::text as row from "${name}" t order by 1`)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

const notInABackup = [
  'auth_session',
  'auth_verification',
  'instance',
  'mikro_orm_migrations',
  'call_count',
  'run_clock',
  'run_worker',
  'sign_in_attempt',
  'worker',
]

export function expectSameRows(one: Rows, other: Rows): void {
  expect(Object.keys(one)).toEqual(Object.keys(other))
  for (const [name, rows] of Object.entries(one)) {
    // The resumed original and its copy differ in what happens there.
    if (!notInABackup.includes(name)) expect(other[name], name).toEqual(rows)
  }
}

/** No row of any table, whatever tables there are. */
export async function expectEmpty(database: TestDatabase): Promise<void> {
  const { mikro_orm_migrations: _, ...rows } = await rowsOf(database)
  expect(Object.values(rows).flat()).toEqual([])
}
