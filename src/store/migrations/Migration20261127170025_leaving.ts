import { Migration } from '@mikro-orm/migrations'

// The event of a token was written in its transaction, right after its id. Whoever has left since, or is no admin any
// more, owns nothing: the token would end with the migration.
const FIND_OWNERS = `
do $$ begin
  update api_token set owner = person.id
    from audit_event as event
    join auth_user as person on person.email = event.actor
    join membership on membership.workspace_id = event.workspace_id and membership."user" = person.id
   where api_token.owner is null and api_token.scopes is null
     and event.workspace_id = api_token.workspace_id
     and event.action = 'token.create' and event.target = api_token.name
     and event.id > api_token.id
     and event.id < rpad(lpad(to_hex((extract(epoch from api_token.created_at) * 1000)::bigint + 10000), 12, '0'), 32, '0')::uuid
     and (membership.role = 'ADMIN' or api_token.role = 'MEMBER');
end $$`

/** Tokens and invitations have a maker, tokens have scopes and an end, and the URLs of hooks are derived. */
export class Migration20261127170025_leaving extends Migration {
  override name = 'Migration20261127170025_leaving'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "hook_key" ("id" int not null, "secret" text not null, primary key ("id"));`,
    )
    this.addSql(`alter table "invitation" add column if not exists "invited_by" text null;`)
    this.addSql(`alter table "automation" add column if not exists "hook_generation" int not null default 1;`)
    this.addSql(`alter table "automation" alter column "hook_token" drop not null;`)
    this.addSql(
      `alter table "api_token" add column if not exists "scopes" text[] null, add column if not exists "owner" text null,
         add column if not exists "expires_at" timestamptz null, add column if not exists "last_used_from" text null;`,
    )
    this.addSql(FIND_OWNERS)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "hook_key";`)
    this.addSql(
      `alter table "api_token" drop column "scopes", drop column "owner", drop column "expires_at", drop column "last_used_from";`,
    )
    this.addSql(`alter table "automation" drop column "hook_generation";`)
    this.addSql(`alter table "invitation" drop column "invited_by";`)
  }
}
