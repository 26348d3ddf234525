import { AppError } from '../errors.ts'
import type { Tx } from '../store/store.ts'

const MAX_KEY_LENGTH = 255
const LIFETIME = `interval '24 hours'`

/** A caller's key for what is to be made once. */
export interface Once {
  /** Keyed hashes: of the caller and the key, and of the change and its input. */
  keyHash: string
  inputHash: string
  /** 32 bytes for a token that the change makes, the same whenever the same key asks for the same thing. */
  secretFor(made: string): Buffer
}

/** @throws AppError INVALID_FIELD */
export function checkKey(key: string): void {
  // An empty key comes from a variable that was not set. It would make one thing of all requests.
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return
  const rule = `1 to ${MAX_KEY_LENGTH} characters, different for each thing that is made`
  throw new AppError('INVALID_FIELD', `An idempotency key has ${rule}. Leave it out to make one each time.`)
}

/**
 * Takes the key for what the transaction is about to make. Of two requests with one key at once, the second waits here
 * until the first has committed.
 *
 * @param made the id, or the name, of what is made.
 * @returns what the key has made within a day; undefined: nothing, and it stands for `made` from now on.
 * @throws AppError CONFLICT when the key was used with another input.
 */
export async function takeOnce(
  tx: Tx,
  workspace: string,
  once: Once | undefined,
  made: string,
): Promise<string | undefined> {
  if (!once) return undefined
  const { keyHash, inputHash } = once
  const taken = await tx.execute<unknown[]>(
    `insert into idempotency_key as known (workspace_id, key_hash, input_hash, made, created_at)
     values (?, ?, ?, ?, clock_timestamp())
         on conflict (workspace_id, key_hash) do update
        set input_hash = excluded.input_hash, made = excluded.made, created_at = excluded.created_at
      where known.created_at <= excluded.created_at - ${LIFETIME}
     returning made`,
    [workspace, keyHash, inputHash, made],
  )
  if (taken.length > 0) return undefined
  const [known] = await tx.execute<{ made: string; inputHash: string }[]>(
    'select made, input_hash as "inputHash" from idempotency_key where workspace_id = ? and key_hash = ?',
    [workspace, keyHash],
  )
  if (known?.inputHash !== inputHash) throw otherInput()
  return known.made
}

export function otherInput(): AppError {
  return new AppError(
    'CONFLICT',
    'This idempotency key was used with another input within a day. Take another key for another input.',
  )
}

/** What a key has made was deleted since. */
export function madeIsGone(): AppError {
  return new AppError(
    'CONFLICT',
    'What this idempotency key has made is gone by now. Take another key to make it anew.',
  )
}
