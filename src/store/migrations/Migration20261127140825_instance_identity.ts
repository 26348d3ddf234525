import { Migration } from '@mikro-orm/migrations'

// Which database this is. Fail-over to a standby keeps all three parts. A dump that is loaded elsewhere, or again, changes
// one at least: the cluster, the database or the table. Some providers let nobody ask for the cluster.
const databaseIdentity = `
create function database_identity() returns text language plpgsql stable as $$
declare
  v_cluster text := 'unknown';
begin
  begin
    select system_identifier::text into v_cluster from pg_control_system();
  exception when insufficient_privilege or undefined_function or feature_not_supported then null;
  end;
  return v_cluster || '/' || (select oid from pg_database where datname = current_database())
                   || '/' || 'instance'::regclass::oid;
end $$`

// Asked with each fetch of runs: nothing begins in a database that has just been put in the place of another.
const mayWork = `
create function instance_may_work() returns boolean language sql stable as $$
  select exists (select 1 from instance where id = 1 and paused_at is null and identity = database_identity())
$$`

/** The instance knows which database it is, and whether it is paused. */
export class Migration20261127140825_instance_identity extends Migration {
  override name = 'Migration20261127140825_instance_identity'

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "instance" add "identity" text null, add "folder" text null, add "paused_at" timestamptz null, add "paused_because" text null;`,
    )
    this.addSql(
      `alter table "instance" add constraint "instance_paused_because_check" check ("paused_because" in ('ASKED', 'RESTORED'));`,
    )
    this.addSql(`alter table "worker" add "skew_seconds" int not null default 0;`)
    this.addSql(databaseIdentity)
    this.addSql(mayWork)
    // Until now nobody could know.
    this.addSql(`update "instance" set "identity" = database_identity();`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function instance_may_work, database_identity;`)
    this.addSql(`alter table "instance" drop constraint "instance_paused_because_check";`)
    this.addSql(
      `alter table "instance" drop column "identity", drop column "folder", drop column "paused_at", drop column "paused_because";`,
    )
    this.addSql(`alter table "worker" drop column "skew_seconds";`)
  }
}
