import { Migration } from '@mikro-orm/migrations'
import { PARTITION_KEY } from '../partition-functions.ts'

/** The files of runs, in partitions by time as the runs are. */
export class Migration20261127231959_run_files extends Migration {
  override name = 'Migration20261127231959_run_files'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "run_file" ("workspace_id" varchar(40) not null, "run" uuid not null, "number" int not null, "position" int not null, "name" text not null, "media_type" text not null, "state" text not null, "bytes" bigint not null, "chunks" int not null, "sha256" varchar(64) null, "secrets" text[] not null default '{}', "is_protected" boolean not null, "sealed_key" text null, "open_key" bytea null, "created_at" timestamptz not null, primary key ("workspace_id", "run", "number"), constraint "run_file_state_check" check ("state" in ('WRITING', 'SEALED', 'OPEN', 'WITHHELD')));`,
    )
    this.addSql(
      `create table if not exists "run_file_chunk" ("workspace_id" varchar(40) not null, "run" uuid not null, "number" int not null, "chunk" int not null, "sealed" bytea not null, primary key ("workspace_id", "run", "number", "chunk"));`,
    )
    this.addSql(PARTITION_KEY)
    for (const table of ['run_file', 'run_file_chunk']) this.addSql(`select partition_table('${table}')`)
    // What is encrypted cannot be compressed. A new partition takes this from the table.
    this.addSql(`alter table run_file_chunk alter column sealed set storage external;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "run_file_chunk";`)
    this.addSql(`drop table "run_file";`)
  }
}
