import { Migration } from '@mikro-orm/migrations'
import { nextJobs as nextJobsBefore } from './Migration20261128055737_big_backlogs.ts'

// A workspace that gets exactly its last place has nothing else that waits: nobody has to look again when one of its runs
// ends. What comes later notifies, and the fetch that finds no place for it tells.
const nextJobs = nextJobsBefore.replace('p_most <= waiting + (', 'p_most < waiting + (')

/** Runs that take the last places of their workspace are handed out as quickly as others. The tables stay as they are. */
export class Migration20261128062000_last_places extends Migration {
  override name = 'Migration20261128062000_last_places'

  override up(): void | Promise<void> {
    this.addSql(nextJobs)
  }

  override down(): void | Promise<void> {
    this.addSql(nextJobsBefore)
  }
}
