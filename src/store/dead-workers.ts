import type { PgBoss } from 'pg-boss'
import { isOutage } from './outage.ts'

// Only pg-boss's statement that hands out the jobs of workers without a heartbeat holds this.
const TAKES_FOR_DEAD = 'job heartbeat timeout'
// A statement that took longer (milliseconds) has waited for a database that did not answer.
const SLOW = 3000

/**
 * While the database is away nobody's heartbeat arrives, and whoever looks at them right afterwards would take every
 * living worker for dead and end its steps as interrupted. So a process judges others only once it has had the
 * database for a whole heartbeat without a break.
 */
export function judgeAfterOutage(boss: PgBoss, heartbeatSeconds: number): void {
  const db = boss.getDb()
  const execute = db.executeSql.bind(db)
  let since = performance.now()
  db.executeSql = async (...statement) => {
    const from = performance.now()
    if (statement[0].includes(TAKES_FOR_DEAD) && from - since < heartbeatSeconds * 1000) return { rows: [] }
    try {
      const result = await execute(...statement)
      if (performance.now() - from > SLOW) since = performance.now()
      return result
    } catch (error) {
      if (isOutage(error)) since = performance.now()
      throw error
    }
  }
}
