import { databaseWords } from '../database-words.ts'
import { isSchemaReady } from './migrate.ts'
import { readRootCertificate } from './root-certificate.ts'
import type { Store } from './store.ts'

/** Whether the main job can be done, or why not. */
export interface Readiness {
  ready: boolean
  reason?: string
}

/** One thing that has to be so before a process can do its main job. */
export interface ReadinessCheck {
  /** A word for the log and for `lockstep doctor`. */
  readonly name: string
  /**
   * Why it is not so, in words that say what to do; `undefined` when all is well.
   *
   * @throws any error of the database, which {@link checkReadiness} puts in words.
   */
  find(store: Store): Promise<string | undefined>
}

// A database that does not answer in this time (milliseconds) is not ready.
const PATIENCE = 2000

/** That the database answers, and is one that takes writes: neither a standby nor read-only. */
const primary: ReadinessCheck = {
  name: 'primary',
  async find(store) {
    const [row] = await store
      .em()
      .execute<{ standby: boolean; readOnly: boolean }[]>(
        `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as "readOnly"`,
      )
    if (row?.standby) {
      return 'the database is a standby, which takes no writes: name the primary in DATABASE_URL, or all hosts'
    }
    return row?.readOnly
      ? 'the database is read-only: default_transaction_read_only is on for the server, the database or the role'
      : undefined
  },
}

const schema: ReadinessCheck = {
  name: 'schema',
  find: async (store) =>
    (await isSchemaReady(store)) ? undefined : 'the schema is not up to date: run `lockstep migrate`',
}

/**
 * That a write is committed. The megabyte of a temporary file shows that there is room on the disk: a small row often finds
 * a place in a page that is there already. The message goes to the write-ahead log alone, so that no row stays. Its commit
 * waits for the disk and for synchronous standbys, as that of any run.
 */
const writes: ReadinessCheck = {
  name: 'writes',
  async find(store) {
    await store.inTransaction(async (tx) => {
      await tx.execute(
        `select set_config('work_mem', '64kB', true), set_config('temp_tablespaces', '', true)`,
      )
      await tx.execute(`select count(*) from unnest(array_fill(repeat('x', 1024), array[1024]))`)
      await tx.execute(`select pg_logical_emit_message(true, 'lockstep', 'ready')`)
    })
    return undefined
  },
}

/** That keys can be sealed, which an API needs to create a workspace. */
export const rootCertificate: ReadinessCheck = {
  name: 'root-certificate',
  find: async (store) =>
    (await readRootCertificate(store))
      ? undefined
      : 'there is no root certificate yet, so that nobody can create a workspace: start a worker, which makes one',
}

/** What every process needs of the database, in the order in which it is asked for. */
export const databaseChecks: readonly ReadinessCheck[] = [primary, schema, writes]

/**
 * Asks for one thing after the other, up to the first that is not so.
 *
 * @param patience how many milliseconds each may take.
 */
export async function checkReadiness(
  store: Store,
  checks: readonly ReadinessCheck[] = databaseChecks,
  patience = PATIENCE,
): Promise<Readiness> {
  for (const check of checks) {
    const reason = await findWithin(check, store, patience)
    if (reason !== undefined) return { ready: false, reason }
  }
  return { ready: true }
}

/** Whether the database answers and takes writes, whatever its schema. */
export const checkReachable = (store: Store): Promise<Readiness> => checkReadiness(store, [primary])

type Found = Promise<string | undefined>

/** What has been asked of a database and not been answered yet. */
const pending = new WeakMap<Store, Map<ReadinessCheck, Found>>()

async function findWithin(check: ReadinessCheck, store: Store, patience: number): Found {
  const late = new Promise<string>((resolve) => {
    const say = () => resolve(`the database does not answer within ${patience / 1000} s (${check.name})`)
    setTimeout(say, patience).unref()
  })
  return Promise.race([findOnce(check, store), late])
}

/** A database that hangs is not asked the same again: each question would take another connection. */
function findOnce(check: ReadinessCheck, store: Store): Found {
  const asked = pending.get(store) ?? new Map<ReadinessCheck, Found>()
  pending.set(store, asked)
  const before = asked.get(check)
  if (before) return before
  const found = check
    .find(store)
    .catch((error: unknown) => databaseWords(error) ?? 'the database cannot be reached')
    .finally(() => asked.delete(check))
  asked.set(check, found)
  return found
}
