import { expect, test } from 'vitest'
import { queryPostgres } from '../../plugins/query-postgres/query-postgres.ts'
import { TestAuthority } from '../egress/certificates.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'
import { databaseUrl, startTls } from './world.ts'

const authority = new TestAuthority()

/** The connection string of the database behind TLS, with another host. */
async function behindTls(names: readonly string[], host = 'db.test') {
  const url = databaseUrl()
  url.host = `${host}:${await startTls(authority.issue(names))}`
  return { url, secrets: { DATABASE: url.href } }
}

const fields = { connectionString: '{{ secrets.DATABASE }}', query: 'select ssl from pg_stat_ssl limit 1' }
const trusting = { ...fields, certificateAuthority: authority.pem }

test.each([
  [['db.test'], 'db.test'],
  [['127.0.0.1'], '127.0.0.1'],
])('the query goes over TLS to a server with a certificate for %j', async (names, host) => {
  const { secrets } = await behindTls(names, host)
  const { output, error } = await outcomeOf(
    queryPostgres,
    { ...trusting, query: 'select 1 as it' },
    { secrets },
  )
  expect(error).toBeUndefined()
  expect(output).toMatchObject({ rows: [{ it: 1 }] })
})

test('an untrusted authority is refused before the password is sent', async () => {
  const { secrets, url } = await behindTls(['db.test'])
  const error = await errorOf(queryPostgres, fields, { secrets })
  expect(error.code).toBe('REQUEST_FAILED')
  expect(error.message).toContain(`${url.host} has a certificate from an authority that is not trusted`)
})

test.each([
  [['other.test'], 'db.test'],
  [['db.test'], '127.0.0.1'],
])('a certificate for %j is refused from %s', async (names, host) => {
  const { secrets, url } = await behindTls(names, host)
  const error = await errorOf(queryPostgres, trusting, { secrets })
  expect(error).toMatchObject({
    code: 'REQUEST_FAILED',
    message: `${url.host} has a certificate for another name.`,
  })
})

test('a certificate that has expired is refused', async () => {
  const url = databaseUrl()
  url.host = `db.test:${await startTls(authority.issue(['db.test'], { expired: true }))}`
  const error = await errorOf(queryPostgres, trusting, { secrets: { DATABASE: url.href } })
  expect(error.message).toContain('has a certificate that has expired')
})

test.each(['not PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
  'an invalid authority is refused: %j',
  async (certificateAuthority) => {
    const { secrets } = await behindTls(['db.test'])
    const error = await errorOf(queryPostgres, { ...fields, certificateAuthority }, { secrets })
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toContain('field "certificateAuthority": ')
  },
)
