import { recordAudit } from '../domain/audit.ts'
import { listVouchedRecipients } from '../domain/recipients.ts'
import { AppError } from '../errors.ts'
import { WorkspaceKey } from '../store/entities/index.ts'
import {
  listSealedWorkspaceKeys,
  replaceSealedWorkspaceKey,
  type SealedWorkspaceKey,
} from '../store/workspace-key.ts'
import { type Rewrapped, type RootKey, rewrapWorkspaceKey } from '../vault/opening.ts'
import type { Certificate, GeneralJwe, Signer } from '../vault/sealing.ts'
import type { KeyCommand } from './key-command.ts'

const BATCH = 50

export interface UnreadableKey {
  workspace: string
  kid: string
  reason: string
}

export interface Aligned {
  changed: number
  /** They are left exactly as they were. */
  unreadable: UnreadableKey[]
}

/**
 * Seals every workspace key for exactly the certificates that are in use now and vouched for. The envelopes show
 * what is left to do, so it can be stopped at any moment and be repeated. Each batch is a transaction.
 *
 * An envelope that none of the keys opens keeps its recipients.
 *
 * @param signer whose set of certificates counts; undefined if nothing can sign.
 */
export async function alignEnvelopes(
  command: KeyCommand,
  keys: readonly RootKey[],
  signer: Signer | undefined,
): Promise<Aligned> {
  const { store, stopping } = command
  const recipients = await findRecipients(command, signer)
  const progress = command.progress('workspace keys', await store.em().count(WorkspaceKey))
  const aligned: Aligned = { changed: 0, unreadable: [] }
  try {
    let rows = await listSealedWorkspaceKeys(store.em(), undefined, BATCH)
    while (rows.length > 0) {
      stopping.throwIfAborted()
      const attempts = await Promise.all(rows.map((row) => rewrapRow(keys, recipients, row)))
      aligned.unreadable.push(...attempts.flatMap((it) => ('reason' in it ? [it] : [])))
      aligned.changed += await storeBatch(
        command,
        attempts.flatMap((it) => ('rewrapped' in it ? [it] : [])),
      )
      progress.advance(rows.length)
      rows = await listSealedWorkspaceKeys(store.em(), rows.at(-1), BATCH)
    }
  } finally {
    progress.stop()
  }
  return aligned
}

async function findRecipients(
  { store, say }: KeyCommand,
  signer: Signer | undefined,
): Promise<Certificate[]> {
  const { vouched, strange } = await listVouchedRecipients(store.em(), signer?.certificate)
  for (const { certificate } of strange) {
    say(
      `${certificate.fingerprint} (${certificate.subject}) gets no key: no key command put it into the database.`,
    )
  }
  return vouched.map(({ certificate }) => certificate)
}

interface Change {
  row: SealedWorkspaceKey
  rewrapped: Rewrapped
}

async function rewrapRow(
  keys: readonly RootKey[],
  recipients: readonly Certificate[],
  row: SealedWorkspaceKey,
): Promise<Change | UnreadableKey | { unchanged: true }> {
  const { workspace, kid, sealed } = row
  try {
    const rewrapped = await rewrapWorkspaceKey(keys, workspace, kid, sealed as GeneralJwe, recipients)
    return rewrapped ? { row, rewrapped } : { unchanged: true }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'SECRET_UNREADABLE')) throw error
    return { workspace, kid, reason: error.message }
  }
}

async function storeBatch({ store, actor }: KeyCommand, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0
  return store.inTransaction(async (tx) => {
    let count = 0
    for (const { row, rewrapped } of changes) {
      const { sealed, added, removed } = rewrapped
      // A key that was deleted meanwhile needs no recipients. No other code changes an envelope.
      if (!(await replaceSealedWorkspaceKey(tx, row, sealed))) continue
      const { workspace, kid: target } = row
      await recordAudit(tx, { workspace, actor, action: 'key.rewrap', target, detail: { added, removed } })
      count++
    }
    return count
  })
}

/** Names the keys that could not be opened, or a few of many. */
export function sayUnreadable({ say }: KeyCommand, unreadable: readonly UnreadableKey[]): void {
  const shown = 20
  for (const { reason } of unreadable.slice(0, shown)) say(`  ${reason}`)
  if (unreadable.length > shown) say(`  and ${unreadable.length - shown} more`)
}
