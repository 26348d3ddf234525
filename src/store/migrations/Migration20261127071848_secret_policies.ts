import { Migration } from '@mikro-orm/migrations'

/** A host in `allowed_hosts` meant every scheme; a policy names https and http apart. */
export class Migration20261127071848_secret_policies extends Migration {
  override name = 'Migration20261127071848_secret_policies'

  override up(): void | Promise<void> {
    this.addSql(`alter table "secret" add "policy" jsonb null, add "sealed_policy" jsonb null;`)
    this.addSql(
      `update "secret" set "policy" = jsonb_build_object(
         'hosts', (select coalesce(jsonb_agg(entry order by host.at, entry like 'http://%'), '[]')
                     from unnest("allowed_hosts") with ordinality as host (name, at),
                          unnest(array[host.name, 'http://' || host.name]) as entry),
         'methods', '[]'::jsonb, 'paths', '[]'::jsonb, 'places', '[]'::jsonb);`,
    )
    this.addSql(`alter table "secret" alter column "policy" set not null, drop column "allowed_hosts";`)
    // What a worker has to seal in is looked for once a minute.
    this.addSql(
      `create index "secret_changed_policy_index" on "secret" ("workspace_id", "name") where "sealed_policy" is distinct from "policy";`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "secret" add "allowed_hosts" text[] not null default '{}';`)
    this.addSql(
      `update "secret" set "allowed_hosts" = array(
         select distinct regexp_replace(entry, '^http://', '') from jsonb_array_elements_text("policy" -> 'hosts') as entry);`,
    )
    this.addSql(`alter table "secret" drop column "policy", drop column "sealed_policy";`)
  }
}
