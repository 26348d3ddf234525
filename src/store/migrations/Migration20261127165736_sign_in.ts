import { Migration } from '@mikro-orm/migrations'

export class Migration20261127165736_sign_in extends Migration {
  override name = 'Migration20261127165736_sign_in'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "auth_passkey" ("id" text not null, "name" text null, "public_key" text not null, "user_id" text not null, "credential_id" text not null, "counter" int not null, "device_type" text not null, "backed_up" boolean not null, "transports" text null, "created_at" timestamptz null, "aaguid" text null, primary key ("id"), constraint "auth_passkey_credential_id_unique" unique ("credential_id"));`,
    )
    this.addSql(`create index if not exists "auth_passkey_user_id_index" on "auth_passkey" ("user_id");`)
    this.addSql(
      `create table if not exists "auth_two_factor" ("id" text not null, "user_id" text not null, "secret" text not null, "backup_codes" text not null, "verified" boolean not null default true, "failed_verification_count" int not null default 0, "locked_until" timestamptz null, primary key ("id"));`,
    )
    this.addSql(
      `create index if not exists "auth_two_factor_user_id_index" on "auth_two_factor" ("user_id");`,
    )
    this.addSql(
      `create table if not exists "sign_in_attempt" ("key" text not null, "attempts" int not null, "last_at" timestamptz not null, "blocked_until" timestamptz null, primary key ("key"));`,
    )
    this.addSql(
      `create index if not exists "sign_in_attempt_last_at_index" on "sign_in_attempt" ("last_at");`,
    )
    this.addSql(
      `alter table "auth_user" add column if not exists "two_factor_enabled" boolean not null default false;`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "auth_passkey", "auth_two_factor", "sign_in_attempt";`)
    this.addSql(`alter table "auth_user" drop column if exists "two_factor_enabled";`)
  }
}
