import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import { canary, type LeakCase, leakTest } from '../../src/steps/testing/index.ts'
import { databaseUrl } from './world.ts'

const role = 'leak_test_robot'
const password = canary()
let admin: pg.Client

beforeAll(async () => {
  admin = new pg.Client({ connectionString: databaseUrl().href })
  await admin.connect()
  await admin.query(`drop role if exists ${role}`)
  await admin.query(`create role ${role} login password '${password}'`)
  // The server lets nobody but its own roles into its databases.
  await admin.query(`grant connect on database "${databaseUrl().pathname.slice(1)}" to ${role}`)
})
afterAll(async () => {
  await admin.query(`drop owned by ${role}`)
  await admin.query(`drop role ${role}`)
  await admin.end()
})

function connection(more: { password?: string; database?: string } = {}) {
  const url = databaseUrl()
  url.username = role
  url.password = more.password ?? password
  if (more.database) url.pathname = more.database
  return { DATABASE: { value: url.href, part: more.database ?? url.password } }
}

const fields = { connectionString: '{{ secrets.DATABASE }}', ssl: 'disable' }
const caseOf = (name: string, query: string, more: Partial<LeakCase> = {}): LeakCase => ({
  name,
  secrets: connection(),
  ...more,
  fields: { ...fields, query, ...more.fields },
})
const parameters = ['{{ secrets.KEY }}']

test('query-postgres does not leak its connection string and its parameters', async () => {
  await leakTest(queryPostgres, [
    caseOf('answers', 'select 1 as one'),
    caseOf('gives a parameter back', 'select $1::text as it', { fields: { parameters }, echoes: true }),
    caseOf('cannot read a parameter', 'select $1::int', { fields: { parameters }, fails: true }),
    caseOf('raises a parameter', 'select ($1::json)->1', { fields: { parameters }, fails: true }),
    caseOf('hangs', 'select pg_sleep(0.3)'),
    caseOf('is not let in', 'select 1', { secrets: connection({ password: canary() }), fails: true }),
    caseOf('knows no such database', 'select 1', {
      secrets: connection({ database: canary() }),
      fails: true,
    }),
    caseOf('test of the connection', 'select 1', { ask: { check: true } }),
    caseOf('test of the connection of a user who is not let in', 'select 1', {
      ask: { check: true },
      secrets: connection({ password: canary() }),
      fails: true,
    }),
    caseOf('test of the connection to no such database', 'select 1', {
      ask: { check: true },
      secrets: connection({ database: canary() }),
      fails: true,
    }),
    caseOf('is no connection string', 'select 1', { secrets: { DATABASE: canary() }, fails: true }),
  ])
})

test('the leak test would find a secret in the rows', async () => {
  const given = caseOf('gives a parameter back', 'select $1::text as it', { fields: { parameters } })
  await expect(leakTest(queryPostgres, [given])).rejects.toThrow(
    'success: output.rows[0].it holds the value of KEY',
  )
})
