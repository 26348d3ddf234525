import { LockMode } from '@mikro-orm/core'
import { AppError } from '../errors.ts'
import { Secret } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkUnchanged } from './changed-since.ts'
import { checkPlainText } from './plain-text.ts'
import type { SecretPolicy } from './secret-list.ts'

const LONGEST_OWNER = 200
const LONGEST_DESCRIPTION = 1000

/** What an admin says of a secret. It is no secret. */
export interface SecretNotes {
  owner?: string | null | undefined
  description?: string | null | undefined
}

export interface NotesChange extends SecretNotes {
  /** What the admin knew. Other notes are not overwritten. */
  ifNotes?: SecretNotes | null | undefined
}

/** @throws AppError NOT_FOUND, INVALID_FIELD, CONFLICT */
export async function describeSecret(
  store: Store,
  actor: Actor,
  { workspace, name }: { workspace: string; name: string },
  notes: NotesChange,
): Promise<SecretPolicy> {
  const owner = readNote('owner', notes.owner, LONGEST_OWNER)
  const description = readNote('description', notes.description, LONGEST_DESCRIPTION)
  return store.inTransaction(async (tx) => {
    const where = { workspace, name }
    const found = await tx.findOne(Secret, where, {
      fields: ['owner', 'description'],
      lockMode: LockMode.PESSIMISTIC_WRITE,
    })
    if (!found) throw new AppError('NOT_FOUND', `There is no secret named ${name} in this workspace.`)
    checkUnchanged(`what ${name} is for`, {
      seen: notes.ifNotes && [notes.ifNotes.owner?.trim() ?? '', notes.ifNotes.description?.trim() ?? ''],
      now: [found.owner ?? '', found.description ?? ''],
      wanted: [owner ?? '', description ?? ''],
    })
    await tx.nativeUpdate(Secret, where, { owner, description })
    // The texts are not put on record: they may be long, and say more than who changed them.
    await recordAudit(tx, { workspace, actor, action: 'secret.describe', target: name })
    const fields = ['policy', 'sealedPolicy', 'lastUsedAt'] as const
    const { policy, sealedPolicy, lastUsedAt } = await tx.findOneOrFail(Secret, where, { fields })
    return { ...where, policy, sealedPolicy, lastUsedAt, owner, description }
  })
}

function readNote(what: string, text: string | null | undefined, most: number): string | null {
  const note = text?.trim() ?? ''
  if (note.length > most) {
    throw new AppError('INVALID_FIELD', `The ${what} is over ${most} characters. Shorten it.`)
  }
  checkPlainText('INVALID_FIELD', `The ${what}`, note)
  return note === '' ? null : note
}
