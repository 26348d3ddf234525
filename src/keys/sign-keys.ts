import { listVouchedRecipients } from '../domain/recipients.ts'
import { generationOf } from '../domain/workspace-keys.ts'
import { AppError } from '../errors.ts'
import { listSigners, listUnsignedKeys, storeSignature, type UnsignedKey } from '../store/signers.ts'
import type { Store } from '../store/store.ts'
import {
  openWorkspaceKey,
  type RootKey,
  signWorkspaceKey,
  statementHeader,
  thumbprintOf,
  trustedSigners,
} from '../vault/opening.ts'
import type { GeneralJwe, Signer, SigningCertificate } from '../vault/sealing.ts'

const BATCH = 100

export interface RefusedKey {
  workspace: string
  kid: string
  reason: string
}

/**
 * Vouches for workspace keys that the current signer has not signed.
 *
 * A key is signed on two conditions. Its private half opens with the root key. And either a signer has signed it
 * before, or it is its workspace's first key. **A row alone is never a reason**: a workspace that has had a signed
 * key gets another one only from a rotation, which signs it itself. So an attacker who can write to the database,
 * or controls the API, can place their own key only while a workspace is being made.
 *
 * @param skipped kids that are not checked.
 * @param of whose keys; those of all workspaces, unless told.
 * @returns the keys that were not signed.
 */
export async function signWorkspaceKeys(
  store: Store,
  rootKey: RootKey,
  signer: Signer,
  skipped: readonly string[] = [],
  of?: string,
): Promise<RefusedKey[]> {
  const header = statementHeader(signer.certificate.fingerprint, 'lockstep-workspace-key')
  const refused: RefusedKey[] = []
  for (;;) {
    const except = [...skipped, ...refused.map(({ kid }) => kid)]
    const rows = await listUnsignedKeys(store.em(), header, except, BATCH, of)
    if (rows.length === 0) return refused
    const signers = await trustedSigners(await listSigners(store.em()), signer.certificate)
    const { vouched } = await listVouchedRecipients(store.em(), signer.certificate)
    const recipients = vouched.map(({ certificate }) => certificate.fingerprint)
    for (const row of rows) {
      const reason = await signRow({ store, rootKey, signer, signers, recipients }, row)
      if (reason !== undefined) refused.push({ workspace: row.workspace, kid: row.kid, reason })
    }
  }
}

interface Signing {
  store: Store
  rootKey: RootKey
  signer: Signer
  signers: ReadonlyMap<string, SigningCertificate>
  recipients: readonly string[]
}

/** @returns why the key was not signed. */
async function signRow(signing: Signing, row: UnsignedKey): Promise<string | undefined> {
  const { workspace, kid } = row
  const generation =
    row.signature === null ? firstGeneration(row) : await generationOf(signing.signers, workspace, row)
  if (generation === undefined) {
    return row.signature === null
      ? 'it stands beside a key that is vouched for, and no rotation made it'
      : 'its signature is by none of the signers of this database'
  }
  const reason = await keyFault(signing, row)
  if (reason !== undefined) return reason
  const statement = await signWorkspaceKey(signing.signer, { workspace, kid, generation })
  await storeSignature(signing.store.em(), row, statement)
  return undefined
}

const firstGeneration = ({ inUse, signed }: UnsignedKey): number | undefined =>
  inUse === 1 && signed === 0 ? 1 : undefined

async function keyFault({ rootKey, recipients }: Signing, row: UnsignedKey): Promise<string | undefined> {
  const { workspace, kid, publicJwk } = row
  const sealed = row.sealed as GeneralJwe
  try {
    // Opening it completely proves that the private half belongs to the kid.
    await openWorkspaceKey(rootKey, workspace, kid, sealed)
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return error.message
    throw error
  }
  if ((await thumbprintOf(publicJwk)) !== kid) return 'its public half is not the key of its kid'
  // A key that was signed before may still be sealed for a root key that was just retired.
  if (row.signature !== null) return undefined
  const strange = sealed.recipients.find((it) => !recipients.includes(it.header.kid))
  return strange && `it is sealed for ${strange.header.kid}, which nothing vouches for`
}
