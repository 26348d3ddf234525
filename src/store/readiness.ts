import { isSchemaReady } from './migrate.ts'
import type { Store } from './store.ts'

/** Whether the database can be used, or why not. */
export interface Readiness {
  ready: boolean
  reason?: string
}

// A database that does not answer in this time (milliseconds) is not ready.
const PATIENCE = 2000

/** Whether the database answers and its schema is the one that this code knows. */
export async function checkReadiness(store: Store): Promise<Readiness> {
  const late = new Promise<Readiness>((resolve) => {
    setTimeout(() => resolve({ ready: false, reason: 'the database does not answer' }), PATIENCE).unref()
  })
  const check = isSchemaReady(store).then(
    (ready): Readiness =>
      ready ? { ready } : { ready, reason: 'the schema is not up to date: run `lockstep migrate`' },
    (): Readiness => ({ ready: false, reason: 'the database cannot be reached' }),
  )
  return Promise.race([check, late])
}
