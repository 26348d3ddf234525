import { databaseTime } from '../database-time.ts'
import { AuditEvent } from './entities/index.ts'
import { newRowId } from './row-id.ts'
import type { Store } from './store.ts'

// Whatever was sealed just before a key was replaced is stored, and opened by whoever just read it, long before.
const GRACE = `interval '1 hour'`

/**
 * Deletes the replaced keys of workspaces that nothing needs any more: no secret is sealed with it, and no run that
 * has not ended may have an input or output that is. The private half is then gone from this database, and what it
 * sealed cannot be opened from a backup without the backup's own copy of the key.
 *
 * @param of whose they are; those of all, unless told.
 * @returns how many it deleted.
 */
export async function pruneWorkspaceKeys(store: Store, actor: string, of?: string): Promise<number> {
  return store.inTransaction(async (tx) => {
    const deleted = await tx.execute<{ workspace: string; kid: string }[]>(
      `delete from workspace_key as key where ${of === undefined ? 'true' : 'workspace_id = ?'} and retired_at < now() - ${GRACE}
         and not exists (select 1 from secret where workspace_id = key.workspace_id and kid = key.kid)
         and not exists (select 1 from run where workspace_id = key.workspace_id and finished_at is null
                            and created_at < key.retired_at + ${GRACE})
       returning workspace_id as workspace, kid`,
      of === undefined ? [] : [of],
    )
    for (const { workspace, kid: target } of deleted) {
      const event = {
        workspace,
        id: newRowId(),
        at: databaseTime(),
        actor,
        action: 'key.delete',
        target,
      } as const
      await tx.insert(AuditEvent, { ...event, detail: null })
    }
    return deleted.length
  })
}
