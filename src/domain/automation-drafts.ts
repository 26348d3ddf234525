import { LockMode } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import { Automation, AutomationDraft, type AutomationStep } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import type { AutomationContent } from './automation-content.ts'
import { checkStepCount, MAX_DEFINITION_BYTES, type StepInput } from './check-steps.ts'
import { signatureAsWritten } from './hook-settings.ts'
import { newId, parsePublicId, publicId } from './ids.ts'
import { addAutomation } from './new-automation.ts'
import type { Once } from './once.ts'
import { jsonOf } from './plain-data.ts'
import { checkTitle } from './plain-text.ts'
import { retryAsWritten } from './step-settings.ts'

const UNNAMED = 'Untitled draft'

/** Which draft is saved. */
export interface DraftPlace {
  /** Of a draft that belongs to no automation yet. */
  workspace: string
  /** The automation; undefined: there is none yet. */
  automation?: string | undefined
  /** The revision of the draft that the client read; 0: there was none. */
  revision: number
}

/**
 * Saves what somebody writes, however incomplete. Nothing of it runs. Without an automation, one is made that has no
 * version yet.
 *
 * @throws AppError NOT_FOUND, CONFLICT, LIMIT_REACHED, INVALID_NAME
 */
export async function saveDraft(
  { store, registry }: { store: Store; registry: Registry },
  actor: Actor,
  { workspace, automation, revision }: DraftPlace,
  written: AutomationContent,
  once?: Once,
): Promise<Automation> {
  const content = contentOf(registry, written)
  return store.inTransaction(async (tx) => {
    if (automation === undefined) return saveFirstDraft(tx, actor, workspace, content, once)
    const where = parsePublicId(automation)
    const lockMode = LockMode.PESSIMISTIC_WRITE
    const found = where && (await tx.findOne(Automation, { ...where, deletedAt: null }, { lockMode }))
    if (!found) throw noAutomation()
    const at = { workspace: found.workspace, automation: found.id }
    const before = await tx.findOne(AutomationDraft, at, { fields: ['revision', 'basedOn'] })
    checkRevision(before?.revision ?? 0, revision)
    const saved = { revision: revision + 1, savedAt: databaseTime(), savedBy: actor.label }
    if (before) await tx.nativeUpdate(AutomationDraft, at, { ...content, ...saved })
    else await tx.insert(AutomationDraft, { ...at, basedOn: found.version, ...content, ...saved })
    // One that was never published has no name but that of its draft.
    if (found.version === 0) await tx.nativeUpdate(Automation, where, { name: content.name })
    await recordDraft(tx, actor, { ...found, name: content.name }, saved.revision)
    return found.version === 0 ? { ...found, name: content.name } : found
  })
}

async function saveFirstDraft(
  tx: Tx,
  actor: Actor,
  workspace: string,
  content: ReturnType<typeof contentOf>,
  once: Once | undefined,
): Promise<Automation> {
  const now = databaseTime()
  const unpublished = {
    steps: [],
    hookSignature: null,
    hookAnswer: null,
    schedule: null,
    nextRunAt: null,
    pausedAt: null,
  }
  const row = { workspace, id: newId(), name: content.name, version: 0, ...unpublished, updatedAt: now }
  const { made, isNew } = await addAutomation(tx, row, once)
  if (!isNew) return made
  const saved = { revision: 1, basedOn: 0, savedAt: now, savedBy: actor.label }
  await tx.insert(AutomationDraft, { workspace, automation: made.id, ...content, ...saved })
  await recordDraft(tx, actor, made, 1)
  return made
}

/** Throws the draft away. @throws AppError NOT_FOUND, CONFLICT @returns the automation, which is as it was. */
export async function discardDraft(
  store: Store,
  actor: Actor,
  id: string,
  revision: number,
): Promise<Automation> {
  return store.inTransaction(async (tx) => {
    const where = parsePublicId(id)
    const found = where && (await tx.findOne(Automation, { ...where, deletedAt: null }))
    if (!found) throw noAutomation()
    if (found.version === 0) {
      throw new AppError(
        'CONFLICT',
        'The draft is all that there is of this automation. Delete that instead.',
      )
    }
    await takeDraft(tx, found, revision)
    const { workspace, name: target } = found
    const entry = { workspace, actor, action: 'automation.discard_draft', target } as const
    await recordAudit(tx, { ...entry, detail: { id, revision } })
    return found
  })
}

/** Removes the draft that is published or thrown away. @throws AppError CONFLICT when it is not as it was read. */
export async function takeDraft(
  tx: Tx,
  { workspace, id }: Pick<Automation, 'workspace' | 'id'>,
  revision: number,
): Promise<void> {
  const at = { workspace, automation: id }
  if ((await tx.nativeDelete(AutomationDraft, { ...at, revision })) > 0) return
  const now = await tx.findOne(AutomationDraft, at, { fields: ['revision'] })
  checkRevision(now?.revision ?? 0, revision)
}

function checkRevision(now: number, read: number): void {
  if (now === read) return
  const state = now === 0 ? 'it is gone' : `it is at revision ${now}`
  throw new AppError('CONFLICT', `Someone else changed the draft: ${state}, you read ${read}. Load it again.`)
}

async function recordDraft(
  tx: Tx,
  actor: Actor,
  { workspace, id, name }: Pick<Automation, 'workspace' | 'id' | 'name'>,
  revision: number,
): Promise<void> {
  const detail = { id: publicId(workspace, id), revision }
  await recordAudit(tx, { workspace, actor, action: 'automation.draft', target: name, detail })
}

const draftsOfAutomations = statement(
  `select workspace_id as workspace, automation as id, revision, based_on as "basedOn", name, steps,
          hook_signature as "hookSignature", hook_answer as "hookAnswer", schedule, saved_at as "savedAt", saved_by as "savedBy"
     from automation_draft where workspace_id = $1 and automation = any ($2)`,
)

export type DraftRow = Omit<AutomationDraft, 'automation'> & {
  /** Of its automation. */
  id: string
}

export const draftsOf = (store: Store, workspace: string, ids: readonly string[]): Promise<DraftRow[]> =>
  store.read<DraftRow>(draftsOfAutomations, [workspace, ids])

/** What is kept of an incomplete automation. Only its size is checked: publishing checks the rest. */
function contentOf(registry: Registry, written: AutomationContent) {
  const { name, steps, hookSignature = null, hookAnswer = null, schedule = null } = written
  checkStepCount(steps)
  jsonOf('The draft', { ...written, name: '' }, MAX_DEFINITION_BYTES, 'Split the automation in two.')
  return {
    name: name.trim() === '' ? UNNAMED : checkTitle("The automation's name", name),
    steps: steps.map((step) => stepAsWritten(registry, step)),
    hookSignature: hookSignature && signatureAsWritten(hookSignature),
    hookAnswer,
    schedule,
  }
}

function stepAsWritten(
  registry: Registry,
  { key, type, fields, version, timeoutSeconds, retry, onError }: StepInput,
): AutomationStep {
  const made = version ?? registry.list().find((it) => it.type === type)?.version ?? 1
  return {
    key,
    type,
    fields: fields as Record<string, unknown>,
    ...(made !== 1 && { version: made }),
    ...(typeof timeoutSeconds === 'number' && { timeoutSeconds }),
    ...(retry && { retry: retryAsWritten(retry) }),
    ...(onError === 'continue' && { onError }),
  }
}

const noAutomation = () => new AppError('NOT_FOUND', 'There is no such automation. It may be deleted.')
