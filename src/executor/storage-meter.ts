import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { measureStoredBytes } from '../store/stored-bytes.ts'

// Once a worker has started, and then so often (milliseconds).
const FIRST = 20_000
const APART = 5 * 60_000

/** Measures every few minutes what the workspaces store. @returns what ends it, and waits for the round in hand. */
export function startStorageMeter({ store, log }: { store: Store; log: Logger }): () => Promise<void> {
  let last = Promise.resolve()
  const measure = () =>
    measureStoredBytes(store).catch((err: unknown) =>
      log.warn({ err }, 'what the workspaces store could not be measured, it will be tried again'),
    )
  let timer: NodeJS.Timeout
  const next = (wait: number) => {
    timer = setTimeout(() => {
      last = measure()
      void last.then(() => next(APART))
    }, wait).unref()
  }
  next(FIRST)
  return async () => {
    clearTimeout(timer)
    await last
    clearTimeout(timer)
  }
}
