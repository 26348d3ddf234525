import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import {
  AlertSetting,
  ApiToken,
  Automation,
  AutomationDraft,
  AutomationVersion,
  Invitation,
  Membership,
  Secret,
  Workspace,
} from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { cancelAllRuns } from '../store/runs/cancel.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit, recordInstanceEvent } from './audit.ts'
import { type Grantor, lockGrantor } from './grants.ts'

interface Parts {
  store: Store
  rights: RightsSignals
}

/** All that the API may remove is gone with one transaction: a crash leaves the workspace as it was, or deleted. */
export async function deleteWorkspace(
  { store, rights }: Parts,
  actor: Actor,
  by: Grantor,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const holders = await store.inTransaction(async (tx) => {
    const found = await tx.findOne(Workspace, { id, deletedAt: null })
    if (!found) throw new AppError('NOT_FOUND', 'There is no such workspace.')
    const now = databaseTime()
    // First of all: if two people delete it at once, the second one waits here and finds it gone.
    if ((await tx.nativeUpdate(Workspace, { id, deletedAt: null }, { deletedAt: now })) === 0)
      throw new AppError('NOT_FOUND', 'There is no such workspace.')
    const own = await lockGrantor(tx, id, by)
    // Whoever was an admin a moment ago may be none now.
    if (!own.has('members:write')) throw new AppError('FORBIDDEN', 'Only admins delete a workspace.')
    if (name.trim() !== found.name) throw otherName()
    await stopWork(tx, id, now)
    const ended = await endRights(tx, id)
    await recordAudit(tx, { workspace: id, actor, action: 'workspace.delete', target: id })
    // Nobody reads the log of the workspace any more, besides the operator.
    const detail = { name: found.name }
    await recordInstanceEvent(tx, { actor, action: 'workspace.delete', target: id, detail })
    return ended
  })
  for (const holder of holders) await rights.announce(holder)
}

/** Nothing starts a run any more, what waits ends, and running ones are asked to. */
async function stopWork(tx: Tx, workspace: string, now: Date): Promise<void> {
  await tx.nativeUpdate(
    Automation,
    { workspace, deletedAt: null },
    { deletedAt: now, pausedAt: now, nextRunAt: null },
  )
  await cancelAllRuns(tx, workspace)
  for (const its of [Secret, AutomationDraft, AutomationVersion, AlertSetting]) {
    await tx.nativeDelete(its as typeof Secret, { workspace })
  }
}

/** @returns the ids of people and tokens who had rights. */
async function endRights(tx: Tx, workspace: string): Promise<string[]> {
  const members = await tx.find(Membership, { workspace })
  const tokens = await tx.find(ApiToken, { workspace })
  // Who makes a token or an invitation holds their membership until that is written. Who accepts one holds the invitation,
  // and may have joined once it is gone.
  for (const its of [Membership, Invitation, ApiToken, Membership]) {
    await tx.nativeDelete(its as typeof Membership, { workspace })
  }
  return [...members.map(({ user }) => user), ...tokens.map(({ id }) => id)]
}

function otherName(): AppError {
  const reason = 'That is not the name of the workspace. Type it as it is shown.'
  return new AppError('INVALID_FIELD', reason, { at: { field: 'name' } })
}
