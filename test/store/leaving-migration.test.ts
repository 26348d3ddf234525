import { expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { migrate } from '../../src/store/migrate.ts'
import { withOldDatabase } from '../support/database.ts'

const BEFORE = 'Migration20261127150000_partitions'

const PEOPLE = { ada: 'ADMIN', grace: 'MEMBER', gone: undefined } as const

/** A time-ordered id, so many seconds after a fixed moment. */
const idAt = (seconds: number, last: number): string => {
  const time = (1_790_000_000_000 + seconds * 1000).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(last).padStart(12, '0')}`
}

test('tokens get the owner that the audit log names, if the person still may do as much', async () => {
  const database = await withOldDatabase(BEFORE)
  const at = (seconds: number) => `to_timestamp(${1_790_000_000 + seconds})`
  await database.query(`insert into workspace (id, name, created_at) values ('acme', 'Acme', now())`)
  for (const [name, role] of Object.entries(PEOPLE)) {
    await database.query(
      `insert into auth_user (id, name, email, email_verified, created_at, updated_at)
       values ($1, $1, $1 || '@example.com', true, now(), now())`,
      [name],
    )
    const membership = `insert into membership (workspace_id, "user", role, created_at) values ('acme', $1, $2, now())`
    if (role) await database.query(membership, [name, role])
  }
  const tokens = [
    ['of an admin', 'ADMIN', 'ada@example.com', 0],
    ['of a member', 'MEMBER', 'grace@example.com', 60],
    ['of an admin who is a member now', 'ADMIN', 'grace@example.com', 120],
    ['of somebody who left', 'ADMIN', 'gone@example.com', 180],
    ['of another token', 'ADMIN', 'API token ci', 240],
    ['without an event', 'ADMIN', undefined, 300],
  ] as const
  for (const [name, role, actor, seconds] of tokens) {
    await database.query(
      `insert into api_token (workspace_id, id, token_hash, name, role, created_at)
       values ('acme', $1, $2::text, $2::text, $3, ${at(seconds)})`,
      [idAt(seconds, 1), name, role],
    )
    const event = `insert into audit_event (workspace_id, id, at, actor, action, target)
       values ('acme', $1, ${at(seconds)}, $2, 'token.create', $3)`
    if (actor) await database.query(event, [idAt(seconds, 2), actor, name])
  }
  // The event of a later token with the same name is none of this one.
  await database.query(
    `insert into audit_event (workspace_id, id, at, actor, action, target)
     values ('acme', $1, now(), 'ada@example.com', 'token.create', 'without an event')`,
    [idAt(400, 2)],
  )
  await migrate(database.url, createLogger('silent', 'test'))
  const rows = await database.query(
    'select name, owner, scopes, expires_at from api_token order by created_at',
  )
  const rest = { scopes: null, expires_at: null }
  expect(rows).toEqual(
    tokens.map(([name]) => ({
      name,
      owner: { 'of an admin': 'ada', 'of a member': 'grace' }[name as string] ?? null,
      ...rest,
    })),
  )
})
