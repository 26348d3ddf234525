import { databaseTime } from '../database-time.ts'
import { listVouchedRecipients } from '../domain/recipients.ts'
import { AppError } from '../errors.ts'
import { createKeyCheck, openSigner, signerProblem } from '../keys/signing.ts'
import { WorkspaceKey } from '../store/entities/index.ts'
import { findSigner } from '../store/signers.ts'
import type { RootKey } from '../vault/opening.ts'
import type { PublicWorkspaceKey, Signer } from '../vault/sealing.ts'
import { type Examination, error, type Finding, type Item, ok, warning } from './check.ts'

// A worker signs a new key within seconds, so a missing signature counts only after this time (milliseconds).
const PATIENCE = 60_000

/** Whether certificates and workspace keys are vouched for, and whether the current signing key signed them. */
export async function checkVouching(examination: Examination, rootKey: RootKey): Promise<Finding[]> {
  const { store, config } = examination
  try {
    const signer = await openSigner(config, rootKey)
    const problem = await signerProblem(store.em(), signer)
    if (problem !== undefined) {
      const isSigned = (await findSigner(store.em())) !== undefined
      return [isSigned || signer ? error('signatures', problem) : warning('signatures', problem)]
    }
    return [await checkRecipients(examination, signer), await checkSignatures(examination, signer)]
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure
    return [error('signatures', failure.message)]
  }
}

async function checkRecipients({ store }: Examination, signer: Signer | undefined): Promise<Finding> {
  const inForce = await findSigner(store.em())
  const anchor = inForce?.fingerprint === signer?.certificate.fingerprint ? signer?.certificate : undefined
  const { vouched, strange } = await listVouchedRecipients(store.em(), anchor)
  if (strange.length === 0) {
    const names = vouched.map(({ certificate }) => certificate.fingerprint.slice(0, 12)).join('…, ')
    return ok('signatures', `The certificates that workspace keys are sealed for are signed: ${names}….`)
  }
  const names = strange
    .map(({ certificate }) => `${certificate.fingerprint} (${certificate.subject})`)
    .join(', ')
  return error(
    'signatures',
    `No key command put these certificates into the database; they get no key: ${names}. Find out who did. ` +
      '`lockstep keys remove-recovery` takes one away; `add-recovery` makes it one of yours.',
  )
}

async function checkSignatures({ store }: Examination, signer: Signer | undefined): Promise<Finding> {
  const isVouched = createKeyCheck(store, () => signer)
  const rows = await store.em().find(WorkspaceKey, { retiredAt: null }, { orderBy: { workspace: 'asc' } })
  const signed = new Set(rows.filter((it) => it.signature).map((it) => it.workspace))
  const items: Item[] = []
  for (const { workspace, kid, publicJwk, signature = null, createdAt } of rows) {
    const jwk = publicJwk as unknown as PublicWorkspaceKey['jwk']
    if (await isVouched(workspace, { kid, jwk, signature })) continue
    const isNew =
      signature === null &&
      !signed.has(workspace) &&
      databaseTime().getTime() - createdAt.getTime() < PATIENCE
    if (isNew) continue
    const reason = signed.has(workspace)
      ? 'It was put there by no rotation. Clients refuse it; `lockstep keys rotate-workspace` replaces it.'
      : 'No worker has signed it; a worker that runs does, or says why not in its log.'
    items.push({ workspace, name: kid, reason })
  }
  if (items.length === 0) return ok('signatures', `Every workspace key in use is signed (${rows.length}).`)
  const message = `${items.length} workspace keys are not vouched for.`
  const isBroken = items.some(({ workspace }) => signed.has(workspace))
  return isBroken ? error('signatures', message, items) : warning('signatures', message, items)
}
