import { Migration } from '@mikro-orm/migrations'

export class Migration20261123052852_initial extends Migration {
  override name = 'Migration20261123052852_initial'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "auth_account" ("id" text not null, "account_id" text not null, "provider_id" text not null, "user_id" text not null, "access_token" text null, "refresh_token" text null, "id_token" text null, "access_token_expires_at" timestamptz null, "refresh_token_expires_at" timestamptz null, "scope" text null, "password" text null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    )
    this.addSql(`create index "auth_account_user_id_index" on "auth_account" ("user_id");`)

    this.addSql(
      `create table "instance" ("id" int not null, "auth_secret" text not null, "first_sign_up_at" timestamptz null, primary key ("id"));`,
    )

    this.addSql(
      `create table "root_certificate" ("fingerprint" varchar(64) not null, "kind" text not null, "pem" text not null, "created_at" timestamptz not null, "retired_at" timestamptz null, primary key ("fingerprint"));`,
    )
    this.addSql(
      `alter table "root_certificate" add constraint "root_certificate_kind_check" check ("kind" in ('ROOT', 'RECOVERY'));`,
    )

    this.addSql(
      `create table "auth_session" ("id" text not null, "user_id" text not null, "token" text not null, "expires_at" timestamptz not null, "ip_address" text null, "user_agent" text null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    )
    this.addSql(`create index "auth_session_user_id_index" on "auth_session" ("user_id");`)
    this.addSql(`alter table "auth_session" add constraint "auth_session_token_unique" unique ("token");`)

    this.addSql(
      `create table "auth_user" ("id" text not null, "name" text not null, "email" text not null, "email_verified" boolean not null, "image" text null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    )
    this.addSql(`alter table "auth_user" add constraint "auth_user_email_unique" unique ("email");`)

    this.addSql(
      `create table "auth_verification" ("id" text not null, "identifier" text not null, "value" text not null, "expires_at" timestamptz not null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    )
    this.addSql(`create index "auth_verification_identifier_index" on "auth_verification" ("identifier");`)

    this.addSql(
      `create table "workspace" ("id" varchar(40) not null, "name" text not null, "created_at" timestamptz not null, primary key ("id"));`,
    )

    this.addSql(
      `create table "step_run" ("workspace_id" varchar(40) not null, "run" uuid not null, "position" int not null, "key" text not null, "status" text not null, "attempt" int not null, "output" json null, "sealed_output" text null, "error" json null, "secrets" text[] not null default '{}', "started_at" timestamptz null, "finished_at" timestamptz null, primary key ("workspace_id", "run", "position"));`,
    )
    this.addSql(
      `alter table "step_run" add constraint "step_run_status_check" check ("status" in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'));`,
    )

    this.addSql(
      `create table "secret" ("workspace_id" varchar(40) not null, "name" varchar(128) not null, "sealed" text not null, "kid" text not null, "allowed_hosts" text[] not null default '{}', "created_at" timestamptz not null, "updated_at" timestamptz not null, "last_used_at" timestamptz null, primary key ("workspace_id", "name"));`,
    )
    this.addSql(`create index "secret_workspace_id_kid_index" on "secret" ("workspace_id", "kid");`)

    this.addSql(
      `create table "run" ("workspace_id" varchar(40) not null, "id" uuid not null, "automation" uuid null, "steps" json not null, "status" text not null, "sealed_input" text null, "input" json null, "output" json null, "error" json null, "claim" uuid null, "cancel_requested_at" timestamptz null, "created_at" timestamptz not null, "started_at" timestamptz null, "finished_at" timestamptz null, primary key ("workspace_id", "id"));`,
    )
    this.addSql(
      `create index "run_workspace_id_automation_id_index" on "run" ("workspace_id", "automation", "id");`,
    )
    this.addSql(
      `alter table "run" add constraint "run_status_check" check ("status" in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'));`,
    )

    this.addSql(
      `create table "membership" ("workspace_id" varchar(40) not null, "user" text not null, "role" text not null, "created_at" timestamptz not null, primary key ("workspace_id", "user"));`,
    )
    this.addSql(`create index "membership_user_index" on "membership" ("user");`)
    this.addSql(
      `alter table "membership" add constraint "membership_role_check" check ("role" in ('ADMIN', 'MEMBER'));`,
    )

    this.addSql(
      `create table "invitation" ("workspace_id" varchar(40) not null, "token_hash" text not null, "email" text not null, "role" text not null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("workspace_id", "token_hash"));`,
    )
    this.addSql(
      `alter table "invitation" add constraint "invitation_role_check" check ("role" in ('ADMIN', 'MEMBER'));`,
    )

    this.addSql(
      `create table "automation" ("workspace_id" varchar(40) not null, "id" uuid not null, "name" text not null, "version" int not null, "steps" json not null, "hook_token" text not null, "created_at" timestamptz not null, "updated_at" timestamptz not null, "deleted_at" timestamptz null, primary key ("workspace_id", "id"));`,
    )
    this.addSql(
      `alter table "automation" add constraint "automation_workspace_id_hook_token_unique" unique ("workspace_id", "hook_token");`,
    )

    this.addSql(
      `create table "audit_event" ("workspace_id" varchar(40) not null, "id" uuid not null, "at" timestamptz not null, "actor" text not null, "action" text not null, "target" text not null, "detail" json null, primary key ("workspace_id", "id"));`,
    )

    this.addSql(
      `create table "api_token" ("workspace_id" varchar(40) not null, "id" uuid not null, "token_hash" text not null, "name" text not null, "role" text not null, "created_at" timestamptz not null, "last_used_at" timestamptz null, primary key ("workspace_id", "id"));`,
    )
    this.addSql(
      `alter table "api_token" add constraint "api_token_workspace_id_token_hash_unique" unique ("workspace_id", "token_hash");`,
    )
    this.addSql(
      `alter table "api_token" add constraint "api_token_role_check" check ("role" in ('ADMIN', 'MEMBER'));`,
    )

    this.addSql(
      `create table "workspace_key" ("workspace_id" varchar(40) not null, "kid" text not null, "public_jwk" jsonb not null, "sealed_private_key" jsonb not null, "created_at" timestamptz not null, "retired_at" timestamptz null, primary key ("workspace_id", "kid"));`,
    )

    this.addSql(
      `alter table "step_run" add constraint "step_run_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "secret" add constraint "secret_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "run" add constraint "run_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "membership" add constraint "membership_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "invitation" add constraint "invitation_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "automation" add constraint "automation_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "audit_event" add constraint "audit_event_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "api_token" add constraint "api_token_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )

    this.addSql(
      `alter table "workspace_key" add constraint "workspace_key_workspace_id_foreign" foreign key ("workspace_id") references "workspace" ("id");`,
    )
  }
}
