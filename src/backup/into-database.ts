import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { openTables, type TableSession } from '../store/backed-tables.ts'
import { knownMigrations, migrate } from '../store/migrate.ts'
import { FIRST_RESTORABLE, type Header, refused } from './format.ts'
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
  if (!wanted.includes(FIRST_RESTORABLE)) throw refused('its schema is older than backups.')
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
  const [wanted, given] = [namesOf(await tables.tables()), namesOf(header.tables)]
  const missing = wanted.find((it) => !given.includes(it))
  const foreign = given.find((it, index) => !wanted.includes(it) || given.indexOf(it) !== index)
  if (missing === undefined && foreign === undefined) return
  const what =
    missing === undefined ? `it has ${JSON.stringify(foreign?.slice(0, 80))} besides` : `it has no ${missing}`
  throw refused(`its tables are not those of its migrations, ${what}.`)
}

/** Tables, and columns with their tables. */
const namesOf = (tables: Header['tables']): string[] =>
  tables.flatMap(({ name, columns }) => [`table ${name}`, ...columns.map((it) => `column ${name}.${it}`)])

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
