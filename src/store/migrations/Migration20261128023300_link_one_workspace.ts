import { Migration } from '@mikro-orm/migrations'
import { LINK_AUDIT_OF } from '../audit-functions.ts'

/** Audit events of one workspace can be linked while others cannot be reached. The tables stay as they are. */
export class Migration20261128023300_link_one_workspace extends Migration {
  override name = 'Migration20261128023300_link_one_workspace'

  override up(): void | Promise<void> {
    this.addSql(LINK_AUDIT_OF)
    // It runs with the owner's rights: only docs/database-roles.sql grants it.
    this.addSql('revoke execute on function link_audit_of from public')
  }

  override down(): void | Promise<void> {
    this.addSql('drop function link_audit_of')
  }
}
