import { AppError } from '../errors.ts'
import { decryptValue } from '../vault/decrypt-value.ts'
import { sealValue } from '../vault/seal-value.ts'
import type { Result, Work } from './requests.ts'
import type { Threads } from './threads.ts'

// Larger ones (characters) go to a thread: jose takes 20 ms of the event loop for a megabyte.
const OFF_LOOP_OVER = 256 * 1024
// Far above what the largest takes (milliseconds).
const LIMIT = 60_000

/** Seals and decrypts as the vault does, what is large in a thread. */
export function createLargeValues(threads: Threads): {
  seal: typeof sealValue
  decrypt: typeof decryptValue
} {
  const run = async (workspace: string, size: number, work: Work): Promise<string> => {
    const job = { workspace, size, limit: LIMIT, signal: undefined, spent: () => undefined, tooLong }
    return asText(await threads.run({ ...job, work: () => work }))
  }
  return {
    seal: (key, at, value) =>
      value.length > OFF_LOOP_OVER
        ? run(at.workspace, value.length, { kind: 'seal', key, at, value })
        : sealValue(key, at, value),
    decrypt: (sealed, key) =>
      sealed.length > OFF_LOOP_OVER
        ? run('', sealed.length, { kind: 'open', sealed, key })
        : decryptValue(sealed, key),
  }
}

function asText(result: Result): string {
  if (typeof result === 'string') return result
  throw new AppError('INTERNAL', 'A thread gave back no text.')
}

function tooLong(): AppError {
  return new AppError('TIMEOUT', `To seal or open data took over ${LIMIT / 1000} s.`)
}
