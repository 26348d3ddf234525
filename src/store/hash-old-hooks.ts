import type { Logger } from '../log.ts'
import { HASH_OLD_HOOKS } from './runs/hook-token.ts'
import type { Store } from './store.ts'

// While an upgrade goes on, an API of the version before compares a hook with what the table has.
const UPGRADE_MS = 10 * 60 * 1000

/** Leaves only hashes of the tokens in the URLs of hooks that the version before made. @returns how many it hashed. */
export const hashOldHooks = (store: Store): Promise<number> =>
  store.inTransaction(async (tx) => (await tx.execute<unknown[]>(`${HASH_OLD_HOOKS} returning 1`)).length)

/** Does so once, when an upgrade is over. What fails is done by the next process. @returns a function that cancels it. */
export function hashOldHooksLater(store: Store, log: Logger): () => void {
  const timer = setTimeout(() => {
    hashOldHooks(store).catch((err: unknown) => log.warn({ err }, 'old hooks could not be hashed'))
  }, UPGRADE_MS)
  return () => clearTimeout(timer)
}
