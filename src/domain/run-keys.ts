import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Tx } from '../store/store.ts'

const MAX_KEY_LENGTH = 255
const LIFETIME = 24 * 60 * 60 * 1000

interface KeyedRun {
  workspace: string
  automation: string
  key: string
  run: string
  createdAt: Date
}

/** @throws AppError INVALID_FIELD */
export function checkRunKey(key: string): void {
  // An empty key comes from a variable that was not set. It would make one run of all requests.
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return
  const rule = `1 to ${MAX_KEY_LENGTH} characters, different for each run`
  throw new AppError(
    'INVALID_FIELD',
    `An idempotency key has ${rule}. Leave it out to start a run each time.`,
  )
}

/**
 * Assigns the key to the run, unless it belongs to another one. If two runs claim it at once, the second waits
 * here until the first has committed.
 *
 * @returns the run that the key belongs to already.
 */
export async function claimRunKey(tx: Tx, keyed: KeyedRun): Promise<string | undefined> {
  const { workspace, automation, run, createdAt } = keyed
  const where = [workspace, automation, hashKey(keyed)]
  const lapsed = new Date(createdAt.getTime() - LIFETIME)
  const claimed = await tx.execute<unknown[]>(
    `insert into run_key (workspace_id, automation, key_hash, run, created_at) values (?, ?, ?, ?, ?)
      on conflict (workspace_id, automation, key_hash)
      do update set run = excluded.run, created_at = excluded.created_at where run_key.created_at <= ?
      returning run`,
    [...where, run, createdAt, lapsed],
  )
  if (claimed.length > 0) return undefined
  const [first] = await tx.execute<{ run: string }[]>(
    'select run from run_key where workspace_id = ? and automation = ? and key_hash = ?',
    where,
  )
  return first?.run
}

/** The hash includes the automation, so that the same key has another hash in another automation. */
function hashKey({ workspace, automation, key }: KeyedRun): string {
  return createHash('sha256').update(`${workspace}.${automation}.${key}`).digest('hex')
}
