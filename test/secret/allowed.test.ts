import { describe, expect, test } from 'vitest'
import { assertDestination, assertRequest } from '../../src/secret/allowed.ts'
import { type PolicyDraft, readPolicy } from '../../src/secret/policy.ts'

const outcome = (work: () => void): string => {
  try {
    work()
    return 'allowed'
  } catch (error) {
    return String(error)
  }
}

function request(policy: PolicyDraft, url: string, method = 'GET'): string {
  const { protocol, hostname, port, pathname } = new URL(url)
  const scheme = protocol === 'https:' ? 'https' : 'http'
  const target = { scheme, host: hostname, port: Number(port) || (scheme === 'https' ? 443 : 80) } as const
  return outcome(() => assertRequest('KEY', [readPolicy(policy)], { ...target, method, path: pathname }))
}

describe('a request', () => {
  test.each<[PolicyDraft, string, string?]>([
    [{}, 'http://anywhere.test/x'],
    [{ hosts: ['a.test'] }, 'https://a.test/'],
    [{ hosts: ['a.test'] }, 'https://a.test:8443/'],
    [{ hosts: ['http://a.test'] }, 'http://a.test/'],
    [{ hosts: ['*.a.test:443'] }, 'https://b.a.test/'],
    [{ methods: ['POST'] }, 'https://a.test/', 'POST'],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/'],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/x?y=../z'],
    [{ paths: ['/v1/'] }, 'https://a.test/x/../v1/%20'],
    [{ paths: ['/x', '/v1'] }, 'https://a.test/v1x'],
  ])('is allowed by %j: %s', (policy, url, method) => {
    expect(request(policy, url, method)).toBe('allowed')
  })

  test.each<[PolicyDraft, string, RegExp, string?]>([
    [{ hosts: ['a.test'] }, 'http://a.test/', /may not go to http:\/\/a\.test\./],
    [{ hosts: ['http://a.test'] }, 'https://a.test/', /may not go to a\.test\./],
    [{ hosts: ['a.test'] }, 'https://b.test/', /may not go to b\.test\./],
    [{ hosts: ['a.test:443'] }, 'https://a.test:444/', /may not go to a\.test:444\./],
    [{ methods: ['POST'] }, 'https://a.test/', /with the method GET/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1x', /this path of a\.test/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/../admin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/%2e%2e/admin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/%2E%2E%2Fadmin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/..%5cadmin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/%252e%252e/admin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/..;/admin', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1//x', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test//v1/x', /this path/],
    [{ paths: ['/v1/'] }, 'https://a.test/v1/%00', /this path/],
    [{ paths: ['/'] }, 'https://a.test/%2f', /this path/],
  ])('is refused by %j: %s', (policy, url, message, method) => {
    const refused = request(policy, url, method)
    expect(refused).toMatch(message)
    expect(refused).toContain('The secret KEY')
    expect(refused).not.toMatch(/\/admin|v1|%/)
  })

  test('is allowed only if all policies allow it', () => {
    const policies = [readPolicy({}), readPolicy({ hosts: ['a.test'] }), readPolicy({ methods: ['PUT'] })]
    const ask = (host: string, method: string) =>
      outcome(() => assertRequest('KEY', policies, { scheme: 'https', host, port: 443, method, path: '/' }))
    expect(ask('a.test', 'PUT')).toBe('allowed')
    expect(ask('b.test', 'PUT')).toMatch(/may not go to b/)
    expect(ask('a.test', 'GET')).toMatch(/method GET/)
  })
})

describe('a protocol other than HTTP', () => {
  const connect = (policy: PolicyDraft) =>
    outcome(() =>
      assertDestination('KEY', [readPolicy(policy)], { scheme: undefined, host: 'db.test', port: 5432 }),
    )

  test('is allowed by a host without a scheme', () => {
    expect(connect({})).toBe('allowed')
    expect(connect({ hosts: ['db.test:5432'] })).toBe('allowed')
    expect(connect({ hosts: ['http://db.test:5432'] })).toMatch(/may not go to db\.test/)
  })

  test.each([[{ methods: ['GET'] }], [{ paths: ['/'] }]])('is refused by %j', (policy) => {
    expect(connect(policy)).toMatch(/bound to HTTP methods or paths, .* db\.test:5432 by another protocol/)
  })
})
