import { readdirSync } from 'node:fs'
import type { Migration } from '@mikro-orm/migrations'
import { expect, test } from 'vitest'
import { faultsOf } from './support/migration-rules.ts'

// Before this one, processes of the version before have to be stopped anyway.
const FIRST_UNDER_THE_RULES = 'Migration20261127150000_partitions'

const FOLDER = new URL('../src/store/migrations/', import.meta.url)
const names = readdirSync(FOLDER)
  .filter((it) => it.endsWith('.ts'))
  .map((it) => it.replace(/\.ts$/, ''))

async function read(name: string) {
  const module: Record<string, new (...parts: never[]) => Migration> = await import(`${FOLDER}${name}.ts`)
  const Class = module[name]
  if (!Class) throw new Error(`${name} has no class of its name`)
  const migration = new Class()
  await migration.up()
  return { isTransactional: migration.isTransactional(), statements: migration.getQueries().map(String) }
}

test.each(names.filter((it) => it >= FIRST_UNDER_THE_RULES))(
  '%s keeps nobody waiting on a table that was there before',
  async (name) => {
    expect(await faultsOf(await read(name))).toEqual([])
  },
)

test('the indexes of older migrations that were seen to keep others waiting are built concurrently', async () => {
  const texts = await Promise.all(names.filter((it) => it < FIRST_UNDER_THE_RULES).map(read))
  const built = texts.flatMap(({ statements }) =>
    statements.filter((it) => /^create index concurrently/.test(it)),
  )
  expect(built).toHaveLength(4)
})

test.each([
  'create index a on run (id)',
  'create unique index a on run (id)',
  'alter table run add constraint a foreign key (workspace_id) references workspace (id)',
  'alter table run add constraint a check (id is not null)',
  'alter table run add constraint a unique (id)',
  'alter table run add column a uuid default gen_random_uuid()',
  'alter table run add column a timestamptz not null default now()',
  'alter table run add column a int generated always as (1 + 1) stored',
  'alter table run add column a bigint generated always as identity',
  'alter table run add column a text references workspace (id)',
  'alter table run alter column status type varchar(9)',
  'alter table run alter column status set not null',
  "update run set status = 'FAILED'",
  'delete from run',
  'lock table run',
  'create table a (id int); create index b on run (id)',
])('%s is refused', async (sql) => {
  expect(await faultsOf({ isTransactional: false, statements: [sql] })).toHaveLength(1)
})

test.each([
  'create index concurrently if not exists a on run (id)',
  'create index if not exists a on only run (id)',
  'alter table run add constraint a foreign key (workspace_id) references workspace (id) not valid',
  'alter table run validate constraint a',
  "alter table run add column a text not null default 'none'",
  "alter table run add column a int[] default '{}'::int[]",
  'alter table run add constraint a unique using index b',
  'create table a (id int unique default random()); create index b on a (id); alter table a add check (id > 0)',
])('%s is allowed', async (sql) => {
  expect(await faultsOf({ isTransactional: false, statements: [sql] })).toEqual([])
})

test('a migration that is one transaction must not change a table that was there before', async () => {
  const statements = ['alter table run add column a text']
  expect(await faultsOf({ isTransactional: true, statements })).toHaveLength(1)
})
