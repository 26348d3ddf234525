import { MikroORM, type PostgreSqlDriver, type SqlEntityManager } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import type { SynchronousCommit } from '../config.ts'
import { packageFiles } from '../package-files.ts'
import type { Sensitive } from '../sensitive.ts'
import { connectionTo } from './connection.ts'
import { entities } from './entities/index.ts'
import { PatientMigrator } from './patient-migrator.ts'
import { type PoolUse, poolUse, reclaimBroken } from './pool.ts'
import { createReader, type Read } from './statements.ts'

declare const inTransaction: unique symbol

export type Em = SqlEntityManager<PostgreSqlDriver>

/** An entity manager inside a transaction. Only {@link Store.inTransaction} makes one, so that a write cannot miss it. */
export type Tx = Em & { readonly [inTransaction]: true }

export interface Store {
  readonly orm: MikroORM
  /** A fresh unit of work for reading. */
  em(): Em
  /** For what is read on every request: rows as PostgreSQL gives them, and no entities. */
  read: Read
  /** Commits what `work` wrote, or nothing when it throws. */
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** How its connections are used; undefined before the first one is asked for. */
  poolUse(): PoolUse | undefined
  close(): Promise<void>
}

// How long a query waits for a connection (milliseconds).
const CONNECTION_TIMEOUT = 15_000

interface StoreOptions {
  /** By default what the database says. */
  commits?: SynchronousCommit | undefined
  /** Whether what is prepared on a connection is there the next time; true unless told. */
  prepared?: boolean
}

/**
 * Connects lazily: it succeeds while the database is away, and a query then fails.
 *
 * @param maxConnections size of the pool of this process.
 */
export async function openStore(
  url: Sensitive,
  maxConnections = 10,
  { prepared = true, commits }: StoreOptions = {},
): Promise<Store> {
  const connection = connectionTo(url)
  let pool: Pool | undefined
  const orm = await MikroORM.init({
    clientUrl: connection.connectionString,
    // The ORM takes host and password from the URL and drops the rest of it: with `sslmode=verify-full` it would
    // send everything in the clear.
    driverOptions: {
      ...connection,
      onPoolCreated: (created: Pool) => {
        pool = created
        reclaimBroken(created)
      },
      connectionTimeoutMillis: CONNECTION_TIMEOUT,
    },
    entities,
    extensions: [PatientMigrator],
    pool: { min: 0, max: maxConnections },
    // The ORM looks for folders of the project here, by default in the working directory, which an API may not read.
    baseDir: import.meta.dirname,
    migrations: {
      path: packageFiles.migrations,
      snapshotName: 'snapshot',
      snapshotOnMigrate: false,
      // Each migration commits by itself: what is done stays done when a later one has to wait.
      allOrNothing: false,
      silent: true,
    },
    // Parameters of a query may be values, and the logger of the ORM would print them.
    debug: false,
    logger: () => undefined,
  })
  const em = () => orm.em.fork() as Em
  const driver = orm.driver.getConnection()
  return {
    orm,
    em,
    read: createReader(() => driver.getNativeClient(), prepared),
    inTransaction: (work) =>
      em().transactional(async (tx) => {
        // A statement of the transaction: a pooler refuses it as a parameter of the connection.
        if (commits) await tx.execute(`set local synchronous_commit = ${commits}`)
        return work(tx as Tx)
      }),
    poolUse: () => pool && poolUse(pool),
    close: () => orm.close(true),
  }
}
