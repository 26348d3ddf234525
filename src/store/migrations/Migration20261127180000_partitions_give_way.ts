import { Migration } from '@mikro-orm/migrations'
import { DROP_PARTITION, GIVE_WAY, GROW_PARTITION, HOLDERS_OF } from '../partition-functions.ts'

/** Adding and dropping partitions has nobody wait behind a transaction that lasts. */
export class Migration20261127180000_partitions_give_way extends Migration {
  override name = 'Migration20261127180000_partitions_give_way'

  override up(): void | Promise<void> {
    for (const sql of [HOLDERS_OF, GIVE_WAY, GROW_PARTITION, DROP_PARTITION]) this.addSql(sql)
  }

  override down(): void | Promise<void> {
    // The functions do what they did before, and give way besides.
  }
}
