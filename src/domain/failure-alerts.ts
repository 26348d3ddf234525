import { AppError } from '../errors.ts'
import { AlertSetting, Automation } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { automationNotFound } from './automations.ts'
import { checkUnchanged } from './changed-since.ts'
import { parsePublicId } from './ids.ts'

/** Who is told of failed runs of an automation. */
export interface FailureAlertRow {
  workspace: string
  /** The automation. */
  id: string
  /** E-mail addresses of members. */
  recipients: string[]
  url: string | null
  everyMinutes: number
  sentAt: Date | null
}

export interface FailureAlertInput {
  recipients: readonly string[]
  url?: string | null | undefined
  everyMinutes?: number | null | undefined
}

export interface FailureAlertChange extends FailureAlertInput {
  /** What the person knew. Another setting is not overwritten. */
  ifAlert?: FailureAlertInput | null | undefined
}

const USUAL_MINUTES = 60
const MOST_MINUTES = 7 * 24 * 60
const MOST_RECIPIENTS = 20
const LONGEST_URL = 2048

export function createFailureAlerts(store: Store) {
  return {
    /** Those of automations that have one. */
    ofMany: (workspace: string, automations: readonly string[]): Promise<FailureAlertRow[]> =>
      store.read<FailureAlertRow>(alertsOf, [workspace, automations]),
    /**
     * Without recipients and without a URL nobody is told any more.
     *
     * @throws AppError NOT_FOUND, INVALID_FIELD, CONFLICT
     */
    async set(actor: Actor, id: string, input: FailureAlertChange): Promise<Automation> {
      const where = parsePublicId(id)
      if (!where) throw automationNotFound()
      const url = checkUrl(input.url)
      const everyMinutes = checkMinutes(input.everyMinutes)
      return store.inTransaction(async (tx) => {
        const automation = await tx.findOne(Automation, { ...where, deletedAt: null })
        if (!automation) throw automationNotFound()
        const people = await peopleOf(tx, where.workspace, input.recipients)
        const its = { workspace: where.workspace, automation: where.id }
        const wanted = { recipients: input.recipients, url, everyMinutes }
        await checkAlert(tx, its, input.ifAlert, wanted)
        if (people.length === 0 && url === null) await tx.nativeDelete(AlertSetting, its)
        // A plain statement: the API may not write when the last one was sent.
        else {
          await tx.execute(
            `insert into alert_setting (workspace_id, automation, people, url, every_minutes)
             values (?, ?, ?::text[], ?, ?) on conflict (workspace_id, automation)
                 do update set people = excluded.people, url = excluded.url, every_minutes = excluded.every_minutes`,
            [where.workspace, where.id, `{${people.map((it) => `"${it}"`).join(',')}}`, url, everyMinutes],
          )
        }
        const entry = { workspace: where.workspace, actor, action: 'alert.update' } as const
        await recordAudit(tx, { ...entry, target: automation.name, detail: { id } })
        return automation
      })
    },
  }
}

const ALERTS = `select setting.workspace_id as workspace, automation as id, url, every_minutes as "everyMinutes", sent_at as "sentAt",
          coalesce((select json_agg(auth_user.email order by auth_user.email)
                      from membership join auth_user on auth_user.id = membership."user"
                     where membership.workspace_id = setting.workspace_id and membership."user" = any (setting.people)),
                   '[]'::json) as recipients
     from alert_setting as setting`

const alertsOf = statement(`${ALERTS} where setting.workspace_id = $1 and automation = any ($2::uuid[])`)

/** Two people may have it open at once. @throws AppError CONFLICT */
async function checkAlert(
  tx: Tx,
  { workspace, automation }: { workspace: string; automation: string },
  seen: FailureAlertInput | null | undefined,
  wanted: FailureAlertInput,
): Promise<void> {
  if (!seen) return
  // There may be no setting to lock. Runs start meanwhile: they do not wait for this lock.
  const lock = 'select 1 from automation where workspace_id = ? and id = ? for no key update'
  await tx.execute(lock, [workspace, automation])
  const [now] = await tx.execute<FailureAlertRow[]>(
    `${ALERTS} where setting.workspace_id = ? and automation = ?`,
    [workspace, automation],
  )
  checkUnchanged('the failure alerts', {
    seen: settingOf(seen),
    now: settingOf(now),
    wanted: settingOf(wanted),
  })
}

/** The setting in one form. Nobody is told: the pause between two does not count. */
function settingOf(alert: FailureAlertInput | undefined): string[] {
  const people = [...new Set(alert?.recipients.map((it) => it.trim().toLowerCase()) ?? [])].sort((a, b) =>
    a.localeCompare(b),
  )
  const url = alert?.url?.trim() ?? ''
  if (people.length === 0 && url === '') return []
  return [...people, url, String(alert?.everyMinutes ?? USUAL_MINUTES)]
}

/** Stops an automation from having mails sent to strangers: only members are told. */
async function peopleOf(tx: Tx, workspace: string, emails: readonly string[]): Promise<string[]> {
  if (emails.length > MOST_RECIPIENTS)
    throw invalid('recipients', `At most ${MOST_RECIPIENTS} people are told.`)
  const ids: string[] = []
  for (const email of new Set(emails.map((it) => it.trim().toLowerCase()))) {
    const [found] = await tx.execute<{ id: string }[]>(
      `select auth_user.id from auth_user join membership on membership."user" = auth_user.id
        where auth_user.email = ? and membership.workspace_id = ?`,
      [email, workspace],
    )
    if (!found) throw invalid('recipients', 'Only members of the workspace can be told by mail.')
    ids.push(found.id)
  }
  return ids
}

function checkUrl(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text.trim() === '') return null
  const url = URL.parse(text.trim())
  const isHttp = url !== null && ['https:', 'http:'].includes(url.protocol)
  // Not repeated: the URL of a hook is often a secret by itself.
  if (!isHttp || url.username + url.password !== '' || url.href.length > LONGEST_URL)
    throw invalid('url', 'The URL has to begin with https:// or http://, without a user name.')
  return url.href
}

function checkMinutes(minutes: number | null | undefined): number {
  const every = minutes ?? USUAL_MINUTES
  if (Number.isInteger(every) && every >= 1 && every <= MOST_MINUTES) return every
  throw invalid('everyMinutes', `Between two alerts there are 1 to ${MOST_MINUTES} minutes.`)
}

const invalid = (field: string, message: string): AppError =>
  new AppError('INVALID_FIELD', message, { at: { field } })
