/**
 * The advisory locks of this database, each with what it is for. They are in one place so that no two are alike; any
 * number will do that no other program takes. All end with their transaction.
 *
 * The embedded server's own lock is not among them (`src/embedded-postgres/lock.ts`): that room knows nothing of this
 * one, and takes it in the database `postgres`, where it meets none of these.
 */

/** One process at a time migrates. */
export const MIGRATION_LOCK = 5_021_770_301
/** One worker at a time deletes old runs and keys of runs; another worker's round then ends. */
export const PRUNE_LOCK = 5_021_770_302
/** One key command at a time works on this database, on whatever machine. */
export const KEY_LOCK = 5_021_770_303
/**
 * Whoever changes the set of certificates holds it alone; whoever seals a workspace key for all of them shares it. A
 * lock on the table itself would need rights on it that the API has not.
 */
export const CERTIFICATE_LOCK = 5_021_770_304
/** One worker at a time takes runs, so that nobody takes more of a workspace than it may have. */
export const CLAIM_LOCK = 5_021_770_305
/** One worker at a time links audit events; another one's round then ends. */
export const AUDIT_LOCK = 5_021_770_311
/** One worker at a time sends the audit log to where it goes besides. */
export const AUDIT_STREAM_LOCK = 5_021_770_312
/** One worker at a time measures what the workspaces store; another one's round then ends. */
export const STORED_BYTES_LOCK = 5_021_770_313
/** One process at a time adds or drops partitions. */
export const PARTITION_LOCK = 5_021_770_310
