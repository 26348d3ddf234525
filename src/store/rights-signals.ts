import { EventEmitter } from 'node:events'
import type { Em, Store, Tx } from './store.ts'

/**
 * What processes tell each other on it: the id of a person or of an API token. Every role that may connect can say anything
 * here; it makes a process forget what it remembers and ask again.
 */
export const RIGHTS_CHANNEL = 'rights_changed'

/** Says whose rights have changed, so that no process goes on with what it remembers of them. */
export interface RightsSignals {
  /** Commits `work`, which changes the rights of the person or API token with the id `holder`, and says so. */
  change<T>(holder: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** For a change that somebody else has committed. */
  announce(holder: string): Promise<void>
  /** Called for every change, of this process or of another one. A signal can be lost with a connection. */
  onChange(listener: (holder: string) => void): void
  /** What another process said. */
  heard(holder: string): void
}

export function createRightsSignals(store: Store): RightsSignals {
  const emitter = new EventEmitter<{ changed: [holder: string] }>()
  const heard = (holder: string) => void emitter.emit('changed', holder)
  return {
    async change(holder, work) {
      try {
        return await store.inTransaction(async (tx) => {
          const result = await work(tx)
          await notify(tx, holder)
          return result
        })
      } finally {
        // Also after an error: a connection that broke on the commit leaves open whether it took place.
        heard(holder)
      }
    },
    async announce(holder) {
      heard(holder)
      await notify(store.em(), holder)
    },
    onChange: (listener) => void emitter.on('changed', listener),
    heard,
  }
}

async function notify(em: Em, holder: string): Promise<void> {
  await em.execute('select pg_notify(?, ?)', [RIGHTS_CHANNEL, holder])
}
