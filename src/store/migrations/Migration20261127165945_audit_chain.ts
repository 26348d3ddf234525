import { Migration } from '@mikro-orm/migrations'
import { AUDIT_FUNCTIONS } from '../audit-functions.ts'
import { onlineIndex } from '../online-index.ts'
import { DROP_PARTITION } from '../partition-functions.ts'

const INDEXES = {
  audit_event_unlinked_index: `("workspace_id", "id") where "sequence" is null`,
  audit_event_sequence_index: `("workspace_id", "sequence") where "sequence" is not null`,
}

/**
 * Audit events become the rows of a chain. Those that are there are linked by the first worker that runs. It cannot be
 * reverted: the partitions of the audit log have rows of no workspace from now on.
 */
export class Migration20261127165945_audit_chain extends Migration {
  override name = 'Migration20261127165945_audit_chain'

  override isTransactional(): boolean {
    return false
  }

  override async up(): Promise<void> {
    const key = '"workspace_id" varchar(40) not null'
    const tables = {
      audit_chain: `${key}, "sequence" bigint not null, "hash" bytea not null, primary key ("workspace_id")`,
      audit_checkpoint: `${key}, "sequence" bigint not null, "hash" bytea not null, "at" timestamptz not null,
        "statement" text not null, primary key ("workspace_id", "sequence")`,
      audit_cut: `${key}, "last" bigint not null, "first" bigint not null, "hash" bytea not null,
        "at" timestamptz not null, "statement" text null, primary key ("workspace_id", "last")`,
      audit_stream: `${key}, "target" varchar(64) not null, "sequence" bigint not null,
        primary key ("workspace_id", "target")`,
    }
    for (const [name, columns] of Object.entries(tables))
      this.addSql(`create table if not exists "${name}" (${columns})`)
    this.addSql('alter table "audit_event" drop constraint if exists "audit_event_workspace_id_foreign"')
    for (const column of ['"address" text', '"client" text', '"sequence" bigint', '"hash" bytea'])
      this.addSql(`alter table "audit_event" add column if not exists ${column}`)
    const parts = await this.#partitions()
    for (const [name, definition] of Object.entries(INDEXES)) this.#addIndex(name, definition, parts)
    for (const sql of [...AUDIT_FUNCTIONS, DROP_PARTITION]) this.addSql(sql)
  }

  /** Without a database, as a test reads the statements, there is the first one. */
  async #partitions(): Promise<string[]> {
    if (!this.driver) return ['audit_event_first']
    const rows = await this.execute(`select part from partitions_of('audit_event')`)
    return rows.map(({ part }) => String(part))
  }

  /** The index of a partitioned table is made of those of its partitions, each built while others write. */
  #addIndex(name: string, definition: string, parts: readonly string[]): void {
    this.addSql(`create index if not exists "${name}" on only "audit_event" ${definition}`)
    for (const part of parts) {
      const own = part + name.slice('audit_event'.length)
      for (const sql of onlineIndex(own, `"${part}" ${definition}`)) this.addSql(sql)
      this.addSql(`alter index "${name}" attach partition "${own}"`)
    }
  }
}
