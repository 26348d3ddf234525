import { AppError } from '../errors.ts'
import { type Decrypted, decryptValue } from '../vault/decrypt-value.ts'
import { createRunSeal, type sealInNode } from '../vault/seal-in-node.ts'
import type { Result, Work } from './requests.ts'
import type { Threads } from './threads.ts'

// Larger values (in characters) go to a thread, because jose blocks the event loop for 20 ms for a megabyte.
const OFF_LOOP_OVER = 256 * 1024
// Far more time than the largest value takes, in milliseconds.
const LIMIT = 60_000

/** Seals data of runs and decrypts as the vault does, but large values in a thread. */
export function createLargeValues(threads: Threads): {
  seal: typeof sealInNode
  decrypt: typeof decryptValue
} {
  const run = async (workspace: string, size: number, work: Work): Promise<Result> => {
    const job = { workspace, size, limit: LIMIT, signal: undefined, spent: () => undefined, tooLong }
    return threads.run({ ...job, work: () => work })
  }
  const sealHere = createRunSeal()
  return {
    async seal(key, at, value, policy) {
      if (value.length <= OFF_LOOP_OVER) return sealHere(key, at, value, policy)
      const sealed = await run(at.workspace, value.length, { kind: 'seal', key, at, value, policy })
      return typeof sealed === 'string' ? sealed : unexpected()
    },
    async decrypt(sealed, key, agree) {
      if (sealed.length <= OFF_LOOP_OVER) return decryptValue(sealed, key, agree)
      const opened = await run('', sealed.length, { kind: 'open', sealed, key })
      return isDecrypted(opened) ? opened : unexpected()
    },
  }
}

function isDecrypted(result: Result): result is Decrypted {
  return typeof result === 'object' && result !== null && !Array.isArray(result)
}

function unexpected(): never {
  throw new AppError('INTERNAL', 'A thread gave back what nobody asked it for.')
}

function tooLong(): AppError {
  return new AppError('TIMEOUT', `To seal or open data took over ${LIMIT / 1000} s.`)
}
