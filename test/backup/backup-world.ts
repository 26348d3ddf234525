import { createReadStream } from 'node:fs'
import { beforeAll, expect, onTestFinished, vi } from 'vitest'
import { signCheckpoints } from '../../src/audit/checkpoints.ts'
import { verifyLog } from '../../src/audit/verify-log.ts'
import { restoreInto } from '../../src/backup/into-database.ts'
import { openBackup } from '../../src/backup/restore-backup.ts'
import type { Logger } from '../../src/log.ts'
import { openAuditSnapshot } from '../../src/store/audit-rows.ts'
import { trustedSigners } from '../../src/vault/opening.ts'
import { signerOf } from '../audit/audit-log.ts'
import { KeyWorld } from '../keys/key-world.ts'
import { type CommandResult, runLockstep } from '../support/command.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** An instance with the commands that save it into a file and restore it into other databases. */
export class BackupWorld extends KeyWorld {
  constructor() {
    super()
    beforeAll(() => this.vouchForLogs())
  }

  /** Every audit event of now is linked, and the root key has signed where the chains end. */
  async vouchForLogs(): Promise<void> {
    const { database, logger: log } = this.app
    const isLinked = async () =>
      (await database.query('select 1 from audit_event where sequence is null')).length === 0
    await vi.waitUntil(isLinked, { timeout: 60_000, interval: 50 })
    const signer = signerOf(await this.rootKey())
    await this.untilSigned()
    await signCheckpoints({ store: this.store, log, signer: () => signer, known: new Map() })
  }

  /** A restored database has the chains of the audit log, and what the root key has signed of them. */
  async expectLogsVerify(database: TestDatabase): Promise<void> {
    const { certificate } = await this.rootKey()
    const snapshot = await openAuditSnapshot(database.url)
    try {
      const trusted = await trustedSigners(await snapshot.signers(), certificate)
      for (const { id } of this.workspaces) {
        const report = await verifyLog({ snapshot, trusted }, id)
        expect(report).toMatchObject({ problems: [], vouched: { sequence: expect.any(Number) } })
      }
    } finally {
      await snapshot.close()
    }
  }

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

/** Every row of each table, as text in order. Audit events are without their places in the chain: they get them later. */
export async function rowsOf(database: TestDatabase): Promise<Rows> {
  const found: Rows = {}
  for (const { name } of await tablesOf(database)) {
    const rows = await database.query<{ row: string }>(
      name === 'audit_event' ? EVENTS : `select t::text as row from "${name}" t order by 1`,
    )
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

const EVENTS = `select (to_jsonb(t) - 'sequence' - 'hash')::text as row from audit_event t order by 1`

const notInABackup = [
  'auth_session',
  'auth_verification',
  'call_count',
  'stored_bytes',
  'hook_check',
  'instance',
  'mikro_orm_migrations',
  'run_clock',
  'run_worker',
  'sign_in_attempt',
  'worker',
]

// The original goes on linking its events and signing where the chains end: `expectLogsVerify` looks at these.
const growing = ['audit_chain', 'audit_checkpoint']

// A backup writes an event into the original, and a restore one into the copy.
const withoutOwn = (rows: string[] = []) =>
  rows.filter((row) => !/"action": "instance\.(?:backup|restore)"/.test(row))

export function expectSameRows(one: Rows, other: Rows): void {
  expect(Object.keys(one)).toEqual(Object.keys(other))
  for (const [name, rows] of Object.entries(one)) {
    // The resumed original and its copy differ in what happens there.
    if (![...notInABackup, ...growing].includes(name))
      expect(withoutOwn(other[name]), name).toEqual(withoutOwn(rows))
  }
}

/** No row of any table, whatever tables there are. */
export async function expectEmpty(database: TestDatabase): Promise<void> {
  const { mikro_orm_migrations: _, ...rows } = await rowsOf(database)
  expect(Object.values(rows).flat()).toEqual([])
}
