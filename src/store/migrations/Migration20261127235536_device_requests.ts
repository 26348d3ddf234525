import { Migration } from '@mikro-orm/migrations'

/** Programs without a browser that wait for a person to let them in. */
export class Migration20261127235536_device_requests extends Migration {
  override name = 'Migration20261127235536_device_requests'

  override isTransactional(): boolean {
    return false
  }

  override up(): void | Promise<void> {
    this.addSql(
      `create table if not exists "device_request" ("id" text not null, "client" text not null, "code_hash" text not null, "user_code_hash" text not null, "user_id" text null, "allowed" boolean null, "address" text null, "user_agent" text null, "created_at" timestamptz not null, "expires_at" timestamptz not null, "interval_seconds" int not null, "next_ask_at" timestamptz not null, primary key ("id"), constraint "device_request_user_code_hash_unique" unique ("user_code_hash"));`,
    )
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "device_request";`)
  }
}
