import { databaseTime } from '../database-time.ts'
import { recordAudit } from '../domain/audit.ts'
import {
  addWorkspaceKey,
  currentKey,
  generationOf,
  type KeyCheck,
  type KeySigner,
  type SignedWorkspaceKey,
} from '../domain/workspace-keys.ts'
import { AppError } from '../errors.ts'
import { Secret, Workspace, WorkspaceKey } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import { pruneWorkspaceKeys } from '../store/prune-workspace-keys.ts'
import {
  countSecretsOfOtherKeys,
  listSealedSecrets,
  type Resealed,
  replaceSealedSecrets,
  type SealedSecret,
} from '../store/sealed-secrets.ts'
import { findSigner, listSigners } from '../store/signers.ts'
import { findSealedWorkspaceKey } from '../store/workspace-key.ts'
import { createOpener, type Opener, signWorkspaceKey, trustedSigners } from '../vault/opening.ts'
import { type GeneralJwe, type PublicWorkspaceKey, type Signer, sealInNode } from '../vault/sealing.ts'
import { DONE, FAILED, type KeyCommand, loadKeys, type Progress } from './key-command.ts'
import { createKeyCheck, signerProblem } from './signing.ts'

const BATCH = 200
// A younger key (milliseconds) was made by an interrupted command that is now run again.
const RECENT = 60 * 60 * 1000

/**
 * Gives one workspace, or each, a new key and seals its secrets with it. The new key seals everything that is
 * stored from then on. The old one still opens what is sealed with it (see pruneWorkspaceKeys). A value that is
 * changed meanwhile wins. The rows of the secrets show what is left to do.
 *
 * @param id undefined for all workspaces. With undefined, and for a workspace with secrets that are left to do, a
 * key that is less than an hour old is not replaced again, because the command continues after an interruption.
 */
export function rotateWorkspaces(command: KeyCommand, id: string | undefined): Promise<number> {
  const { store, say } = command
  return holdKeyLock(store, async () => {
    const { rootKey, signer } = await loadKeys(command)
    const replacing = await prepareReplacing(command, signer)
    const opener = createOpener({
      rootKey,
      workspaceKey: async (workspace, kid) =>
        (await findSealedWorkspaceKey(store, workspace, kid)) as GeneralJwe | undefined,
      cache: { seconds: 0, max: 0 },
    })
    const unreadable: string[] = []
    const workspaces = await findWorkspaces(command, id)
    const where = id === undefined ? {} : { workspace: id }
    const progress = command.progress('secrets', await store.em().count(Secret, where))
    try {
      for (const workspace of workspaces) {
        unreadable.push(
          ...(await rotate({ ...command, ...replacing, opener }, workspace, id === undefined, progress)),
        )
      }
    } finally {
      progress.stop()
    }
    await pruneWorkspaceKeys(store, command.actor.label)
    if (unreadable.length === 0) {
      say('Done. A replaced key is deleted when nothing needs it any more, after an hour at least.')
      return DONE
    }
    say(`${unreadable.length} secrets cannot be opened; they and their keys were left as they are:`)
    for (const reason of unreadable) say(`  ${reason}`)
    return FAILED
  })
}

async function findWorkspaces({ store }: KeyCommand, id: string | undefined): Promise<string[]> {
  const where = id === undefined ? {} : { id }
  const found = await store.em().find(Workspace, where, { fields: ['id'], orderBy: { id: 'asc' } })
  if (found.length === 0 && id !== undefined) throw new AppError('NOT_FOUND', `There is no workspace ${id}.`)
  return found.map((it) => it.id)
}

interface Rotation extends KeyCommand, Replacing {
  opener: Opener
}

interface Replacing {
  isVouched: KeyCheck
  /** Vouches for the key that follows another one; undefined if nothing signs. */
  signerAfter(workspace: string, key: SignedWorkspaceKey): Promise<KeySigner | undefined>
}

/** @throws AppError CONFLICT while the root key is rotated and the loaded one does not sign yet. */
async function prepareReplacing({ store }: KeyCommand, signer: Signer | undefined): Promise<Replacing> {
  const inForce = await findSigner(store.em())
  const isVouched = createKeyCheck(store, () => signer)
  if (!inForce && !signer) return { isVouched, signerAfter: async () => undefined }
  if (!signer || inForce?.fingerprint !== signer.certificate.fingerprint) {
    const problem = await signerProblem(store.em(), signer)
    const advice = 'A rotation of the root key is under way. End it first: `lockstep keys rotate-root`.'
    throw new AppError('CONFLICT', problem ?? advice)
  }
  const { certificate } = signer
  const signers = await trustedSigners(await listSigners(store.em()), certificate)
  return {
    isVouched,
    signerAfter: async (workspace, key) => ({
      certificate,
      generation: ((await generationOf(signers, workspace, key)) ?? 0) + 1,
      signKey: (statement) => signWorkspaceKey(signer, statement),
    }),
  }
}

/** @returns why secrets could not be sealed again. */
async function rotate(
  rotation: Rotation,
  workspace: string,
  all: boolean,
  progress: Progress,
): Promise<string[]> {
  const em = rotation.store.em()
  const current = await currentKey(em, workspace, rotation.isVouched)
  const { kid } = current
  const { createdAt } = await em.findOneOrFail(WorkspaceKey, { workspace, kid }, { fields: ['createdAt'] })
  const left = await countSecretsOfOtherKeys(em, workspace, kid)
  const goesOn = (all || left > 0) && databaseTime().getTime() - createdAt.getTime() < RECENT
  if (!goesOn) await replaceKey(rotation, workspace, current)
  progress.advance(goesOn ? (await em.count(Secret, { workspace })) - left : 0)
  // There are two rounds, because a value that was sealed just before the key was replaced may be stored after the
  // first.
  await sealAnew(rotation, workspace, (count) => progress.advance(count))
  return sealAnew(rotation, workspace, () => undefined)
}

async function replaceKey(
  { store, actor, signerAfter }: Rotation,
  workspace: string,
  old: SignedWorkspaceKey,
): Promise<void> {
  const signer = await signerAfter(workspace, old)
  await store.inTransaction(async (tx) => {
    await tx.nativeUpdate(WorkspaceKey, { workspace, retiredAt: null }, { retiredAt: databaseTime() })
    const target = await addWorkspaceKey(tx, workspace, signer)
    await recordAudit(tx, { workspace, actor, action: 'key.rotate', target, detail: { replaced: old.kid } })
  })
}

async function sealAnew(
  { store, stopping, opener, isVouched }: Rotation,
  workspace: string,
  advance: (count: number) => void,
): Promise<string[]> {
  const key = await currentKey(store.em(), workspace, isVouched)
  const next = (after: string) =>
    listSealedSecrets(store.em(), workspace, { after, limit: BATCH, exceptKid: key.kid })
  const unreadable: string[] = []
  let rows = await next('')
  while (rows.length > 0) {
    stopping.throwIfAborted()
    const sealed = await Promise.all(rows.map((row) => sealRow(opener, key, workspace, row)))
    unreadable.push(...sealed.flatMap((it) => ('reason' in it ? [it.reason] : [])))
    const changes = sealed.flatMap((it) => ('was' in it ? [it] : []))
    await store.inTransaction((tx) => replaceSealedSecrets(tx, workspace, key.kid, changes))
    advance(rows.length)
    rows = await next(rows.at(-1)?.name ?? '')
  }
  return unreadable
}

async function sealRow(
  opener: Opener,
  key: PublicWorkspaceKey,
  workspace: string,
  { name, sealed: was }: SealedSecret,
): Promise<Resealed | { reason: string }> {
  try {
    // The authenticated policy is used, not the row's, so that it does not change.
    const { value, policy } = await opener.openWithPolicy({ workspace, name }, was)
    const sealed = await sealInNode(key, { workspace, name }, value.reveal(), policy)
    return { name, was, sealed, policy: policy ?? null }
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return { reason: error.message }
    throw error
  }
}
