import { WorkspaceKey } from './entities/index.ts'
import type { Store } from './store.ts'

/** The sealed private half of a workspace's key. */
export async function findSealedWorkspaceKey(
  store: Store,
  workspace: string,
  kid: string,
): Promise<WorkspaceKey['sealedPrivateKey'] | undefined> {
  const fields = ['sealedPrivateKey'] as const
  return (await store.em().findOne(WorkspaceKey, { workspace, kid }, { fields }))?.sealedPrivateKey
}

/** The public half of the key that seals new values. */
export async function findCurrentWorkspaceKey(
  store: Store,
  workspace: string,
): Promise<Pick<WorkspaceKey, 'kid' | 'publicJwk'> | null> {
  const fields = ['kid', 'publicJwk'] as const
  return store
    .em()
    .findOne(WorkspaceKey, { workspace, retiredAt: null }, { fields, orderBy: { createdAt: 'desc' } })
}
