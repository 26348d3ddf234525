import type { Pool, PoolClient } from 'pg'

// How long whoever holds a connection that broke has time to give it back (milliseconds).
const GIVE_BACK = 1000

export interface PoolUse {
  /** Open connections, and those of them that no statement uses. */
  total: number
  idle: number
  /** Statements that wait for a connection. */
  waiting: number
}

export const poolUse = ({ totalCount, idleCount, waitingCount }: Pool): PoolUse => ({
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})

/**
 * Takes broken connections back into the pool. The query builder gives the connection of a transaction back once
 * `commit` or `rollback` has succeeded; on one that broke neither ever does, and after as many outages as the pool
 * has places every later query would wait for ever.
 */
export function reclaimBroken(pool: Pool): void {
  const taken = new Set<PoolClient>()
  pool.on('acquire', (client) => void taken.add(client))
  pool.on('release', (_error, client) => void taken.delete(client))
  pool.on('connect', (client) => {
    client.once('end', () => {
      const reclaim = () => void (taken.has(client) && client.release(true))
      setTimeout(reclaim, GIVE_BACK).unref()
    })
  })
}
