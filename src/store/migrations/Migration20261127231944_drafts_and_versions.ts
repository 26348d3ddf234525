import { Migration } from '@mikro-orm/migrations'

/** Drafts and versions of automations, and which version a run is of. */
export class Migration20261127231944_drafts_and_versions extends Migration {
  override name = 'Migration20261127231944_drafts_and_versions'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "automation_draft" ("workspace_id" varchar(40) not null, "automation" uuid not null, "revision" int not null, "based_on" int not null, "name" text not null, "steps" json not null, "hook_signature" json null, "hook_answer" json null, "schedule" json null, "saved_at" timestamptz not null, "saved_by" text not null, primary key ("workspace_id", "automation"));`,
    )
    this.addSql(
      `create table if not exists "automation_version" ("workspace_id" varchar(40) not null, "automation" uuid not null, "version" int not null, "name" text not null, "steps" json not null, "hook_signature" json null, "hook_answer" json null, "schedule" json null, "saved_at" timestamptz not null, "saved_by" text null, "restored_from" int null, primary key ("workspace_id", "automation", "version"));`,
    )
    this.addSql(`alter table "run" add column if not exists "version" int null;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "automation_draft";`)
    this.addSql(`drop table "automation_version";`)
    this.addSql(`alter table "run" drop column "version";`)
  }
}
