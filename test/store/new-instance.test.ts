import { expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { knownMigrations, migrate } from '../../src/store/migrate.ts'
import { withOldDatabase } from '../support/database.ts'

test('an instance is never there without its identity, so that no worker that starts meanwhile pauses it', async () => {
  const newest = (await knownMigrations()).at(-1) ?? ''
  const database = await withOldDatabase(newest)
  await database.query(`create function refuse() returns trigger language plpgsql as $$ begin
    if new.identity is null then raise exception 'no identity'; end if; return new; end $$`)
  await database.query(
    'create trigger whole before insert on instance for each row execute function refuse()',
  )
  await migrate(database.url, createLogger('silent', 'test'))
  expect(
    await database.query('select identity = database_identity() as known, paused_at from instance'),
  ).toEqual([{ known: true, paused_at: null }])
})
