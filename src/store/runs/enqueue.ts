import type { AuditAction, AutomationStep, HookSignature, RunTrigger } from '../entities/index.ts'
import type { Tx } from '../store.ts'
import { createBatch } from './batch.ts'
import { type HotPool, valueRows, within } from './hot-pool.ts'
import type { RunJob, StepUse } from './run-job.ts'

/**
 * Where workers hear that there is a job (no text), or that a run is to end (its id). Every role that may connect can say
 * anything here, so they look at the rows in both cases.
 */
export const JOB_CHANNEL = 'run_job'

/** A run that is to be executed, and what the audit log says of it. */
export interface EnqueuedRun extends RunJob {
  /** Null for a test of a single step. With the version that was read: the run is added only while that one stands. */
  automation: { id: string; version: number } | null
  trigger: RunTrigger
  startedBy: string | null
  steps: readonly AutomationStep[]
  hookSignature: HookSignature | null
  sealedInput: string
  /** The hash of the caller's key, which may stand for another run already. */
  keyHash?: string | undefined
  /** Of what the run is started with; absent: the key stands for the run whatever the input is. */
  inputHash?: string | undefined
  /** The secrets that the run resolves first, to be handed out with it. */
  use?: StepUse | undefined
  audit: {
    actor: string
    action: AuditAction
    target: string
    detail: object
    /** Of the request that started it; null, or absent: none did. */
    address?: string | null
    client?: string | null
  }
}

const COLUMNS = {
  n: 'int',
  workspace: 'text',
  run: 'uuid',
  automation: 'uuid',
  version: 'int',
  trigger: 'text',
  started_by: 'text',
  steps: 'json',
  hook_signature: 'json',
  sealed_input: 'text',
  key_hash: 'text',
  input_hash: 'text',
  use_by: 'text',
  secrets: 'json',
  actor: 'text',
  action: 'text',
  target: 'text',
  detail: 'json',
  address: 'text',
  client: 'text',
}

// How long a caller's key stands for the run that it started first.
const KEY_LIFETIME = `interval '24 hours'`

// Only in a statement that needs it: PostgreSQL asks for the right to write keys even where no run has one, and a worker,
// which starts scheduled runs, does not have it.
const KEYED = `
keyed as (
  insert into run_key (workspace_id, automation, key_hash, run, input_hash, created_at)
  select workspace, automation, key_hash, run, input_hash, clock_timestamp() from current where key_hash is not null
      on conflict (workspace_id, automation, key_hash) do update
     set run = excluded.run, input_hash = excluded.input_hash, created_at = excluded.created_at
   where run_key.created_at <= excluded.created_at - ${KEY_LIFETIME}
  returning run),`

/**
 * Writes runs with their audit events and jobs, all of a run or nothing. A run is left out when its automation is gone,
 * is paused, or was changed since it was read, and when its key stands for another run. Of two callers with one key at once, the
 * second waits here until the first has committed.
 */
const textFor = (count: number, hasKeys: boolean): string => `
with item (${Object.keys(COLUMNS).join(', ')}) as (values ${valueRows(Object.values(COLUMNS), count)}),
current as materialized (
  select item.* from item where item.automation is null or exists (
    select 1 from automation where automation.workspace_id = item.workspace and automation.id = item.automation
       and automation.version = item.version and automation.deleted_at is null and automation.paused_at is null)),${hasKeys ? KEYED : ''}
wanted as materialized (
  select * from current${hasKeys ? ' where key_hash is null or run in (select run from keyed)' : ''}),
added as (
  insert into run (workspace_id, id, automation, version, trigger, started_by, steps, hook_signature, status, sealed_input, created_at)
  select workspace, run, automation, version, trigger, started_by, steps, hook_signature, 'QUEUED', sealed_input, clock_timestamp()
    from wanted
  returning id),
audited as (
  insert into audit_event (workspace_id, id, at, actor, action, target, detail, address, client)
  select workspace, uuid_of_now(), clock_timestamp(), actor, action, target, detail, address, client from wanted),
queued as (
  insert into run_job (workspace_id, run, use_by, secrets, due_at)
  select workspace, run, use_by, array(select json_array_elements_text(secrets)), clock_timestamp() from wanted)
select added.id as run, (select pg_notify('${JOB_CHANNEL}', '') where exists (select 1 from wanted)) as told from added`

type Query = (name: string, text: () => string, values: readonly unknown[]) => Promise<{ run: string }[]>

/**
 * @param workspace whose all of them are; absent: of any.
 * @returns for each, whether it was added.
 */
async function enqueueRuns(
  query: Query,
  items: readonly EnqueuedRun[],
  workspace?: string,
): Promise<boolean[]> {
  const values = items.flatMap((it, n) => [n, ...valuesOf(it)])
  const hasKeys = items.some(({ keyHash }) => keyHash !== undefined)
  const name = `enqueue-${items.length}${hasKeys ? '-keyed' : ''}`
  const rows = await query(...within(workspace, name, () => textFor(items.length, hasKeys), values))
  const added = new Set(rows.map(({ run }) => run))
  return items.map(({ run }) => added.has(run))
}

function valuesOf({ workspace, run, automation, use, audit, ...it }: EnqueuedRun): unknown[] {
  return [
    workspace,
    run,
    automation?.id ?? null,
    automation?.version ?? null,
    it.trigger,
    it.startedBy,
    JSON.stringify(it.steps),
    it.hookSignature && JSON.stringify(it.hookSignature),
    it.sealedInput,
    it.keyHash ?? null,
    it.inputHash ?? null,
    use?.step ?? null,
    JSON.stringify(use?.names ?? []),
    audit.actor,
    audit.action,
    audit.target,
    JSON.stringify(audit.detail),
    audit.address ?? null,
    audit.client ?? null,
  ]
}

/** Adds one run in the caller's transaction. @returns whether it was added. */
export async function enqueueRunIn(tx: Tx, run: EnqueuedRun): Promise<boolean> {
  // Each parameter stands there once, in order.
  const query: Query = (_name, text, values) => tx.execute(text().replaceAll(/\$\d+/g, '?'), [...values])
  return (await enqueueRuns(query, [run]))[0] === true
}

/**
 * Adds runs, those of the same moment in one transaction.
 *
 * @returns for a run, whether it was added.
 */
export function createEnqueue(pool: HotPool): (run: EnqueuedRun) => Promise<boolean> {
  const lengthOf = ({ sealedInput }: EnqueuedRun) => sealedInput.length
  const workspaceOf = ({ workspace }: EnqueuedRun) => workspace
  return createBatch((items, workspace) => enqueueRuns(pool.query, items, workspace), {
    lengthOf,
    workspaceOf,
  })
}

/** The run that a key stands for, and what it was started with. */
export interface KeyedRun {
  run: string
  inputHash: string | null
}

export async function findKeyedRun(
  pool: HotPool,
  { workspace, automation, keyHash }: { workspace: string; automation: string; keyHash: string },
): Promise<KeyedRun | undefined> {
  const [row] = await pool.query<KeyedRun>(
    'find-keyed-run',
    `select run_key.run, input_hash as "inputHash" from run_key join run on run.workspace_id = run_key.workspace_id and run.id = run_key.run
      where run_key.workspace_id = $1 and run_key.automation = $2 and run_key.key_hash = $3`,
    [workspace, automation, keyHash],
  )
  return row
}

/**
 * Hands a job that waits out now, even when its workspace has all the places it may have, and tells the worker that
 * has it that the run is to end.
 */
export async function wakeRun(tx: Tx, { workspace, run }: RunJob): Promise<void> {
  await tx.execute(
    `with woken as (
       update run_job set woken = true, due_at = now()
        where workspace_id = ? and run = ? and worker is null returning 1)
     select pg_notify('${JOB_CHANNEL}', ?), (select count(*) from woken)`,
    [workspace, run, `${workspace}.${run}`],
  )
}
