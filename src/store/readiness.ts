import { isSchemaReady } from './migrate.ts'
import { refuseOldServer } from './server-version.ts'
import type { Store } from './store.ts'

/** Whether the database can be used, or why not. */
export interface Readiness {
  ready: boolean
  reason?: string
}

// A database that does not answer in this time (milliseconds) is not ready.
const PATIENCE = 2000

/**
 * Whether the database answers and its schema is the one that this code knows.
 *
 * @param patience how many milliseconds it may take to answer.
 */
export async function checkReadiness(store: Store, patience = PATIENCE): Promise<Readiness> {
  const check = async (): Promise<Readiness> => {
    const refused = await refuseOldServer(store)
    if (refused !== undefined) return { ready: false, reason: refused }
    const ready = await isSchemaReady(store)
    return ready ? { ready } : { ready, reason: 'the schema is not up to date: run `lockstep migrate`' }
  }
  return within(check(), patience)
}

/** Whether the database answers, whatever its schema. */
export async function checkReachable(store: Store): Promise<Readiness> {
  return within(
    store
      .em()
      .execute('select 1')
      .then(() => ({ ready: true })),
    PATIENCE,
  )
}

async function within(check: Promise<Readiness>, patience: number): Promise<Readiness> {
  const unreachable: Readiness = { ready: false, reason: 'the database cannot be reached' }
  const late = new Promise<Readiness>((resolve) => {
    setTimeout(() => resolve({ ready: false, reason: 'the database does not answer' }), patience).unref()
  })
  return Promise.race([check.catch(() => unreachable), late])
}
