import { databaseTime } from '../database-time.ts'
import { Signer, WorkspaceKey } from './entities/index.ts'
import type { Em } from './store.ts'

/** The signer that is in force, with the recipients that it vouches for; undefined: nothing is vouched for. */
export async function findSigner(em: Em): Promise<(Signer & { recipients: string }) | undefined> {
  const where = { retiredAt: null, recipients: { $ne: null } }
  const row = await em.findOne(Signer, where, { orderBy: { createdAt: 'desc' } })
  return row?.recipients ? { ...row, recipients: row.recipients } : undefined
}

/** All that there ever were, the oldest first. */
export function listSigners(em: Em): Promise<Signer[]> {
  return em.find(Signer, {}, { orderBy: { createdAt: 'asc', fingerprint: 'asc' } })
}

/** Whether anything was ever vouched for here. */
export async function hasSignatures(em: Em): Promise<boolean> {
  const [signers, keys] = [await em.count(Signer), await em.count(WorkspaceKey, { signature: { $ne: null } })]
  return signers + keys > 0
}

/** Puts a signer in, or changes it. */
export async function writeSigner(
  em: Em,
  { fingerprint, pem }: Pick<Signer, 'fingerprint' | 'pem'>,
  change: Partial<Signer>,
): Promise<void> {
  const changed = await em.nativeUpdate(Signer, { fingerprint }, { pem, retiredAt: null, ...change })
  if (changed === 0) await em.insert(Signer, { fingerprint, pem, createdAt: databaseTime(), ...change })
}

/** A key in use that the signer in force has not signed. */
export interface UnsignedKey {
  workspace: string
  kid: string
  publicJwk: object
  sealed: object
  signature: string | null
  /** How many keys of the workspace are in use, and how many of all were ever signed. */
  inUse: number
  signed: number
}

/**
 * @param header that everything begins with which the signer in force signs.
 * @param except kids to leave out.
 * @param of whose they are; those of all workspaces, unless told.
 */
export function listUnsignedKeys(
  em: Em,
  header: string,
  except: readonly string[],
  limit: number,
  of?: string,
): Promise<UnsignedKey[]> {
  return em.execute<UnsignedKey[]>(
    `select key.workspace_id as workspace, key.kid, key.public_jwk as "publicJwk", key.sealed_private_key as sealed,
            key.signature, all_keys.*
       from workspace_key as key,
    lateral (select count(*) filter (where retired_at is null)::int as "inUse", count(signature)::int as signed
               from workspace_key as one where one.workspace_id = key.workspace_id) as all_keys
      where ${of === undefined ? 'true' : 'key.workspace_id = ?'} and key.retired_at is null and (key.signature is null or not starts_with(key.signature, ?))
        and not exists (select 1 from jsonb_array_elements_text(?::jsonb) as it where it = key.kid)
      limit ${limit}`,
    [...(of === undefined ? [] : [of]), `${header}.`, JSON.stringify(except)],
  )
}

/** Stores a signature, unless the key was signed or deleted meanwhile. */
export async function storeSignature(
  em: Em,
  { workspace, kid, signature }: Pick<UnsignedKey, 'workspace' | 'kid' | 'signature'>,
  replacement: string,
): Promise<boolean> {
  return (await em.nativeUpdate(WorkspaceKey, { workspace, kid, signature }, { signature: replacement })) > 0
}
