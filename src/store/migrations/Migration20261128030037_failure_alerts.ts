import { Migration } from '@mikro-orm/migrations'

/** Who is told of failed runs, and of which. */
export class Migration20261128030037_failure_alerts extends Migration {
  override name = 'Migration20261128030037_failure_alerts'

  // Each statement commits by itself, so that nobody waits for those after it.
  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "alert_setting" ("workspace_id" varchar(40) not null, "automation" uuid not null, "people" text[] not null, "url" text null, "every_minutes" int not null, "sent_at" timestamptz null, primary key ("workspace_id", "automation"));`,
    )
    this.addSql(
      `create table if not exists "failure_alert" ("workspace_id" varchar(40) not null, "automation" uuid not null, "run" uuid not null, "due_at" timestamptz not null, "refusals" int not null default 0, "begun" int not null default 0, "created_at" timestamptz not null, primary key ("workspace_id", "automation"));`,
    )
    this.addSql(`create index if not exists "failure_alert_due_at_index" on "failure_alert" ("due_at");`)
    // The worker learns addresses by it, and reads no accounts. It gives those of members alone, whatever the row says.
    this.addSql(`
      create or replace function alert_recipients(p_workspace text, p_people text[]) returns text[]
        language sql stable security definer set search_path = public, pg_temp as $$
          select coalesce(array_agg(auth_user.email order by auth_user.email), '{}')
            from membership join auth_user on auth_user.id = membership."user"
           where membership.workspace_id = p_workspace and membership."user" = any (p_people)
        $$;`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function alert_recipients;`)
    this.addSql(`drop table "failure_alert";`)
    this.addSql(`drop table "alert_setting";`)
  }
}
