import { AppError } from '../../errors.ts'
import { Secret, Workspace, WorkspaceKey } from '../../store/entities/index.ts'
import { listSealedSecrets } from '../../store/sealed-secrets.ts'
import { findSealedWorkspaceKey, listSealedWorkspaceKeys } from '../../store/workspace-key.ts'
import { createOpener, type Opener, openWorkspaceKey, type RootKey } from '../../vault/opening.ts'
import type { GeneralJwe } from '../../vault/sealing.ts'
import { type Examination, error, type Finding, type Item, ok } from './check.ts'

const BATCH = 200

/** Opens every workspace key. */
export async function checkWorkspaceKeys(examination: Examination, rootKey: RootKey): Promise<Finding> {
  const { store, stopping } = examination
  const total = await store.em().count(WorkspaceKey)
  const progress = examination.progress('workspace keys', total)
  const items: Item[] = await findKeyless(examination)
  try {
    let rows = await listSealedWorkspaceKeys(store.em(), undefined, BATCH)
    while (rows.length > 0) {
      stopping.throwIfAborted()
      const opened = rows.map(({ workspace, kid, sealed }) =>
        reasonOf(openWorkspaceKey(rootKey, workspace, kid, sealed as GeneralJwe)).then((reason) =>
          reason === undefined ? [] : [{ workspace, name: kid, reason }],
        ),
      )
      items.push(...(await Promise.all(opened)).flat())
      progress.advance(rows.length)
      rows = await listSealedWorkspaceKeys(store.em(), rows.at(-1), BATCH)
    }
  } finally {
    progress.stop()
  }
  if (items.length === 0) return ok('workspace keys', `Every workspace key opens (${total}).`)
  return error('workspace keys', `${items.length} workspace keys are unreadable or missing.`, items)
}

async function findKeyless({ store }: Examination): Promise<Item[]> {
  const rows = await store.em().execute<{ id: string }[]>(
    `select id from workspace where not exists (
       select 1 from workspace_key where workspace_id = workspace.id and retired_at is null) order by id`,
  )
  const reason = 'The workspace has no key in use: nothing can be stored in it.'
  return rows.map(({ id }) => ({ workspace: id, reason }))
}

/** Opens every secret, one after the other, and forgets it at once. */
export async function checkSecrets(examination: Examination, rootKey: RootKey): Promise<Finding> {
  const { store } = examination
  const opener = createOpener({
    rootKey,
    workspaceKey: async (workspace, kid) =>
      (await findSealedWorkspaceKey(store, workspace, kid)) as GeneralJwe | undefined,
    cache: { seconds: 0, max: 0 },
  })
  const total = await store.em().count(Secret)
  const progress = examination.progress('secrets', total)
  const items: Item[] = []
  try {
    const workspaces = await store.em().find(Workspace, {}, { fields: ['id'], orderBy: { id: 'asc' } })
    for (const { id } of workspaces)
      items.push(...(await checkWorkspace(examination, opener, id, (count) => progress.advance(count))))
  } finally {
    progress.stop()
  }
  if (items.length === 0) return ok('secrets', `Every secret opens (${total}).`)
  return error('secrets', `${items.length} of ${total} secrets are unreadable.`, items)
}

async function checkWorkspace(
  { store, stopping }: Examination,
  opener: Opener,
  workspace: string,
  advance: (count: number) => void,
): Promise<Item[]> {
  const items: Item[] = []
  let rows = await listSealedSecrets(store.em(), workspace, { after: '', limit: BATCH })
  while (rows.length > 0) {
    stopping.throwIfAborted()
    for (const { name, sealed } of rows) {
      const reason = await reasonOf(opener.open({ workspace, name }, sealed))
      if (reason !== undefined) items.push({ workspace, name, reason })
    }
    advance(rows.length)
    rows = await listSealedSecrets(store.em(), workspace, { after: rows.at(-1)?.name ?? '', limit: BATCH })
  }
  return items
}

/** Why something does not open; undefined when it does. What it holds is not kept. */
async function reasonOf(opening: Promise<unknown>): Promise<string | undefined> {
  try {
    await opening
    return undefined
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'SECRET_UNREADABLE') return failure.message
    throw failure
  }
}
