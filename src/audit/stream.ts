import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../log.ts'
import { AUDIT_COLUMNS, type AuditRow } from '../store/audit-rows.ts'
import { INSTANCE } from '../store/entities/index.ts'
import { AUDIT_STREAM_LOCK } from '../store/locks.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import type { Store, Tx } from '../store/store.ts'
import { previousFinder } from './export.ts'
import { exportedLine, lineOf } from './line.ts'

/** Linked rows of one workspace, one after the other, as an export has them. */
export interface Batch {
  workspace: string
  first: number
  last: number
  /** JSON texts of rows, each followed by the checkpoint that vouches for it, if there is one. */
  lines: string[]
}

/** Where the log goes besides. */
export interface AuditTarget {
  /** What tells it from others, 64 characters: how far it has come is kept under it. */
  readonly key: string
  /** How it is called in the log, without anything secret. */
  readonly name: string
  /** @throws when it has not taken all of it. */
  send(batch: Batch, signal: AbortSignal): Promise<void>
}

interface StreamParts {
  store: Store
  log: Logger
  target: AuditTarget
  /** Whether it may send now: the copy of a database stays silent until somebody says that it is the one that works. */
  mayWork(): boolean
}

const LOOK_MS = 1000
const BATCH = 500
const LONGEST_PAUSE_MS = 5 * 60 * 1000

/**
 * Sends every linked row at least once, in the order of its chain, until it is told to stop. One worker at a time sends.
 * A target that takes nothing keeps nobody waiting: it is tried again, with pauses of up to five minutes.
 *
 * @returns what ends it.
 */
export function startAuditStream(parts: StreamParts): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const { store, log } = parts
  const reach = new Reach(log)
  const send = async () => {
    const sent = await reach.all(
      async () => [...(await listWorkspaces(store.em())), INSTANCE],
      () => sendNext(parts, signal),
      (workspace) => sendNext(parts, signal, workspace),
    )
    return sent.some(Boolean)
  }
  const run = async () => {
    for (let pause = LOOK_MS; !signal.aborted; ) {
      try {
        while (!signal.aborted && parts.mayWork() && (await send())) pause = LOOK_MS
        pause = LOOK_MS
      } catch (err) {
        if (signal.aborted) return
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
        const { name } = parts.target
        log.warn({ err, target: name }, 'the audit log could not be sent, it will be tried again')
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}

/**
 * @param of whose rows; those of any workspace, unless told.
 * @returns whether there was something to send.
 */
function sendNext({ store, target }: StreamParts, signal: AbortSignal, of?: string): Promise<boolean> {
  return store.inTransaction(async (tx) => {
    // The target may take longer to answer than a transaction may be idle.
    await tx.execute('set local idle_in_transaction_session_timeout = 0')
    const [lock] = await tx.execute<{ held: boolean }[]>('select pg_try_advisory_xact_lock(?) as held', [
      AUDIT_STREAM_LOCK,
    ])
    const batch = lock?.held ? await readBatch(tx, target.key, of) : undefined
    if (!batch) return false
    await target.send(batch, signal)
    await tx.execute(
      `insert into audit_stream (workspace_id, target, sequence) values (?, ?, ?)
           on conflict (workspace_id, target) do update set sequence = excluded.sequence`,
      [batch.workspace, target.key, batch.last],
    )
    return true
  })
}

/** The next rows of the workspace that has waited with the fewest sent. */
async function readBatch(tx: Tx, target: string, of?: string): Promise<Batch | undefined> {
  const [behind] = await tx.execute<{ workspace: string; sent: number }[]>(
    `select chain.workspace_id as workspace, coalesce(sent.sequence, 0)::float8 as sent
       from audit_chain as chain
       left join audit_stream as sent on sent.workspace_id = chain.workspace_id and sent.target = ?
      where ${of === undefined ? 'true' : 'chain.workspace_id = ?'} and chain.sequence > coalesce(sent.sequence, 0)
      order by 2, 1 limit 1`,
    [target, ...(of === undefined ? [] : [of])],
  )
  if (!behind) return undefined
  const { workspace, sent } = behind
  // The row before the first one has the hash that goes into it.
  const rows = await tx.execute<AuditRow[]>(
    `select ${AUDIT_COLUMNS} from audit_event where workspace_id = ? and sequence >= ? order by sequence limit ${BATCH}`,
    [workspace, Math.max(1, sent)],
  )
  const cuts = await tx.execute<{ sequence: number; hash: string }[]>(
    `select last::float8 as sequence, encode(hash, 'hex') as hash from audit_cut where workspace_id = ?`,
    [workspace],
  )
  const checkpoints = await tx.execute<{ sequence: number; statement: string }[]>(
    `select sequence::float8, statement from audit_checkpoint where workspace_id = ? and sequence > ?`,
    [workspace, sent],
  )
  return batchOf({ workspace, sent }, rows, cuts, checkpoints)
}

function batchOf(
  { workspace, sent }: { workspace: string; sent: number },
  rows: readonly AuditRow[],
  cuts: readonly { sequence: number; hash: string }[],
  checkpoints: readonly { sequence: number; statement: string }[],
): Batch | undefined {
  const previousOf = previousFinder(cuts)
  const statements = new Map(checkpoints.map((it) => [it.sequence, it.statement]))
  const places: number[] = []
  const lines: string[] = []
  for (const row of rows) {
    const previous = previousOf(row)
    if (row.sequence === null || row.hash === null || row.sequence <= sent) continue
    places.push(row.sequence)
    lines.push(exportedLine(lineOf(row, row.sequence, previous), row.hash))
    const checkpoint = statements.get(row.sequence)
    if (checkpoint !== undefined) lines.push(JSON.stringify({ checkpoint }))
  }
  const [first, last] = [places[0], places.at(-1)]
  return first === undefined || last === undefined ? undefined : { workspace, first, last, lines }
}
