import { Migration } from '@mikro-orm/migrations'

type Change = readonly [before: string, after: string]

const CLAIMS: readonly Change[] = [
  ['v_taken int;', 'v_taken int;\n  v_began timestamptz;'],
  ['return query', 'v_began := clock_timestamp();\n  return query'],
  ['coalesce(run.started_at, clock_timestamp())', 'coalesce(run.started_at, v_began)'],
]
const PURGE: readonly Change[] = [['purged_at = clock_timestamp()', 'purged_at = now()']]

/** Changes words of a function, once: whoever owns it and who may call it stays as it is. */
const rewrite = (signature: string, changes: readonly Change[]): string => {
  const text = changes.reduce(
    (sql, [before, after]) => `replace(${sql}, $a$${before}$a$, $a$${after}$a$)`,
    'v_text',
  )
  return `do $do$
declare v_text text := pg_get_functiondef('${signature}'::regprocedure);
begin
  if position($a$${changes.at(-1)?.[1]}$a$ in v_text) = 0 then execute ${text}; end if;
end $do$`
}
const reversed = (changes: readonly Change[]): Change[] =>
  changes.toReversed().map(([before, after]) => [after, before])

const FUNCTIONS: readonly (readonly [signature: string, changes: readonly Change[]])[] = [
  ['claim_runs(uuid, int, int, text)', CLAIMS],
  ['claim_runs_of(uuid, int, int, text)', CLAIMS],
  ['purge_workspace(text, int)', PURGE],
]

/**
 * Functions ask for the time before they change rows of a workspace: a distributed database refuses a function in an update that
 * gives another result each time.
 */
export class Migration20261128062000_times_before_updates extends Migration {
  override name = 'Migration20261128062000_times_before_updates'

  override up(): void | Promise<void> {
    for (const [signature, changes] of FUNCTIONS) this.addSql(rewrite(signature, changes))
  }

  override down(): void | Promise<void> {
    for (const [signature, changes] of FUNCTIONS) this.addSql(rewrite(signature, reversed(changes)))
  }
}
