import { AppError } from '../errors.ts'
import { WorkspaceKey } from '../store/entities/index.ts'
import { holdCertificates, listRecipients } from '../store/root-certificate.ts'
import type { Em, Tx } from '../store/store.ts'
import { createWorkspaceKey, type PublicWorkspaceKey, readStoredCertificate } from '../vault/sealing.ts'

/** The key that seals new values of a workspace. */
export async function currentKey(em: Em, workspace: string): Promise<PublicWorkspaceKey> {
  const where = { workspace, retiredAt: null }
  const fields = ['kid', 'publicJwk'] as const
  const key = await em.findOne(WorkspaceKey, where, { fields, orderBy: { createdAt: 'desc' } })
  if (!key) throw new AppError('NOT_FOUND', `The workspace ${workspace} has no key. Run \`lockstep doctor\`.`)
  return { kid: key.kid, jwk: key.publicJwk as PublicWorkspaceKey['jwk'] }
}

/**
 * Makes a workspace's key and seals it for the root and every recovery certificate: while the root is rotated, for
 * the old and the new one.
 */
export async function addWorkspaceKey(tx: Tx, workspace: string): Promise<void> {
  // A rotation that adds a certificate waits for this transaction and then finds its key, or is waited for.
  await holdCertificates(tx)
  const certificates = await listRecipients(tx)
  if (!certificates.some(({ kind }) => kind === 'ROOT')) {
    const advice = 'Start a worker: it makes one on its first start.'
    throw new AppError('NOT_FOUND', `This instance has no root certificate yet. ${advice}`)
  }
  const key = await createWorkspaceKey(
    workspace,
    certificates.map(({ pem }) => readStoredCertificate(pem)),
  )
  await tx.insert(WorkspaceKey, {
    workspace,
    kid: key.kid,
    publicJwk: { ...key.jwk },
    sealedPrivateKey: key.sealedPrivateKey,
    createdAt: new Date(),
  })
}
