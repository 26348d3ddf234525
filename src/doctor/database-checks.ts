import { databaseWords } from '../database-words.ts'
import { checkReadiness, databaseChecks } from '../store/readiness.ts'
import { type LargeTable, readSizes } from '../store/sizes.ts'
import { type Examination, error, type Finding, ok } from './check.ts'

// How long a single query may take, in milliseconds.
const PATIENCE = 30_000

/**
 * Whether the database can be used for all that an instance does with it.
 *
 * @returns errors, or one finding that all is well.
 */
export async function checkDatabase({ store, config }: Examination): Promise<Finding[]> {
  const { ready, reason = 'it is not ready' } = await checkReadiness(store, databaseChecks, PATIENCE)
  if (ready) return [ok('database', 'The database answers and takes writes, and no migration is pending.')]
  if (reason !== DISK_FULL) return [error('database', `The database cannot be used: ${reason}.`)]
  const { folder, database, tables } = await readSizes(store.em())
  // The owner of the embedded database may not ask for it.
  const place = folder ?? (config.databaseUrl ? null : config.dataFolder)
  const where = place === null ? '' : ` Its files are in ${place}.`
  const largest = tables.map(({ name, megabytes }: LargeTable) => `${name} ${megabytes} MB`).join(', ')
  const advice = 'Give the disk more room, or keep runs for fewer days (LOCKSTEP_RUN_RETENTION_DAYS).'
  const message = `The disk of the database is full: no run can be stored.${where} This database has ${database} MB of it. The largest tables: ${largest}. ${advice}`
  return [error('disk', message)]
}

const DISK_FULL = databaseWords(Object.assign(new Error(), { code: '53100' }))
