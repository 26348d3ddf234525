import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { WorkspaceKey } from '../store/entities/index.ts'
import { holdCertificates } from '../store/root-certificate.ts'
import { listSigners } from '../store/signers.ts'
import type { Em, Tx } from '../store/store.ts'
import {
  createWorkspaceKey,
  type KeyStatement,
  type PublicWorkspaceKey,
  readWorkspaceKeyStatement,
  type SealingKey,
  type SigningCertificate,
  statementSigner,
} from '../vault/sealing.ts'
import { listVouchedRecipients } from './recipients.ts'

export type SignedWorkspaceKey = PublicWorkspaceKey & { signature: string | null }

/** Whether a key of a workspace is vouched for. */
export type KeyCheck = (workspace: string, key: SignedWorkspaceKey) => Promise<boolean>

/**
 * The key that seals new values of a workspace: one that is vouched for, if there is any.
 *
 * @param isVouched for a process that can verify signatures. Without it any signature counts, because an attacker
 * who can write signatures can write certificates too.
 * @throws AppError NOT_FOUND when there is no key, or several keys and none is vouched for.
 */
export async function currentKey(
  em: Em,
  workspace: string,
  isVouched?: KeyCheck,
): Promise<SignedWorkspaceKey> {
  const fields = ['kid', 'publicJwk', 'signature'] as const
  const where = { workspace, retiredAt: null }
  const rows = await em.find(WorkspaceKey, where, { fields, orderBy: { createdAt: 'desc' } })
  return chooseKey(workspace, rows, isVouched)
}

/** The same of keys that have been read: those that are not retired, the newest first. */
export async function chooseKey(
  workspace: string,
  rows: readonly { kid: string; publicJwk: object; signature?: string | null | undefined }[],
  isVouched: KeyCheck = async (_workspace, { signature }) => signature !== null,
): Promise<SignedWorkspaceKey> {
  const keys = rows.map(({ kid, publicJwk, signature }) => {
    return { kid, jwk: publicJwk as unknown as PublicWorkspaceKey['jwk'], signature: signature ?? null }
  })
  for (const key of keys) if (await isVouched(workspace, key)) return key
  const [key, ...others] = keys
  // Stops a key that an attacker wrote beside the workspace's own, or in place of one that was vouched for.
  if (key && others.length === 0 && key.signature === null) return key
  const what = key ? 'keys that nothing vouches for' : 'no key'
  throw new AppError('NOT_FOUND', `The workspace ${workspace} has ${what}. Run \`lockstep doctor\`.`)
}

/** The current key with what a client needs to check who vouches for it. */
export async function sealingKey(em: Em, workspace: string): Promise<SealingKey> {
  const key = await currentKey(em, workspace)
  const signers = await listSigners(em)
  const pemOf = (statement: string | null) => {
    const fingerprint = statement === null ? undefined : statementSigner(statement)
    return signers.find((it) => it.fingerprint === fingerprint)?.pem
  }
  const successions = signers.flatMap(({ endorsement: statement }) => {
    const certificate = pemOf(statement ?? null)
    return !statement || certificate === undefined ? [] : [{ certificate, statement }]
  })
  return { ...key, rootCertificate: pemOf(key.signature) ?? null, successions }
}

/** Makes the statement that vouches for a new key, in a process that can sign. */
export interface KeySigner {
  certificate: SigningCertificate
  signKey(key: KeyStatement): Promise<string>
  generation: number
}

/**
 * Makes a workspace's key and seals it for the root certificate and every recovery certificate. During a rotation
 * of the root key it is sealed for the old and the new one.
 *
 * @param signer vouches for it at once; without it a worker does so soon, but only for a workspace's first key.
 * @returns its kid.
 */
export async function addWorkspaceKey(tx: Tx, workspace: string, signer?: KeySigner): Promise<string> {
  // Either a rotation that adds a certificate waits for this transaction and then finds its key, or this one waits
  // for the rotation.
  await holdCertificates(tx)
  const { vouched } = await listVouchedRecipients(tx, signer?.certificate)
  if (!vouched.some(({ kind }) => kind === 'ROOT')) {
    const advice = 'Start a worker: it makes one on its first start.'
    throw new AppError('NOT_FOUND', `This instance has no root certificate yet. ${advice}`)
  }
  const certificates = vouched.map(({ certificate }) => certificate)
  const { kid, jwk, sealedPrivateKey } = await createWorkspaceKey(workspace, certificates)
  const { generation = 1 } = signer ?? {}
  const signature = await signer?.signKey({ workspace, kid, generation })
  await tx.insert(WorkspaceKey, {
    workspace,
    kid,
    publicJwk: { ...jwk },
    sealedPrivateKey,
    createdAt: databaseTime(),
    ...(signature !== undefined && { signature }),
  })
  return kid
}

/** The generation in the statement about a key, if one of these signers made the statement. */
export async function generationOf(
  signers: ReadonlyMap<string, SigningCertificate>,
  workspace: string,
  { kid, signature }: Pick<SignedWorkspaceKey, 'kid' | 'signature'>,
): Promise<number | undefined> {
  const signer = signature === null ? undefined : signers.get(statementSigner(signature) ?? '')
  if (!signer || signature === null) return undefined
  return readWorkspaceKeyStatement(signer, { workspace, kid }, signature).catch(() => undefined)
}
