import { Migration } from '@mikro-orm/migrations'

export class Migration20261123091338_workers_and_root_kinds extends Migration {
  override name = 'Migration20261123091338_workers_and_root_kinds'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "worker" ("id" uuid not null, "host" text not null, "root_fingerprint" varchar(64) not null, "started_at" timestamptz not null, "seen_at" timestamptz not null, primary key ("id"));`,
    )

    this.addSql(`alter table "root_certificate" drop constraint "root_certificate_kind_check";`)
    this.addSql(
      `alter table "root_certificate" add constraint "root_certificate_kind_check" check ("kind" in ('ROOT', 'NEXT_ROOT', 'OLD_ROOT', 'RECOVERY'));`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "worker" cascade;`)

    this.addSql(`alter table "root_certificate" drop constraint "root_certificate_kind_check";`)
    this.addSql(
      `alter table "root_certificate" add constraint "root_certificate_kind_check" check ("kind" in ('ROOT', 'RECOVERY'));`,
    )
  }
}
