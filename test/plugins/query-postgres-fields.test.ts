import { describe, expect, test } from 'vitest'
import { conditionOf } from '../../plugins/query-postgres/conditions.ts'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import {
  checkFields,
  describeFields,
  destinationsOf,
  renderFields,
  Sensitive,
} from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'
import { errorOf } from './outcome.ts'

const destinationOf = (text: string) => {
  const secrets = new Map([['DATABASE', new Sensitive(text)]])
  const raw = { connectionString: '{{ secrets.DATABASE }}', query: 'select 1' }
  const { input } = renderFields(queryPostgres, raw, { secrets, trigger: null, steps: {}, ...noProvenance })
  return destinationsOf(queryPostgres, input)
}

test('only connection string and parameters accept secrets, and the query takes no templates', () => {
  const names = describeFields(queryPostgres).flatMap((it) => (it.acceptsSecrets ? [it.name] : []))
  expect(names).toEqual(['connectionString', 'parameters'])
})

test('by default it only reads, and checks the certificate', () => {
  const fields = describeFields(queryPostgres)
  expect(fields.find((it) => it.name === 'readOnly')?.default).toBe(true)
  expect(fields.find((it) => it.name === 'ssl')?.default).toBe('verify')
})

test.each([
  ['postgres://ann:pass@db.example.com/shop', 'db.example.com:5432'],
  ['postgresql://ann:pass@DB.Example.com.:6543/shop?sslmode=require', 'db.example.com:6543'],
  ['postgres://ann:p%40ss@[2001:DB8::1]:5432/shop', '[2001:db8::1]:5432'],
  ['postgres://ann@0x7f.1/shop?sslmode=verify-full&application_name=x', '127.0.0.1:5432'],
  [' postgres://ann:pass@db.example.com/shop\n', 'db.example.com:5432'],
  ['postgres://ann@db.example.com/shop?options=endpoint%3Dx&channel_binding=require', 'db.example.com:5432'],
])('the destination of %s is %s', (text, destination) => {
  expect(destinationOf(text)).toEqual([destination])
})

describe('every fault of a connection string is refused with the same message', () => {
  const refusal =
    'field "connectionString": must be postgres://user:password@host:5432/database with one host, a user, and a port from 1 to 65535. ' +
    'Characters such as / ? # @ % in the password are percent-encoded. The parameters that are understood: ' +
    'sslmode, options, channel_binding, application_name, connect_timeout, pgbouncer. sslmode must not contradict the field "ssl".'

  test.each([
    'mysql://ann:CANARY@db.test/shop',
    'host=db.test password=CANARY',
    'CANARY-secret',
    'postgres://ann:CAN#ARY@db.test/shop',
    'postgres://ann:CAN/ARY@db.test/shop',
    'postgres://ann:CANARY%zz@db.test/shop',
    'postgres:///shop?CANARY',
    'postgres://ann:CANARY@/shop',
    'postgres://ann:CANARY@%2Fvar%2Frun/shop',
    'postgres://ann:CANARY@a.test,b.test/shop',
    'postgres://:CANARY@db.test/shop',
    'postgres://ann:CANARY@db.test:0/shop',
    'postgres://ann:CANARY@db.test:99999/shop',
    'postgres://ann:CANARY@db.test/shop?host=169.254.169.254',
    'postgres://ann:CANARY@db.test/shop?hostaddr=10.0.0.1',
    'postgres://ann:CANARY@db.test/shop?port=22',
    'postgres://ann:CANARY@db.test/shop?sslrootcert=/etc/passwd',
    'postgres://ann:CANARY@db.test/shop?sslkey=/etc/passwd',
    'postgres://ann:CANARY@db.test/shop?sslmode=disable',
  ])('%s', async (text) => {
    const raw = { connectionString: '{{ secrets.DATABASE }}', query: 'select 1' }
    const lookup = () => Promise.reject(new Error('nothing may be looked up'))
    const error = await errorOf(queryPostgres, raw, { secrets: { DATABASE: text, PART: 'CANARY' }, lookup })
    expect(error).toMatchObject({ code: 'INVALID_FIELD', message: refusal })
  })

  test.each(['require', 'verify-ca', 'verify-full'])('sslmode=%s, when TLS is off', async (mode) => {
    const connectionString = `postgres://ann:pass@db.test/shop?sslmode=${mode}`
    const error = await errorOf(queryPostgres, { connectionString, query: 'select 1', ssl: 'disable' })
    expect(error.message).toBe(refusal)
  })
})

describe('saving refuses', () => {
  const step = { connectionString: '{{ secrets.DATABASE }}', query: 'select 1' }
  test.each<[string, object, string]>([
    ['a value in the query', { query: "select '{{ trigger.body.x }}'" }, 'INVALID_FIELD'],
    ['a secret in the query', { query: "select '{{ secrets.KEY }}'" }, 'INVALID_FIELD'],
    ['no query', { query: '' }, 'INVALID_FIELD'],
    ['no connection string', { connectionString: '' }, 'INVALID_FIELD'],
    ['too many rows', { maxRows: 10_001 }, 'INVALID_FIELD'],
    ['TLS that is not checked', { ssl: 'require' }, 'INVALID_FIELD'],
  ])('%s', (_what, fields, code) => {
    const save = () => checkFields({ key: 'query', type: queryPostgres }, { ...step, ...fields })
    expect(save).toThrow(
      expect.objectContaining({
        code: code === 'INVALID_FIELD' ? expect.stringMatching(/INVALID_FIELD|SECRET_NOT_ALLOWED/) : code,
      }),
    )
  })
})

test.each([
  ['23505', 'unique_violation'],
  ['23ABC', 'integrity constraint violation'],
  ['ZZ999', 'an error of the database'],
])('SQLSTATE %s is %s', (state, name) => {
  expect(conditionOf(state)).toBe(name)
})
