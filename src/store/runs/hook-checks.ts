import type { HookSignature, HookVerdict } from '../entities/index.ts'
import type { RunSignals } from '../run-signals.ts'
import { createBatch } from './batch.ts'
import { DEAD_AFTER_SECONDS } from './heartbeat.ts'
import { type HotPool, valueRows } from './hot-pool.ts'
import type { HandedSecret, RunJob } from './run-job.ts'
import { lineOfChange, RUN_CHANNEL } from './told.ts'

/** Where workers hear that a request waits at the door of a webhook (no text). Anybody may say so: they look. */
export const DOOR_CHANNEL = 'hook_check'

// How long the API waits for a verdict (milliseconds): a worker needs a few.
const PATIENCE = 2000
// How many a worker takes at once.
const MOST_TAKEN = 16
// For how long a use that is on record stands for others (milliseconds), and of how many secrets that is remembered.
const RECORDED_FOR = 60_000
const MOST_RECORDED = 1000
// What an API process left behind that was killed.
const LEFT_AFTER = `interval '1 minute'`

/** A request that has to be signed; or one with a token that a service has to know. */
export interface AskedHook extends RunJob {
  signature: HookSignature
  sealed: string
  isToken: boolean
}

/** What a worker is asked, with the secret that it takes; none: it is gone. */
export interface TakenHook extends AskedHook {
  createdAt: Date
  secrets: HandedSecret[]
}

const COLUMNS = ['int', 'text', 'uuid', 'json', 'text', 'bool']

const askText = (count: number): string => `
with item (n, workspace, run, signature, sealed, is_token) as (values ${valueRows(COLUMNS, count)}),
added as (
  insert into hook_check (workspace_id, run, signature, sealed, is_token, created_at)
  select workspace, run, signature, sealed, is_token, clock_timestamp() from item)
select pg_notify('${DOOR_CHANNEL}', '')`

/**
 * The API's side.
 *
 * @returns what asks a worker: its verdict, or undefined when none has come in time. The question is gone afterwards.
 */
export function createHookDoor(
  pool: HotPool,
  signals: RunSignals,
): (hook: AskedHook) => Promise<HookVerdict | undefined> {
  const ask = createBatch<AskedHook, void>(
    async (items) => {
      const values = items.flatMap(({ workspace, run, signature, sealed, isToken }, n) => [
        n,
        workspace,
        run,
        JSON.stringify(signature),
        sealed,
        isToken,
      ])
      await pool.query(`ask-hook-${items.length}`, () => askText(items.length), values)
      return items.map(() => undefined)
    },
    { lengthOf: ({ sealed }) => sealed.length, workspaceOf: ({ workspace }) => workspace },
  )
  const collect = async ({ workspace, run }: RunJob, isLast: boolean) => {
    const [row] = await pool.query<{ verdict: HookVerdict | null }>(
      'collect-hook',
      `delete from hook_check where workspace_id = $1 and run = $2 and (verdict is not null or $3) returning verdict`,
      [workspace, run, isLast],
    )
    return row?.verdict ?? undefined
  }
  return async (hook) => {
    const end = performance.now() + PATIENCE
    const stop = new AbortController()
    try {
      // From before the question is written, so that no answer is missed.
      let told = signals.wait(hook.workspace, hook.run, PATIENCE, stop.signal)
      await ask(hook)
      for (;;) {
        await told
        const left = end - performance.now()
        const isLast = left <= 0
        if (!isLast) told = signals.wait(hook.workspace, hook.run, left, stop.signal)
        const verdict = await collect(hook, isLast)
        if (verdict || isLast) return verdict
      }
    } finally {
      stop.abort()
    }
  }
}

/** Whether a worker has said lately that it lives. */
export async function hasWorkers(pool: HotPool): Promise<boolean> {
  const text = `select 1 from run_worker where seen_at > now() - interval '${DEAD_AFTER_SECONDS} seconds' limit 1`
  return (await pool.query('has-workers', text, [])).length > 0
}

/** The worker's side. */
export interface HookChecks {
  /** Those that wait, to be answered by this worker alone. */
  take(): Promise<TakenHook[]>
  answer(hook: RunJob, verdict: HookVerdict): Promise<void>
  /**
   * Puts the use of its secret on record, once a minute for all requests: callers could fill the log otherwise. Nothing is
   * opened that is not on record.
   */
  recordUse(hook: AskedHook): Promise<void>
  /** Deletes what nobody waits for any more. */
  prune(): Promise<void>
}

export function createHookChecks(pool: HotPool): HookChecks {
  const answer = createBatch<AnsweredHook, void>(
    async (items) => {
      const values = items.flatMap((it) => [it.workspace, it.run, it.verdict, lineOfChange(it)])
      await pool.query(`answer-hook-${items.length}`, () => answerText(items.length), values)
      return items.map(() => undefined)
    },
    { lengthOf: () => 1, workspaceOf: ({ workspace }) => workspace },
  )
  return {
    take: () => takeHooks(pool),
    answer: ({ workspace, run }, verdict) => answer({ workspace, run, verdict }),
    recordUse: createUseRecord(pool),
    prune: async () => {
      const text = `delete from hook_check where created_at < now() - ${LEFT_AFTER}`
      await pool.query('prune-hooks', text, [])
    },
  }
}

function createUseRecord(pool: HotPool): HookChecks['recordUse'] {
  const recorded = new Map<string, { at: number; written: Promise<unknown> }>()
  return async (hook) => {
    const name = secretOf(hook)
    const key = `${hook.workspace} ${name}`
    const last = recorded.get(key)
    if (last && performance.now() - last.at < RECORDED_FOR) return void (await last.written)
    if (recorded.size >= MOST_RECORDED) recorded.clear()
    const written = pool.query(
      'record-hook-use',
      `insert into audit_event (workspace_id, id, at, actor, action, target, detail)
       values ($1, uuid_of_now(), clock_timestamp(), 'hook', 'secret.use', $2, '{"step":"trigger"}')`,
      [hook.workspace, name],
    )
    recorded.set(key, { at: performance.now(), written })
    await written.catch((error: unknown) => {
      recorded.delete(key)
      throw error
    })
  }
}

const secretOf = ({ signature, isToken }: AskedHook): string | undefined =>
  isToken ? signature.verifyToken : signature.secret

interface AnsweredHook extends RunJob {
  verdict: HookVerdict
}

const answerText = (count: number): string => `
with item (workspace, run, verdict, line) as (values ${valueRows(['text', 'uuid', 'text', 'text'], count)}),
answered as (
  update hook_check set verdict = item.verdict from item
   where hook_check.workspace_id = item.workspace and hook_check.run = item.run)
select pg_notify('${RUN_CHANNEL}', string_agg(line, E'\\n')) from item`

async function takeHooks(pool: HotPool): Promise<TakenHook[]> {
  const taken = await pool.query<Omit<TakenHook, 'secrets'>>(
    'take-hooks',
    `with next as materialized (
       select workspace_id, run from hook_check where taken_at is null
        order by created_at limit ${MOST_TAKEN} for update skip locked)
     update hook_check set taken_at = clock_timestamp() from next
      where hook_check.workspace_id = next.workspace_id and hook_check.run = next.run
     returning hook_check.workspace_id as workspace, hook_check.run, signature, sealed, is_token as "isToken",
               created_at as "createdAt"`,
    [],
  )
  return Promise.all(taken.map(async (it) => ({ ...it, secrets: await readSecret(pool, it) })))
}

/** The question stays on one node, and the secret of its workspace may be on another: they are read one by one. */
function readSecret(pool: HotPool, hook: AskedHook): Promise<HandedSecret[]> {
  return pool.query<HandedSecret>(
    'read-hook-secret',
    `select name, sealed, policy, updated_at::text as "updatedAt" from secret where workspace_id = $1 and name = $2`,
    [hook.workspace, secretOf(hook)],
  )
}
