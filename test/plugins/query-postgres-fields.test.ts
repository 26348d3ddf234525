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

describe('a fault of a connection string is named, without any part of it', () => {
  const raw = { connectionString: '{{ secrets.DATABASE }}', query: 'select 1' }
  const refused = async (text: string, fields: object = {}) => {
    const lookup = () => Promise.reject(new Error('nothing may be looked up'))
    const secrets = { DATABASE: text, PART: 'CANARY' }
    const error = await errorOf(queryPostgres, { ...raw, ...fields }, { secrets, lookup })
    expect(error.code).toBe('INVALID_FIELD')
    return error.message
  }

  test.each([
    ['mysql://ann:CANARY@db.test/shop', 'no PostgreSQL address (not shown)'],
    ['CANARY-secret', 'no PostgreSQL address (not shown)'],
    ['postgres:///shop?CANARY', 'a parameter that neither libpq nor a client that we know has (not shown)'],
    ['postgres://ann:CANARY@/shop', 'names no host'],
    ['postgres://ann:CANARY@%2Fvar%2Frun/shop', 'names a socket of the same machine'],
    ['postgres://ann:CANARY@a.test,b.test/shop', 'names several hosts'],
    ['postgres://:CANARY@db.test/shop', 'names no user'],
    ['postgres://ann:CANARY@db.test:0/shop', 'holds a port that is none'],
    ['postgres://ann:CANARY@db.test:99999/shop', 'holds a port that is none'],
    ['postgres://ann:CANARY@db.test/shop?host=169.254.169.254', 'names its host twice'],
    ['postgres://ann:CANARY@db.test/shop?hostaddr=10.0.0.1', 'holds the parameter hostaddr'],
    ['postgres://ann:CANARY@db.test/shop?sslrootcert=/etc/passwd', 'holds the parameter sslrootcert'],
    ['postgres://ann:CANARY@db.test/shop?sslkey=/etc/passwd', 'holds the parameter sslkey'],
    [
      'postgres://ann:CANARY@db.test/shop?sslmode=disable',
      'says sslmode=disable, and the field "ssl" says verify',
    ],
    ['postgres://ann:CANARY@db.test/shop?sslmode=CANARY', 'holds an sslmode that libpq does not have'],
    ['postgres://ann:CANARY@db.test/shop?client_encoding=latin1', 'names another client_encoding than UTF8'],
  ])('%s', async (text, words) => {
    expect(await refused(text)).toContain(words)
  })

  test.each(['require', 'verify-ca', 'verify-full'])('sslmode=%s, when TLS is off', async (mode) => {
    const message = await refused(`postgres://ann:pass@db.test/shop?sslmode=${mode}`, { ssl: 'disable' })
    expect(message).toContain(`says sslmode=${mode}, and the field "ssl" says disable`)
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
