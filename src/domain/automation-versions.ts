import { AutomationVersion } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Em, Store, Tx } from '../store/store.ts'
import { parsePublicId } from './ids.ts'

/** How many versions of an automation are kept; each may have a megabyte. */
export const MAX_VERSIONS = 50

/** A version without what was saved in it. */
export type VersionSummary = Pick<
  AutomationVersion,
  'workspace' | 'automation' | 'version' | 'name' | 'savedAt' | 'savedBy' | 'restoredFrom'
>

interface VersionKey {
  workspace: string
  id: string
}

// The server copies it: the content may have a megabyte.
const KEEP = `insert into automation_version
    (workspace_id, automation, version, name, steps, hook_signature, hook_answer, schedule, saved_at, saved_by, restored_from)
  select workspace_id, id, version, name, steps, hook_signature, hook_answer, schedule, updated_at, ?, ?
    from automation where workspace_id = ? and id = ? and version > 0
      on conflict do nothing`

/**
 * Keeps the automation as it stands as a version of it, and drops the oldest. A version that is kept already stays as it is.
 *
 * @param savedBy null: nobody knows.
 */
export async function keepVersion(
  tx: Tx,
  { workspace, id }: VersionKey,
  savedBy: string | null,
  restoredFrom: number | null = null,
): Promise<void> {
  await tx.execute(KEEP, [savedBy, restoredFrom, workspace, id])
  await tx.execute(
    `delete from automation_version where workspace_id = ? and automation = ?
        and version <= (select version from automation where workspace_id = ? and id = ?) - ${MAX_VERSIONS}`,
    [workspace, id, workspace, id],
  )
}

const versionsOfAutomation = statement(
  `select workspace_id as workspace, automation, version, name, saved_at as "savedAt", saved_by as "savedBy",
          restored_from as "restoredFrom"
     from automation_version where workspace_id = $1 and automation = $2 order by version desc`,
)

/** The versions that are kept, the newest first. */
export const listVersions = (store: Store, { workspace, id }: VersionKey): Promise<VersionSummary[]> =>
  store.read<VersionSummary>(versionsOfAutomation, [workspace, id])

/** A version with what was saved in it; undefined when it is not kept. */
export async function findVersion(
  em: Em,
  automation: string,
  version: number,
): Promise<AutomationVersion | undefined> {
  const where = parsePublicId(automation)
  if (!where) return undefined
  const { workspace, id } = where
  return (await em.findOne(AutomationVersion, { workspace, automation: id, version })) ?? undefined
}
