import { raw } from '@mikro-orm/core'
import { Automation } from '../store/entities/index.ts'
import type { HookTokens } from '../store/runs/hook-token.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { automationNotFound } from './automations.ts'
import { parsePublicId, publicId } from './ids.ts'

// What a new URL takes away: the one before, and the one from before URLs were derived.
const NEXT_URL = { hookGeneration: raw<number>('hook_generation + 1'), hookToken: null }

export interface Hooks {
  /** What stands behind `/hooks/` in the URL of the automation's hook. */
  addressOf(automation: Pick<Automation, 'workspace' | 'id' | 'hookGeneration'>): string
  /**
   * Gives the hook of an automation another URL. The one before starts nothing any more, within five seconds everywhere.
   *
   * @throws AppError NOT_FOUND
   */
  rotate(actor: Actor, id: string): Promise<Automation>
}

export function createHooks({ store, hookTokens }: { store: Store; hookTokens: HookTokens }): Hooks {
  return {
    addressOf: ({ workspace, id, hookGeneration: generation }) =>
      `${workspace}.${hookTokens.tokenOf({ workspace, id, generation })}`,
    rotate(actor, id) {
      const where = parsePublicId(id)
      if (!where) throw automationNotFound()
      return store.inTransaction((tx) => rotateHook(tx, actor, where))
    },
  }
}

async function rotateHook(
  tx: Tx,
  actor: Actor,
  where: { workspace: string; id: string },
): Promise<Automation> {
  await tx.nativeUpdate(Automation, { ...where, deletedAt: null }, NEXT_URL)
  const automation = await tx.findOne(Automation, { ...where, deletedAt: null })
  if (!automation) throw automationNotFound()
  await recordRotation(tx, actor, where.workspace, where.id, automation.name)
  return automation
}

/** Gives every hook of a workspace another URL. */
export async function rotateHooks(tx: Tx, actor: Actor, workspace: string): Promise<void> {
  const where = { workspace, deletedAt: null }
  await tx.nativeUpdate(Automation, where, NEXT_URL)
  const fields = ['workspace', 'id', 'name'] as const
  for (const { id, name } of await tx.find(Automation, where, { fields, orderBy: { id: 'asc' } })) {
    await recordRotation(tx, actor, workspace, id, name)
  }
}

const recordRotation = (tx: Tx, actor: Actor, workspace: string, id: string, name: string): Promise<void> =>
  recordAudit(tx, {
    workspace,
    actor,
    action: 'automation.rotate_hook',
    target: name,
    detail: { id: publicId(workspace, id) },
  })
