import type { Db, PgBoss } from 'pg-boss'
import { GROUP_LOCK } from './locks.ts'

// Only pg-boss's statement that takes a job under a limit of its group holds this.
const TAKES_FROM_GROUP = 'active_group'

/** A job as pg-boss's statement gives it back. */
interface TakenJob {
  name: string
  data: { workspace: string }
}

/**
 * Makes the limit of a group exact. pg-boss counts a group's active jobs in the statement that takes one, so that
 * several that take at once do not count one another: ten idle slots would take ten jobs of a group that may have
 * five. Here the job is taken in a transaction, counted again under a lock of its group, and given back when it is
 * one too many. The statement then finds a job of another group.
 */
export function holdGroupLimit(boss: PgBoss, limit: number): void {
  const db = boss.getDb()
  const execute = db.executeSql.bind(db)
  db.executeSql = (...statement) =>
    statement[0].includes(TAKES_FROM_GROUP) ? takeWithin(db, limit, ...statement) : execute(...statement)
}

async function takeWithin(
  db: Db,
  limit: number,
  text: string,
  values?: unknown[],
): Promise<{ rows: TakenJob[] }> {
  for (;;) {
    const transaction = await db.beginTransaction?.()
    if (!transaction) throw new TypeError('pg-boss has to be given no database of its own')
    try {
      const taken: { rows: TakenJob[] } = await transaction.db.executeSql(text, values)
      const [job] = taken.rows
      if (!job || (await isWithin(transaction.db, limit, job))) {
        await transaction.commit()
        return taken
      }
    } catch (error) {
      await transaction.rollback()
      throw error
    }
    await transaction.rollback()
  }
}

/** Whoever waits here for the lock counts, afterwards, the jobs of those who had it before. */
async function isWithin(db: Db, limit: number, { name, data: { workspace } }: TakenJob): Promise<boolean> {
  const lock = 'select pg_advisory_xact_lock(hashtext($1), hashtext($2))'
  await db.executeSql(lock, [GROUP_LOCK, workspace])
  const { rows }: { rows: { active: number }[] } = await db.executeSql(
    `select count(*)::int as active from pgboss.job where name = $1 and state = 'active' and group_id = $2`,
    [name, workspace],
  )
  return (rows[0]?.active ?? 0) <= limit
}
