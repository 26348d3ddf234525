import type { Em } from './store.ts'

/** How the database replicates what is committed. */
export interface Replication {
  /** What a commit waits for: `synchronous_commit`. */
  commits: string
  /** The standbys that commits wait for: `synchronous_standby_names`. */
  synchronousNames: string
  /** Standbys that stream now. */
  standbys: number
}

export async function readReplication(em: Em): Promise<Replication> {
  const [row] = await em.execute<Replication[]>(
    `select current_setting('synchronous_commit') as commits,
            current_setting('synchronous_standby_names') as "synchronousNames",
            (select count(*)::int from pg_stat_replication) as standbys`,
  )
  return row ?? { commits: 'on', synchronousNames: '', standbys: 0 }
}
