import { raw } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError, checkAll } from '../errors.ts'
import { type Registry, versionOf } from '../steps/index.ts'
import {
  AlertSetting,
  Automation,
  AutomationDraft,
  AutomationVersion,
  type Schedule,
} from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { normalizeSecretName } from '../template/index.ts'
import { type Actor, recordAudit } from './audit.ts'
import type { AutomationContent } from './automation-content.ts'
import {
  type DraftPlace,
  type DraftRow,
  discardDraft,
  draftsOf,
  saveDraft,
  takeDraft,
} from './automation-drafts.ts'
import {
  type AutomationPage,
  automationsWithIds,
  countAutomations,
  findAutomation,
  listAutomations,
} from './automation-list.ts'
import { findVersion, keepVersion, listVersions, type VersionSummary } from './automation-versions.ts'
import { checkElsewhere, checkSteps } from './check-steps.ts'
import { checkAnswer, checkSignature } from './hook-settings.ts'
import { newId, parsePublicId, publicId } from './ids.ts'
import { addAutomation } from './new-automation.ts'
import type { Once } from './once.ts'
import { checkTitle } from './plain-text.ts'
import { checkSchedule, nextTick } from './schedules.ts'
import { type SecretUsage, secretUsagesIn } from './secret-usages.ts'
import { currentSteps } from './step-versions.ts'

export interface Automations {
  /** Sorted by name. Without a page: all. */
  list(workspace: string, page?: AutomationPage): Promise<Automation[]>
  /** How many have `search` in their names; without it, all. */
  count(workspace: string, search?: string): Promise<number>
  get(id: string): Promise<Automation | undefined>
  /** Also finds deleted automations, whose runs still exist. */
  getMany(workspace: string, ids: readonly string[]): Promise<Automation[]>
  create(actor: Actor, workspace: string, content: AutomationContent, once?: Once): Promise<Automation>
  /** `version` is the version that the client read. Saving over another person's change is a CONFLICT. */
  update(
    actor: Actor,
    id: string,
    version: number,
    content: AutomationContent,
    also?: Also,
  ): Promise<Automation>
  /**
   * Saves an earlier version anew, which is checked as any other. Its hook's signature stays as it is now: going back must
   * not take a check away.
   *
   * @param version the version that the client read.
   */
  restore(actor: Actor, id: string, version: number, earlier: number): Promise<Automation>
  /** Saves what is incomplete, beside the version that runs. */
  saveDraft(actor: Actor, place: DraftPlace, written: AutomationContent, once?: Once): Promise<Automation>
  discardDraft(actor: Actor, id: string, revision: number): Promise<Automation>
  draftsOf(workspace: string, ids: readonly string[]): Promise<DraftRow[]>
  /** The versions that are kept, the newest first. */
  versions(automation: Automation): Promise<VersionSummary[]>
  version(id: string, version: number): Promise<AutomationVersion | undefined>
  /** @returns the automation as it was. */
  delete(actor: Actor, id: string): Promise<Automation>
  /** Every place where an automation of the workspace names the secret. */
  secretUsages(workspace: string, name: string): Promise<SecretUsage[]>
}

/** What a save does besides. */
export interface Also {
  /** The revision of the draft that it publishes, which is gone then. */
  draft?: number | undefined
  /** The earlier version that it brings back. */
  restores?: number
}

interface AutomationParts {
  store: Store
  registry: Registry
  /** The least time between two runs of a schedule. */
  scheduleMinSeconds: number
}

export function createAutomations(parts: AutomationParts): Automations {
  const { store, registry } = parts
  return {
    list: (workspace, page) => listAutomations(store, workspace, page),
    count: (workspace, search) => countAutomations(store, workspace, search),
    get: (id) => findAutomation(store, id),
    getMany: (workspace, ids) => automationsWithIds(store, workspace, ids),
    create: (actor, workspace, content, once) => createAutomation(parts, actor, workspace, content, once),
    update: (actor, id, version, content, also) =>
      updateAutomation(parts, actor, { id, version }, content, also),
    async restore(actor, id, version, earlier) {
      const found = await findVersion(store.em(), id, earlier)
      if (!found) throw new AppError('NOT_FOUND', `The version ${earlier} is not kept, or never was.`)
      const { name, hookAnswer = null, schedule = null } = found
      const steps = found.steps.map((step) => ({ ...step, version: versionOf(step) }))
      const content = { name, steps, hookAnswer, schedule }
      return updateAutomation(parts, actor, { id, version }, content, { restores: earlier })
    },
    saveDraft: (actor, place, written, once) => saveDraft({ store, registry }, actor, place, written, once),
    discardDraft: (actor, id, revision) => discardDraft(store, actor, id, revision),
    draftsOf: (workspace, ids) => draftsOf(store, workspace, ids),
    versions: (automation) => listVersions(store, automation),
    version: (id, version) => findVersion(store.em(), id, version),
    async delete(actor, id) {
      const where = parsePublicId(id)
      if (!where) throw automationNotFound()
      return store.inTransaction(async (tx) => {
        const found = await tx.findOne(Automation, { ...where, deletedAt: null })
        if (!found) throw automationNotFound()
        const change = { deletedAt: databaseTime(), nextRunAt: null }
        // If two people delete it at once, only one succeeds.
        if ((await tx.nativeUpdate(Automation, { ...where, deletedAt: null }, change)) === 0) {
          throw automationNotFound()
        }
        const its = { workspace: where.workspace, automation: where.id }
        await tx.nativeDelete(AutomationDraft, its)
        await tx.nativeDelete(AutomationVersion, its)
        await tx.nativeDelete(AlertSetting, its)
        const entry = {
          workspace: where.workspace,
          actor,
          action: 'automation.delete',
          target: found.name,
        } as const
        await recordAudit(tx, { ...entry, detail: { id } })
        return found
      })
    },
    async secretUsages(workspace, input) {
      return secretUsagesIn(registry, await listAutomations(store, workspace), normalizeSecretName(input))
    },
  }
}

type CheckedContent = Pick<Automation, 'name' | 'steps'> &
  Partial<Pick<Automation, 'hookSignature' | 'hookAnswer' | 'schedule'>>

/** @throws AppError the first fault, with all others. */
function checkContent(
  { registry, scheduleMinSeconds }: AutomationParts,
  { name, steps, hookSignature, hookAnswer, schedule }: AutomationContent,
): CheckedContent {
  // A client that does not know the setting must not switch the signature check off.
  const parts: Partial<CheckedContent>[] = checkAll<Partial<CheckedContent>>([
    () => ({ name: checkTitle("The automation's name", name) }),
    () => ({ steps: checkSteps(registry, steps) }),
    () =>
      hookSignature === undefined ? {} : { hookSignature: hookSignature && checkSignature(hookSignature) },
    () => (hookAnswer === undefined ? {} : { hookAnswer: hookAnswer && checkAnswer(hookAnswer) }),
    () =>
      schedule === undefined ? {} : { schedule: schedule && checkSchedule(schedule, scheduleMinSeconds) },
  ])
  return Object.assign({}, ...parts) as CheckedContent
}

async function createAutomation(
  parts: AutomationParts,
  actor: Actor,
  workspace: string,
  written: AutomationContent,
  once: Once | undefined,
): Promise<Automation> {
  const steps = await currentSteps(parts.registry, written.steps)
  const {
    hookSignature = null,
    hookAnswer = null,
    schedule = null,
    ...content
  } = checkContent(parts, { ...written, steps })
  await checkElsewhere(parts.registry, content.steps)
  const times = {
    updatedAt: databaseTime(),
    pausedAt: written.paused ? databaseTime() : null,
    nextRunAt: schedule && nextTick(schedule, databaseTime().getTime()),
  }
  const triggers = { hookSignature, hookAnswer, schedule }
  const row = { workspace, id: newId(), ...content, version: 1, ...triggers, ...times }
  return parts.store.inTransaction(async (tx) => {
    const { made, isNew } = await addAutomation(tx, row, once)
    if (!isNew) return made
    await keepVersion(tx, made, actor.label)
    const detail = { id: publicId(workspace, row.id), version: 1 }
    await recordAudit(tx, { workspace, actor, action: 'automation.create', target: row.name, detail })
    return made
  })
}

async function updateAutomation(
  parts: AutomationParts,
  actor: Actor,
  { id, version }: { id: string; version: number },
  written: AutomationContent,
  { draft, restores }: Also = {},
): Promise<Automation> {
  const where = parsePublicId(id)
  if (!where) throw automationNotFound()
  const steps = await currentSteps(parts.registry, written.steps)
  const content = checkContent(parts, { ...written, steps })
  await checkElsewhere(parts.registry, content.steps)
  return parts.store.inTransaction(async (tx) => {
    const before = await tx.findOne(Automation, { ...where, deletedAt: null })
    if (!before) throw automationNotFound()
    // It may be older than the list of versions.
    await keepVersion(tx, where, null)
    const times = { updatedAt: databaseTime(), ...changedTick(before, content.schedule) }
    const change = { ...content, ...times, version: raw<number>('version + 1') }
    const count = await tx.nativeUpdate(Automation, { ...where, version, deletedAt: null }, change)
    const automation = await tx.findOne(Automation, { ...where, deletedAt: null }, { refresh: true })
    if (!automation) throw automationNotFound()
    if (count === 0) {
      const now = `it is at version ${automation.version}, you changed version ${version}`
      throw new AppError('CONFLICT', `Someone else saved this automation: ${now}. Load it again first.`)
    }
    await keepVersion(tx, where, actor.label, restores)
    if (draft !== undefined) await takeDraft(tx, where, draft)
    const action = restores === undefined ? 'automation.update' : 'automation.restore'
    const detail = { id, version: automation.version, ...(restores !== undefined && { restored: restores }) }
    await recordAudit(tx, { workspace: where.workspace, actor, action, target: content.name, detail })
    return automation
  })
}

/** An unchanged schedule keeps its next time too, which may be due right now. */
function changedTick(before: Automation, schedule: Schedule | null | undefined) {
  if (schedule === undefined) return undefined
  if (schedule === null) return { nextRunAt: null }
  const isSame = schedule.cron === before.schedule?.cron && schedule.timeZone === before.schedule.timeZone
  return isSame ? undefined : { nextRunAt: nextTick(schedule, databaseTime().getTime()) }
}

export function automationNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such automation. It may be deleted.')
}
