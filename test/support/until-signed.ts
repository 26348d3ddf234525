import { vi } from 'vitest'
import type { TestDatabase } from './database.ts'

/** Waits until a worker has vouched for the keys of new workspaces. Without a worker it does not wait. */
export async function untilSigned(database: TestDatabase): Promise<void> {
  const open = `select 1 from workspace_key, (select 1 from worker limit 1) as live
    where signature is null and retired_at is null`
  const isSigned = async () => (await database.query(open)).length === 0
  await vi.waitUntil(isSigned, { timeout: 60_000, interval: 100 })
}
