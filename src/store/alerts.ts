import type { StoredError } from './entities/index.ts'
import type { Store } from './store.ts'

/** A failure that a worker has taken to tell of. */
export interface TakenAlert {
  workspace: string
  automation: string
  run: string
  refusals: number
  /** With this one, how often somebody began to tell of it. */
  begun: number
}

// What a worker may take to send one (seconds). One that takes longer may be sent by another one as well.
const SENDING_SECONDS = 120

/** Takes a failure that is due, so that nobody else does meanwhile; undefined when none is. */
export async function takeAlert(store: Store): Promise<TakenAlert | undefined> {
  const [taken] = await store.inTransaction((tx) =>
    tx.execute<TakenAlert[]>(
      `with due as materialized (
         select workspace_id, automation from failure_alert where due_at <= clock_timestamp()
          order by due_at limit 1 for update skip locked)
       update failure_alert set begun = begun + 1, due_at = clock_timestamp() + interval '${SENDING_SECONDS} seconds'
         from due where failure_alert.workspace_id = due.workspace_id and failure_alert.automation = due.automation
       returning failure_alert.workspace_id as workspace, failure_alert.automation, run, refusals, begun`,
    ),
  )
  return taken
}

/** What is told, and whom. */
export interface AlertContent {
  /** The name of the automation. */
  name: string
  error: StoredError | null
  /** E-mail addresses of those who are members now. */
  recipients: string[]
  url: string | null
}

/** @returns undefined when the run, the automation or the wish to be told is gone. */
export async function readAlert(
  store: Store,
  { workspace, automation, run }: TakenAlert,
): Promise<AlertContent | undefined> {
  const em = store.em()
  const [setting] = await em.execute<{ people: string[]; url: string | null }[]>(
    'select people, url from alert_setting where workspace_id = ? and automation = ?',
    [workspace, automation],
  )
  const [row] = await em.execute<{ name: string; error: StoredError | null }[]>(
    `select automation.name, run.error from run
       join automation on automation.workspace_id = run.workspace_id and automation.id = run.automation
      where run.workspace_id = ? and run.id = ? and automation.deleted_at is null`,
    [workspace, run],
  )
  if (!setting || !row) return undefined
  const people = `{${setting.people.map((it) => `"${it}"`).join(',')}}`
  const [members] = await em.execute<{ emails: string[] }[]>(
    'select alert_recipients(?, ?::text[]) as emails',
    [workspace, people],
  )
  return { ...row, url: setting.url, recipients: members?.emails ?? [] }
}

/** It was told, or nobody is to be told any more. A newer failure that came meanwhile waits for its time. */
export async function closeAlert(store: Store, alert: TakenAlert, told: boolean): Promise<void> {
  const { workspace, automation, run } = alert
  const setting = 'workspace_id = ? and automation = ?'
  await store.inTransaction(async (tx) => {
    if (told) {
      await tx.execute(
        `with moment as materialized (select clock_timestamp() as at)
         update alert_setting set sent_at = moment.at from moment where ${setting}`,
        [workspace, automation],
      )
    }
    const [wish] = await tx.execute<{ minutes: number }[]>(
      `select every_minutes as minutes from alert_setting where ${setting}`,
      [workspace, automation],
    )
    await tx.execute(`delete from failure_alert where ${setting} and run = ?`, [workspace, automation, run])
    await tx.execute(
      `update failure_alert set begun = 0, refusals = 0, due_at = clock_timestamp() + make_interval(mins => ?::int)
        where ${setting} and begun > 0`,
      [wish?.minutes ?? 0, workspace, automation],
    )
  })
}

/** It could not be told: it is tried again in so many seconds. */
export async function postponeAlert(store: Store, alert: TakenAlert, seconds: number): Promise<void> {
  const { workspace, automation } = alert
  await store.em().execute(
    `update failure_alert set begun = 0, refusals = refusals + 1,
            due_at = clock_timestamp() + make_interval(secs => ?) where workspace_id = ? and automation = ?`,
    [seconds, workspace, automation],
  )
}
