import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Sensitive } from '../sensitive.ts'
import { MIGRATION_LOCK } from './locks.ts'
import { openStore } from './store.ts'

/**
 * What every node has whole: small, written seldom, and referred to by the tables of a workspace, or read for all workspaces of a
 * person, which a node that is away must not prevent.
 */
export const REFERENCE_TABLES = [
  'workspace',
  'membership',
  'root_certificate',
  'signer',
  'instance',
  'hook_key',
  'auth_user',
  'auth_session',
  'auth_account',
  'auth_verification',
  'auth_two_factor',
  'auth_passkey',
  'app_grant',
] as const

/** What belongs to a workspace: all rows of one are on one node. */
export const DISTRIBUTED_TABLES = [
  'invitation',
  'api_token',
  'secret',
  'workspace_key',
  'automation',
  'automation_version',
  'automation_draft',
  'alert_setting',
  'run_key',
  'idempotency_key',
  'run',
  'step_run',
  'run_file',
  'run_file_chunk',
  'step_cache',
  'audit_event',
  'audit_chain',
  'audit_checkpoint',
  'audit_cut',
  'audit_stream',
] as const

/** What stays on the coordinator: what is due, who works, attempts to sign in, and documents of apps, which belong to no workspace. */
export const LOCAL_TABLES = [
  'run_job',
  'run_worker',
  'run_clock',
  'hook_check',
  'failure_alert',
  'call_count',
  'stored_bytes',
  'worker',
  'sign_in_attempt',
  'device_request',
  'registered_document',
  'mikro_orm_migrations',
] as const

/** The statements that distribute what is not yet distributed. */
export function distributionOf(done: ReadonlySet<string>): string[] {
  const [first] = DISTRIBUTED_TABLES
  return [
    ...REFERENCE_TABLES.filter((it) => !done.has(it)).map((it) => `select create_reference_table('${it}')`),
    ...DISTRIBUTED_TABLES.filter((it) => !done.has(it)).map((it) =>
      it === first
        ? `select create_distributed_table('${it}', 'workspace_id')`
        : `select create_distributed_table('${it}', 'workspace_id', colocate_with => '${first}')`,
    ),
  ]
}

/**
 * Spreads the tables over the nodes of a Citus cluster. What is there is moved, and writes wait meanwhile. One that was
 * killed goes on when it is called again.
 *
 * @throws AppError INVALID_CONFIG when the database does not have the extension.
 */
export async function distribute(url: Sensitive, log: Logger): Promise<void> {
  const store = await openStore(url, 2)
  try {
    await store.inTransaction(async (tx) => {
      await tx.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      const em = store.em()
      const [citus] = await em.execute<unknown[]>(`select 1 from pg_extension where extname = 'citus'`)
      if (!citus) throw noExtension()
      const rows = await em.execute<{ name: string }[]>(
        `select logicalrelid::regclass::text as name from pg_dist_partition`,
      )
      const statements = distributionOf(new Set(rows.map(({ name }) => name)))
      for (const sql of statements) await em.execute(sql)
      if (statements.length > 0) log.info({ tables: statements.length }, 'tables distributed')
    })
  } finally {
    await store.close()
  }
}

function noExtension(): AppError {
  const advice =
    'Install Citus on every node and run `create extension citus` as a superuser, or unset the variable.'
  return new AppError(
    'INVALID_CONFIG',
    `LOCKSTEP_DISTRIBUTE is citus, and this database does not have the extension. ${advice}`,
  )
}
