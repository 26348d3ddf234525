import { raw } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError, checkAll } from '../errors.ts'
import { checkFields, type Registry, type StepType, secretReferences } from '../steps/index.ts'
import { Automation, type AutomationStep, type HookAnswer, type Schedule } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { normalizeSecretName, STEP_KEY, STEP_KEY_RULE, secretsIn } from '../template/index.ts'
import { type Actor, recordAudit } from './audit.ts'
import {
  type AutomationPage,
  automationsWithIds,
  countAutomations,
  findAutomation,
  listAutomations,
} from './automation-list.ts'
import { checkAnswer, checkSignature, type HookSignatureInput } from './hook-settings.ts'
import { newId, parsePublicId, publicId } from './ids.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import { jsonOf } from './plain-data.ts'
import { checkTitle } from './plain-text.ts'
import { checkSchedule, nextTick } from './schedules.ts'
import { checkStepSettings, type StepSettingsInput } from './step-settings.ts'

const MAX_AUTOMATIONS = 5000
export const MAX_STEPS = 100
const MAX_DEFINITION_BYTES = 1024 * 1024

export interface StepInput extends StepSettingsInput {
  key: string
  type: string
  fields?: unknown
}

/** The part of an automation that people write. */
export interface AutomationDraft {
  name: string
  steps: readonly StepInput[]
  /** Null: requests to the hook need no signature. Undefined: unchanged. */
  hookSignature?: HookSignatureInput | null | undefined
  /** Null: a caller of the hook gets the id of the run. Undefined: unchanged. */
  hookAnswer?: HookAnswer | null | undefined
  /** Null: the automation does not run by itself. Undefined: unchanged. */
  schedule?: Schedule | null | undefined
  /** Of a new one: nothing starts it before somebody resumes it. */
  paused?: boolean | null | undefined
}

export interface SecretUsage {
  automation: Automation
  step: string
  field: string
}

export interface Automations {
  /** Sorted by name. Without a page: all. */
  list(workspace: string, page?: AutomationPage): Promise<Automation[]>
  /** How many have `search` in their names; without it, all. */
  count(workspace: string, search?: string): Promise<number>
  get(id: string): Promise<Automation | undefined>
  /** Also finds deleted automations, whose runs still exist. */
  getMany(workspace: string, ids: readonly string[]): Promise<Automation[]>
  create(actor: Actor, workspace: string, draft: AutomationDraft, once?: Once): Promise<Automation>
  /** `version` is the version that the client read. Saving over another person's change is a CONFLICT. */
  update(actor: Actor, id: string, version: number, draft: AutomationDraft): Promise<Automation>
  /** @returns the automation as it was. */
  delete(actor: Actor, id: string): Promise<Automation>
  /** Every place where an automation of the workspace names the secret. */
  secretUsages(workspace: string, name: string): Promise<SecretUsage[]>
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
    create: (actor, workspace, draft, once) => createAutomation(parts, actor, workspace, draft, once),
    update: (actor, id, version, draft) => updateAutomation(parts, actor, id, version, draft),
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
      const name = normalizeSecretName(input)
      const automations = await listAutomations(store, workspace)
      return automations.flatMap((automation) => [
        ...hookUsages(automation, name),
        ...automation.steps.flatMap((step) => stepUsages(registry, automation, step, name)),
      ])
    },
  }
}

/**
 * The steps as they will be stored.
 *
 * @throws AppError UNKNOWN_STEP_TYPE, INVALID_FIELD, SECRET_NOT_ALLOWED, INVALID_TEMPLATE, LIMIT_REACHED
 */
export function checkSteps(registry: Registry, steps: readonly StepInput[]): AutomationStep[] {
  if (steps.length > MAX_STEPS) {
    throw new AppError('LIMIT_REACHED', `An automation has at most ${MAX_STEPS} steps. Split it in two.`, {
      limit: 'steps',
    })
  }
  jsonOf('The list of steps', steps, MAX_DEFINITION_BYTES, 'Split the automation in two.')
  const keys = new Set<string>()
  const checkStep = ({ key, type, fields, ...settings }: StepInput): AutomationStep => {
    if (!STEP_KEY.test(key)) {
      throw new AppError(
        'INVALID_FIELD',
        `A step's key is ${STEP_KEY_RULE}, since templates name it as steps.KEY.output.`,
      )
    }
    const at = { step: key }
    if (keys.has(key))
      throw new AppError('INVALID_FIELD', `Two steps have the key ${key}. Rename one.`, { at })
    keys.add(key)
    const checkContent = () => {
      checkFields({ key, type: typeOf(registry, key, type) }, fields)
      return {}
    }
    const [, checked] = checkAll([checkContent, () => checkStepSettings(key, settings)])
    return { key, type, fields: fields as Record<string, unknown>, ...checked }
  }
  return checkAll(steps.map((step) => () => checkStep(step)))
}

/**
 * Checks what only the code of a step type knows that is in another process.
 *
 * @throws AppError as {@link checkSteps}
 */
export async function checkElsewhere(registry: Registry, steps: readonly AutomationStep[]): Promise<void> {
  await Promise.all(
    steps.map(({ key, type, fields }) => registry.get(type).elsewhere?.checkWritten(key, fields)),
  )
}

function typeOf(registry: Registry, step: string, type: string): StepType {
  try {
    return registry.get(type)
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, error.message, { at: { step } }) : error
  }
}

type CheckedDraft = Pick<Automation, 'name' | 'steps'> &
  Partial<Pick<Automation, 'hookSignature' | 'hookAnswer' | 'schedule'>>

/** @throws AppError the first fault, with all others. */
function checkDraft(
  { registry, scheduleMinSeconds }: AutomationParts,
  { name, steps, hookSignature, hookAnswer, schedule }: AutomationDraft,
): CheckedDraft {
  // A client that does not know the setting must not switch the signature check off.
  const parts: Partial<CheckedDraft>[] = checkAll<Partial<CheckedDraft>>([
    () => ({ name: checkTitle("The automation's name", name) }),
    () => ({ steps: checkSteps(registry, steps) }),
    () =>
      hookSignature === undefined ? {} : { hookSignature: hookSignature && checkSignature(hookSignature) },
    () => (hookAnswer === undefined ? {} : { hookAnswer: hookAnswer && checkAnswer(hookAnswer) }),
    () =>
      schedule === undefined ? {} : { schedule: schedule && checkSchedule(schedule, scheduleMinSeconds) },
  ])
  return Object.assign({}, ...parts) as CheckedDraft
}

async function createAutomation(
  parts: AutomationParts,
  actor: Actor,
  workspace: string,
  draft: AutomationDraft,
  once: Once | undefined,
): Promise<Automation> {
  const { hookSignature = null, hookAnswer = null, schedule = null, ...content } = checkDraft(parts, draft)
  await checkElsewhere(parts.registry, content.steps)
  const { store } = parts
  const now = databaseTime()
  const triggers = { hookGeneration: 1, hookToken: null, hookSignature, hookAnswer, schedule }
  const times = {
    createdAt: now,
    updatedAt: now,
    pausedAt: draft.paused ? now : null,
    nextRunAt: schedule && nextTick(schedule, databaseTime().getTime()),
  }
  const row = { workspace, id: newId(), ...content, version: 1, ...triggers, ...times }
  return store.inTransaction(async (tx) => {
    const earlier = await takeOnce(tx, workspace, once, row.id)
    if (earlier !== undefined) {
      const found = await tx.findOne(Automation, { workspace, id: earlier, deletedAt: null })
      if (!found) throw madeIsGone()
      return found
    }
    if ((await tx.count(Automation, { workspace, deletedAt: null })) >= MAX_AUTOMATIONS) {
      throw new AppError(
        'LIMIT_REACHED',
        `A workspace has at most ${MAX_AUTOMATIONS} automations. Delete one first.`,
        { limit: 'automations' },
      )
    }
    await tx.insert(Automation, row)
    const detail = { id: publicId(workspace, row.id), version: 1 }
    await recordAudit(tx, { workspace, actor, action: 'automation.create', target: row.name, detail })
    return { ...row, deletedAt: null }
  })
}

async function updateAutomation(
  parts: AutomationParts,
  actor: Actor,
  id: string,
  version: number,
  draft: AutomationDraft,
): Promise<Automation> {
  const where = parsePublicId(id)
  if (!where) throw automationNotFound()
  const content = checkDraft(parts, draft)
  await checkElsewhere(parts.registry, content.steps)
  return parts.store.inTransaction(async (tx) => {
    const before = await tx.findOne(Automation, { ...where, deletedAt: null })
    if (!before) throw automationNotFound()
    const times = { updatedAt: databaseTime(), ...changedTick(before, content.schedule) }
    const change = { ...content, ...times, version: raw<number>('version + 1') }
    const count = await tx.nativeUpdate(Automation, { ...where, version, deletedAt: null }, change)
    const automation = await tx.findOne(Automation, { ...where, deletedAt: null }, { refresh: true })
    if (!automation) throw automationNotFound()
    if (count === 0) {
      const now = `it is at version ${automation.version}, you changed version ${version}`
      throw new AppError('CONFLICT', `Someone else saved this automation: ${now}. Load it again first.`)
    }
    const entry = {
      workspace: where.workspace,
      actor,
      action: 'automation.update',
      target: content.name,
    } as const
    await recordAudit(tx, { ...entry, detail: { id, version: automation.version } })
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

function stepUsages(
  registry: Registry,
  automation: Automation,
  step: AutomationStep,
  name: string,
): SecretUsage[] {
  const type = registry.list().find((it) => it.type === step.type)
  // A plugin that is not installed now may be back for the next run, so its steps count as well.
  const references = type
    ? secretReferences(type, step.fields)
    : Object.entries(step.fields).flatMap(([field, raw]) => secretsIn(raw).map((it) => ({ field, name: it })))
  const fields = new Set(references.filter((it) => it.name === name).map((it) => it.field))
  return [...fields].map((field) => ({ automation, step: step.key, field }))
}

function hookUsages(automation: Automation, name: string): SecretUsage[] {
  const { secret, verifyToken } = automation.hookSignature ?? {}
  const isUsed = secret === name || verifyToken === name
  return isUsed ? [{ automation, step: 'trigger', field: 'hookSignature' }] : []
}

export function automationNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such automation. It may be deleted.')
}
