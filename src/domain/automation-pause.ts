import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Automation } from '../store/entities/index.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { automationNotFound } from './automations.ts'
import { parsePublicId } from './ids.ts'
import { nextTick } from './schedules.ts'

// What a sender is told to wait before it sends again. A pause ends when a person ends it.
const RETRY_AFTER_SECONDS = 600

export interface Pauses {
  /** Nothing starts the automation from then on. One that is paused already stays as it is. */
  pause(actor: Actor, id: string): Promise<Automation>
  /** It is started again. The times of its schedule that have passed are left out, as they would come all at once. */
  resume(actor: Actor, id: string): Promise<Automation>
}

export function createPauses({ store }: { store: Store }): Pauses {
  return {
    pause: (actor, id) => setPause(store, actor, id, true),
    resume: (actor, id) => setPause(store, actor, id, false),
  }
}

async function setPause(store: Store, actor: Actor, id: string, isPaused: boolean): Promise<Automation> {
  const where = parsePublicId(id)
  if (!where) throw automationNotFound()
  const known = { ...where, deletedAt: null }
  return store.inTransaction(async (tx) => {
    const found = await tx.findOne(Automation, known)
    if (!found) throw automationNotFound()
    const other = isPaused ? { pausedAt: null } : { pausedAt: { $ne: null } }
    const count = await tx.nativeUpdate(Automation, { ...known, ...other }, changeOf(found, isPaused))
    if (count > 0) {
      const action = isPaused ? 'automation.pause' : 'automation.resume'
      const entry = { workspace: where.workspace, actor, action, target: found.name } as const
      await recordAudit(tx, { ...entry, detail: { id, version: found.version } })
    }
    return reread(tx, known)
  })
}

function changeOf({ schedule }: Automation, isPaused: boolean) {
  const now = databaseTime()
  if (isPaused) return { pausedAt: now }
  return { pausedAt: null, ...(schedule && { nextRunAt: nextTick(schedule, now.getTime()) }) }
}

async function reread(
  tx: Tx,
  known: { workspace: string; id: string; deletedAt: null },
): Promise<Automation> {
  const automation = await tx.findOne(Automation, known, { refresh: true })
  if (!automation) throw automationNotFound()
  return automation
}

/** Why a run was not started. */
export function pausedAutomation(name: string): AppError {
  const message = `The automation ${name} is paused, so that nothing starts it. Resume it first.`
  return new AppError('CONFLICT', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
