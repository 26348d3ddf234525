import { createScheduler, type Scheduler } from '../../src/domain/scheduler.ts'
import { createStoredLimit } from '../../src/domain/stored-limit.ts'
import { currentKey } from '../../src/domain/workspace-keys.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { createRegistry } from '../../src/steps/index.ts'
import { runProducer } from '../../src/store/queue.ts'
import { openStore } from '../../src/store/store.ts'
import { createSealer } from '../../src/vault/sealing.ts'
import { startTestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

export const MINUTE = 60_000
export const everyMinute = { cron: '* * * * *', timeZone: 'Europe/Berlin' }
export const daily = { cron: '0 9 * * *', timeZone: 'UTC' }
export const steps = [
  { key: 'told', type: 'set-values', fields: { values: { at: '{{ trigger.schedule.at }}' } } },
]

const registry = createRegistry([])

export const uuid = (id: string): string => id.slice(id.indexOf('.') + 1)

/** The full minute that many minutes ago. */
export const minutesAgo = (minutes: number): Date =>
  new Date(Math.floor(Date.now() / MINUTE - minutes) * MINUTE)

export type ScheduleWorld = Awaited<ReturnType<typeof openScheduleWorld>>

/** An instance without a worker and two workspaces, of which `acme` has a secret `KEY` with this value. */
export async function openScheduleWorld(value: string) {
  const app = await startTestApp({ worker: false })
  // The worker makes the keys. It stops before it can start the due automations of a test.
  await (await startWorker(app.config, app.logger)).stop()
  const acme = await createTestWorkspace(app, 'acme')
  const globex = await createTestWorkspace(app, 'globex')
  await acme.createSecret('KEY', value)
  const store = await openStore(app.database.url)
  /** How late each run was started (seconds). */
  const lateness: number[] = []
  const openScheduler = (queuedRuns = 0): Scheduler =>
    createScheduler({
      store,
      sealer: createSealer({ currentKey: (workspace) => currentKey(store.em(), workspace) }),
      queue: runProducer,
      registry,
      log: app.logger,
      queuedRuns,
      stored: createStoredLimit(store.read, 1),
      started: (seconds) => void lateness.push(seconds),
    })
  return {
    ...{ app, acme, globex, lateness, openScheduler, ...rowsOf(app.database) },
    async close() {
      await store.close()
      await app.expectNoCanary(value)
      await app.close()
    },
  }
}

export async function createScheduled(
  workspace: TestWorkspace,
  schedule: object,
  name = 'Scheduled',
): Promise<string> {
  const input = { workspace: workspace.id, name, steps, schedule }
  return (await workspace.admin.mutate(documents.createScheduled, { input })).automation.id
}

/** What the tests ask and write of automations and their runs. */
function rowsOf(database: Awaited<ReturnType<typeof startTestApp>>['database']) {
  return {
    async clear() {
      await database.query('truncate run, step_run; delete from automation')
      await database.query(`delete from run_job; delete from run_clock`)
    },
    /** Sets the automation's next time, as if it had long been so. */
    async setNext(id: string, at: Date): Promise<void> {
      await database.query('update automation set next_run_at = $1 where id = $2', [at, uuid(id)])
    },
    async nextOf(id: string): Promise<number> {
      const [row] = await database.query<{ next: Date }>(
        'select next_run_at as next from automation where id = $1',
        [uuid(id)],
      )
      return row?.next.getTime() ?? 0
    },
    runsOf: (id: string) =>
      database.query<{ id: string }>('select id from run where automation = $1', [uuid(id)]),
    /** Copies of an automation that are all due. */
    async copyDue(id: string, count: number, at: Date): Promise<void> {
      await database.query(
        `insert into automation (workspace_id, id, name, version, steps, hook_token, schedule, next_run_at, created_at, updated_at)
          select workspace_id, gen_random_uuid(), name, version, steps, gen_random_uuid()::text, schedule, $2, created_at, updated_at
            from automation, generate_series(1, $3::int) where id = $1`,
        [uuid(id), at, count],
      )
    },
    /** Counts [automations, automations with a run, runs]. */
    async counts(): Promise<number[]> {
      const [row] = await database.query<{ counts: number[] }>(
        `select array[(select count(*) from automation), count(distinct automation), count(*)]::int[] as counts from run`,
      )
      return row?.counts ?? []
    },
  }
}
