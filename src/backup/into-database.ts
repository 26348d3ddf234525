import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { openTables, type TableSession } from '../store/backed-tables.ts'
import { knownMigrations, migrate } from '../store/migrate.ts'
import { type Header, refused } from './format.ts'
import type { OpenBackup } from './restore-backup.ts'

/**
 * Loads a backup into an empty database: to the schema of the backup, its rows in one transaction, and on to the schema of
 * this version. The instance in it is paused. If it fails or is killed before the rows are committed, the database is empty
 * still, and takes the backup again.
 *
 * @param folder what tells the folder of an embedded database from a copy.
 * @returns how many rows were loaded.
 * @throws AppError INVALID_CONFIG when the backup or the database is not fit for it.
 */
export async function restoreInto(
  { header, load }: OpenBackup,
  url: Sensitive,
  folder: string | undefined,
  log: Logger,
): Promise<number> {
  await checkTarget(url, header.migrations)
  await migrate(url, log, header.migrations)
  const tables = await openTables(url, 'load')
  try {
    await checkTables(tables, header)
    // Nobody begins to work here meanwhile.
    await tables.lockAll()
    refuseFilled(await tables.filled())
    const loaded = await load(tables)
    await tables.makePausedInstance(folder)
    await tables.commit()
    await migrate(url, log)
    return loaded.reduce((sum, it) => sum + it.rows, 0)
  } finally {
    await tables.close()
  }
}

async function checkTarget(url: Sensitive, wanted: readonly string[]): Promise<void> {
  const known = await knownMigrations()
  if (wanted.some((it) => !known.includes(it)))
    throw refused('a newer Lockstep made it. Restore it with that version or a newer one.')
  const tables = await openTables(url, 'snapshot')
  try {
    refuseFilled(await tables.filled())
    const done = await tables.migrations()
    if (done.every((it) => wanted.includes(it))) return
    throw refused('this database was migrated beyond it. Make a new one (`createdb`), and restore into that.')
  } finally {
    await tables.close()
  }
}

/** The names in a backup become parts of statements: they have to be those of the tables that are there. */
async function checkTables(tables: TableSession, header: Header): Promise<void> {
  const known = await tables.tables()
  const isKnown = ({ name, columns }: Header['tables'][number]) =>
    known.some((it) => it.name === name && hasSame(it.columns, columns))
  const names = new Set(header.tables.map(({ name }) => name))
  if (header.tables.every(isKnown) && names.size === known.length && header.tables.length === known.length)
    return
  throw refused('its tables are not those of its migrations.')
}

const hasSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((it) => other.includes(it))

function refuseFilled(filled: readonly string[]): void {
  // A migrated database has the row of its instance.
  const found = filled.filter((it) => it !== 'instance')
  if (found.length === 0) return
  throw new AppError(
    'INVALID_CONFIG',
    `This database is not empty: there are rows in ${found.slice(0, 5).join(', ')}. Nothing was changed. Stop every ` +
      'process that uses it, make a new database (`createdb`, or another LOCKSTEP_DATA), and restore into that.',
  )
}
