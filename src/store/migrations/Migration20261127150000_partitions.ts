import { Migration } from '@mikro-orm/migrations'
import { onlineIndex } from '../online-index.ts'
import { PARTITION_FUNCTIONS } from '../partition-functions.ts'

/**
 * Runs, their steps and the audit log become partitions by time. What is there stays where it is, as the first one. It
 * cannot be reverted: later partitions hold what the first one does not.
 */
export class Migration20261127150000_partitions extends Migration {
  override name = 'Migration20261127150000_partitions'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    for (const sql of PARTITION_FUNCTIONS) this.addSql(sql)
    // Those few that have not ended, which are looked for each minute among the many that have.
    const unfinished = '"run" ("workspace_id", "id") where "finished_at" is null'
    for (const sql of onlineIndex('run_unfinished_index', unfinished)) this.addSql(sql)
    for (const table of ['step_run', 'run', 'audit_event']) this.addSql(`select partition_table('${table}')`)
  }
}
