import { describe, expect, test } from 'vitest'
import { parseDatabaseUrl, UnusableAddress } from '../src/database-url.ts'

const refusal = (url: string) => {
  try {
    parseDatabaseUrl(url)
    return ''
  } catch (error) {
    if (error instanceof UnusableAddress) return error.message
    throw error
  }
}

test('an address with one host is left as it is', () => {
  const url = 'postgres://ada:p%40ss@db.example/lockstep?sslmode=verify-full&sslrootcert=/etc/ca.pem'
  expect(parseDatabaseUrl(url)).toEqual({ url, hosts: [{ host: 'db.example', port: 5432 }] })
})

test.each([
  ['several hosts', 'postgres://ada:p%40ss@a:5433,b,[::1]:6000/lockstep?sslmode=require'],
  [
    'and that the primary is wanted',
    'postgresql://ada:p%40ss@a:5433,b,[::1]:6000/lockstep?target_session_attrs=read-write&sslmode=require',
  ],
])('an address may name %s', (_what, text) => {
  const { url, hosts } = parseDatabaseUrl(text)
  expect(hosts).toEqual([
    { host: 'a', port: 5433 },
    { host: 'b', port: 5432 },
    { host: '::1', port: 6000 },
  ])
  expect(url).toBe('postgres://ada:p%40ss@a:5433/lockstep?sslmode=require')
})

describe('what cannot be done is refused by the name of the parameter', () => {
  test.each([
    ['target_session_attrs', 'postgres://a,b/db?target_session_attrs=read-only'],
    ['target_session_attrs', 'postgres://a,b/db?target_session_attrs=prefer-standby'],
    ['load_balance_hosts', 'postgres://a,b/db?load_balance_hosts=random'],
    ['hostaddr', 'postgres://a/db?hostaddr=10.0.0.1'],
    ['service', 'postgres://a/db?service=main'],
    ['host', 'postgres://x/db?host=a,b'],
    ['port', 'postgres://x/db?port=1,2'],
  ])('%s in %s', (parameter, url) => {
    expect(refusal(url)).toMatch(new RegExp(`\\b${parameter}\\b`))
  })

  test.each(['mysql://ada:canary@a,b/db', 'canary,canary'])('%s is no address, and is not shown', (url) => {
    expect(refusal(url)).toMatch(/no PostgreSQL address \(not shown\)/)
    expect(refusal(url)).not.toContain('canary')
  })
})
