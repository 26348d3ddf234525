/**
 * Statements of a migration that is not transactional: they build an index while others write. What a killed attempt
 * has left, which PostgreSQL marks as invalid and writes to without reading, is dropped first.
 *
 * @param definition the table and what follows, such as `"run" ("workspace_id")`.
 */
export function onlineIndex(name: string, definition: string): string[] {
  return [
    `do $$ begin
       if exists (select 1 from pg_index where indexrelid = to_regclass('"${name}"') and not indisvalid) then
         drop index "${name}";
       end if;
     end $$`,
    `create index concurrently if not exists "${name}" on ${definition}`,
  ]
}
