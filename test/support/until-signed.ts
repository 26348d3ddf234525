import { decodeProtectedHeader } from 'jose'
import { vi } from 'vitest'
import type { TestDatabase } from './database.ts'

/**
 * Waits until a worker has vouched for the keys of new workspaces, and again for those that a retired signer vouched
 * for. Without a worker it does not wait.
 */
export async function untilSigned(database: TestDatabase): Promise<void> {
  const inUse = `select signature from workspace_key, (select 1 from worker limit 1) as live where retired_at is null`
  const isSigned = async () => {
    const retired = await database.query<{ fingerprint: string }>(
      'select fingerprint from signer where retired_at is not null',
    )
    const former = new Set<unknown>(retired.map(({ fingerprint }) => fingerprint))
    const keys = await database.query<{ signature: string | null }>(inUse)
    return keys.every(({ signature }) => signature && !former.has(decodeProtectedHeader(signature).kid))
  }
  await vi.waitUntil(isSigned, { timeout: 60_000, interval: 100 })
}
