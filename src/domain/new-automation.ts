import { AppError } from '../errors.ts'
import { Automation } from '../store/entities/index.ts'
import type { Tx } from '../store/store.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'

const MAX_AUTOMATIONS = 5000

type NewAutomation = Omit<Automation, 'hookGeneration' | 'hookToken' | 'createdAt' | 'deletedAt'>

/**
 * Adds the row of an automation.
 *
 * @returns what the caller's key has made before, if it has.
 * @throws AppError LIMIT_REACHED, CONFLICT
 */
export async function addAutomation(
  tx: Tx,
  automation: NewAutomation,
  once: Once | undefined,
): Promise<{ made: Automation; isNew: boolean }> {
  const { workspace, id, updatedAt: createdAt } = automation
  const earlier = await takeOnce(tx, workspace, once, id)
  if (earlier !== undefined) {
    const made = await tx.findOne(Automation, { workspace, id: earlier, deletedAt: null })
    if (!made) throw madeIsGone()
    return { made, isNew: false }
  }
  if ((await tx.count(Automation, { workspace, deletedAt: null })) >= MAX_AUTOMATIONS) {
    throw new AppError(
      'LIMIT_REACHED',
      `A workspace has at most ${MAX_AUTOMATIONS} automations. Delete one first.`,
      { limit: 'automations' },
    )
  }
  const row = { ...automation, hookGeneration: 1, hookToken: null, createdAt, deletedAt: null }
  await tx.insert(Automation, row)
  return { made: row, isNew: true }
}
