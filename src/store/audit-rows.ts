import type { Client } from 'pg'
import type { Sensitive } from '../sensitive.ts'
import type { KnownSigner } from '../vault/sealing.ts'
import { connectionTo } from './connection.ts'

// How many rows are in memory at once.
const BATCH = 2000

/** An audit event as PostgreSQL gives it in texts, so that not a byte of it is interpreted. */
export interface AuditRow {
  workspace: string
  id: string
  /** Null until it is linked. */
  sequence: number | null
  /** Lower-case hex; null until it is linked. */
  hash: string | null
  /** UTC to the microsecond, as RFC 3339 writes it. */
  at: string
  actor: string
  action: string
  target: string
  address: string | null
  client: string | null
  /** JSON. */
  detail: string | null
}

/** The columns of an event as texts. */
export const AUDIT_COLUMNS = `workspace_id as workspace, id::text, sequence::float8, encode(hash, 'hex') as hash,
  coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') as at, actor, action, target, address,
  client, detail::text as detail`

/** The audit log of all workspaces at one moment. */
export interface AuditSnapshot {
  /** The database's time. */
  now(): Promise<Date>
  /** Every workspace that has a chain or an event. */
  workspaces(): Promise<string[]>
  /** Where the chain ends; undefined when nothing is linked. */
  end(workspace: string): Promise<{ sequence: number; hash: string } | undefined>
  /** Compact JWS of a workspace, in the order of the chain; null: a cut that nobody signed. */
  checkpoints(workspace: string): Promise<string[]>
  cuts(
    workspace: string,
  ): Promise<{ first: number; sequence: number; hash: string; statement: string | null }[]>
  signers(): Promise<KnownSigner[]>
  /** In the order of the chain, those that are not linked at the end. Batches, so that nothing is held whole. */
  rows(workspace: string, after?: number): AsyncGenerator<AuditRow[]>
  close(): Promise<void>
}

/**
 * Reads on a connection of its own, in one transaction, so that what it sees fits together.
 *
 * @throws when the database is away.
 */
export async function openAuditSnapshot(url: Sensitive): Promise<AuditSnapshot> {
  const options = connectionTo(url)
  const client = new options.Client(options)
  // The statement that is under way fails by itself.
  client.on('error', () => undefined)
  await client.connect()
  await client.query('begin transaction isolation level repeatable read read only')
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
  const read = async <Row extends object>(sql: string, values: unknown[] = []) =>
    (await client.query<Row>(sql, values)).rows
  return {
    now: async () => (await read<{ now: Date }>('select now()'))[0]?.now ?? new Date(Number.NaN),
    workspaces: async () => (await read<{ id: string }>(WORKSPACES)).map(({ id }) => id),
    end: async (workspace) =>
      (
        await read<{ sequence: number; hash: string }>(
          `select sequence::float8, encode(hash, 'hex') as hash from audit_chain where workspace_id = $1`,
          [workspace],
        )
      )[0],
    checkpoints: async (workspace) =>
      (
        await read<{ statement: string }>(
          'select statement from audit_checkpoint where workspace_id = $1 order by sequence',
          [workspace],
        )
      ).map(({ statement }) => statement),
    cuts: (workspace) =>
      read(
        `select first::float8, last::float8 as sequence, encode(hash, 'hex') as hash, statement from audit_cut
          where workspace_id = $1 order by last`,
        [workspace],
      ),
    signers: () =>
      read<KnownSigner>(
        'select fingerprint, pem, endorsement, predecessor, recipients from signer order by created_at, fingerprint',
      ),
    rows: (workspace, after = 0) => rowsOf(client, workspace, after),
    close: () => client.end(),
  }
}

// Events of a workspace that has no chain yet are there as well. Each step finds the next workspace by the key.
const WORKSPACES = `
  select id from workspace union select workspace_id from audit_chain
   union select '@instance' where exists (select 1 from audit_event where workspace_id = '@instance') order by 1`

async function* rowsOf(client: Client, workspace: string, after: number): AsyncGenerator<AuditRow[]> {
  const linked = `declare linked no scroll cursor for select ${AUDIT_COLUMNS} from audit_event
    where workspace_id = $1 and sequence > $2 order by sequence`
  const unlinked = `declare linked no scroll cursor for select ${AUDIT_COLUMNS} from audit_event
    where workspace_id = $1 and sequence is null and $2::bigint is not null order by id`
  for (const cursor of [linked, unlinked]) {
    await client.query(cursor, [workspace, after])
    for (;;) {
      const { rows } = await client.query<AuditRow>(`fetch ${BATCH} from linked`)
      if (rows.length === 0) break
      yield rows
    }
    await client.query('close linked')
  }
}
