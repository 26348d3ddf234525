import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import {
  allowedHosts,
  allowsPlace,
  anywhere,
  inBothSchemes,
  isNoWider,
  isSamePolicy,
  type PolicyDraft,
  readPolicy,
  widening,
} from '../../src/secret/policy.ts'

function refusal(draft: object): AppError {
  try {
    readPolicy(draft)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('a policy is normalised', () => {
  test('a member that is absent, null or empty allows everything', () => {
    expect(readPolicy({})).toEqual(anywhere)
    expect(readPolicy({ hosts: null, methods: undefined, paths: [], places: null })).toEqual(anywhere)
  })

  test.each<[keyof PolicyDraft, string, string]>([
    ['hosts', 'API.example.com', 'api.example.com'],
    ['hosts', 'https://api.example.com', 'api.example.com'],
    ['hosts', 'HTTPS://api.example.com:8443', 'api.example.com:8443'],
    ['hosts', 'http://api.example.com', 'http://api.example.com'],
    ['hosts', 'http://*.Example.com:81', 'http://*.example.com:81'],
    ['hosts', 'bücher.example', 'xn--bcher-kva.example'],
    ['hosts', '[::1]:5432', '[::1]:5432'],
    ['methods', 'post', 'POST'],
    ['paths', '/v1/', '/v1/'],
    ['paths', '/ü', '/%C3%BC'],
    ['paths', '/', '/'],
    ['places', 'header:Authorization', 'header:authorization'],
    ['places', 'query:apiKey', 'query:apiKey'],
    ['places', 'body', 'body'],
    ['places', 'url', 'url'],
    ['places', 'query-postgres.connectionString', 'query-postgres.connectionString'],
  ])('%s: %s is %s', (member, written, read) => {
    expect(readPolicy({ [member]: [written, read] })).toEqual({ ...anywhere, [member]: [read] })
  })

  test('normalising twice changes nothing', () => {
    const host = fc
      .domain()
      .chain((it) => fc.constantFrom(it, `*.${it}`, `http://${it}`, `https://${it}:8443`))
    const path = fc.webPath().map((it) => `/${it}`)
    fc.assert(
      fc.property(fc.array(host), fc.array(path), (hosts, paths) => {
        let once: ReturnType<typeof readPolicy>
        try {
          once = readPolicy({ hosts, paths })
        } catch {
          return
        }
        expect(readPolicy(once)).toEqual(once)
      }),
    )
  })
})

describe('a policy is refused', () => {
  test.each<[keyof PolicyDraft, string]>([
    ['hosts', ''],
    ['hosts', '*'],
    ['hosts', '*.com'],
    ['hosts', 'https://'],
    ['hosts', 'https://api.example.com/'],
    ['hosts', 'https://api.example.com/v1'],
    ['hosts', 'ftp://api.example.com'],
    ['hosts', 'https://https://api.example.com'],
    ['hosts', 'user@api.example.com'],
    ['hosts', 'api.*.com'],
    ['hosts', 'api.example.com\n'],
    ['methods', ''],
    ['methods', 'GET POST'],
    ['methods', 'G'.repeat(21)],
    ['paths', ''],
    ['paths', 'v1/'],
    ['paths', '/v1?x'],
    ['paths', '/v1#x'],
    ['paths', '/v1/../admin'],
    ['paths', '/v1/%2e%2e/'],
    ['paths', '/v1%2f'],
    ['paths', '/v1%5C'],
    ['paths', '/v1\\'],
    ['paths', '/v1//'],
    ['paths', '/v1/..;/'],
    ['paths', '/%252e'],
    ['paths', '/v1/.'],
    ['paths', '/a b'],
    ['paths', '/a\0'],
    ['paths', `/${'x'.repeat(256)}`],
    ['places', ''],
    ['places', 'header:'],
    ['places', 'header:a b'],
    ['places', 'header'],
    ['places', 'query:'],
    ['places', 'cookie:x'],
    ['places', 'URL'],
    ['places', 'custom-http'],
    ['places', 'Custom.url'],
    ['places', 'custom-http.url.x'],
    ['places', `query:${'x'.repeat(129)}`],
  ])('%s with %j, which is named by its position and not shown', (member, entry) => {
    const good = { hosts: 'a.com', methods: 'GET', paths: '/', places: 'body' }[member]
    const { code, message } = refusal({ [member]: [good, entry] })
    expect([code, message]).toEqual(['INVALID_VALUE', expect.stringContaining(`Entry 2 of ${member}`)])
    if (entry.length > 7) expect(message).not.toContain(entry)
  })

  test.each([[{ hosts: 'a.com' }], [{ methods: [1] }], [{ paths: [null] }], [{ places: {} }]])(
    'as %j, which is not a policy',
    (draft) => expect(refusal(draft).code).toBe('INVALID_VALUE'),
  )

  test.each([
    ['hosts', (i: number) => `h${i}.example.com`],
    ['methods', (i: number) => `M${i}`],
    ['paths', (i: number) => `/${i}`],
    ['places', (i: number) => `query:${i}`],
  ] as const)('with more than 100 %s', (member, entry) => {
    const entries = (count: number) => ({ [member]: Array.from({ length: count }, (_, i) => entry(i)) })
    expect(readPolicy(entries(100))[member]).toHaveLength(100)
    expect(refusal(entries(101)).code).toBe('LIMIT_REACHED')
    expect(refusal({ [member]: Array(201).fill(entry(1)) }).code).toBe('LIMIT_REACHED')
  })

  test('a host counts once for both schemes', () => {
    const hosts = Array.from({ length: 100 }, (_, i) => `h${i}.example.com`)
    expect(allowedHosts(readPolicy({ hosts: inBothSchemes(hosts) }))).toEqual(hosts)
  })
})

type Case = [PolicyDraft, PolicyDraft]

describe('a policy allows no more than another', () => {
  test.each<Case>([
    [{}, {}],
    [{ hosts: ['a.com'] }, {}],
    [{ hosts: ['a.com'] }, { hosts: ['b.com', 'a.com'] }],
    [{ hosts: ['a.com:8443'] }, { hosts: ['a.com'] }],
    [{ hosts: ['x.a.com'] }, { hosts: ['*.a.com'] }],
    [{ hosts: ['*.x.a.com'] }, { hosts: ['*.a.com'] }],
    [{ hosts: ['*.a.com:81'] }, { hosts: ['*.a.com'] }],
    [{ hosts: ['http://a.com'] }, { hosts: ['http://a.com'] }],
    [{ methods: ['GET'] }, { methods: ['POST', 'GET'] }],
    [{ paths: ['/v1/charges'] }, { paths: ['/v1/'] }],
    [{ places: ['query:x'] }, { places: ['url'] }],
    [{ places: ['body'] }, { places: ['url', 'body'] }],
  ])('%j within %j', (narrow, wide) => {
    expect(isNoWider(readPolicy(narrow), readPolicy(wide))).toBe(true)
    expect(widening(readPolicy(narrow), readPolicy(wide))).toEqual([])
  })

  test.each<[...Case, string]>([
    [{}, { hosts: ['a.com'] }, 'any host'],
    [{ hosts: ['a.com'] }, { hosts: ['b.com'] }, 'the host a.com'],
    [{ hosts: ['http://a.com'] }, { hosts: ['a.com'] }, 'the host http://a.com'],
    [{ hosts: ['a.com'] }, { hosts: ['http://a.com'] }, 'the host a.com'],
    [{ hosts: ['a.com'] }, { hosts: ['a.com:443'] }, 'the host a.com'],
    [{ hosts: ['a.com:444'] }, { hosts: ['a.com:443'] }, 'the host a.com:444'],
    [{ hosts: ['a.com'] }, { hosts: ['*.a.com'] }, 'the host a.com'],
    [{ hosts: ['*.a.com'] }, { hosts: ['a.com'] }, 'the host *.a.com'],
    [{ hosts: ['*.a.com'] }, { hosts: ['*.x.a.com'] }, 'the host *.a.com'],
    [{ hosts: ['evil-a.com'] }, { hosts: ['*.a.com'] }, 'the host evil-a.com'],
    [{ hosts: ['a.com'] }, { hosts: ['a.com'], methods: ['GET'] }, 'any method'],
    [{ methods: ['PUT'] }, { methods: ['GET'] }, 'the method PUT'],
    [{ paths: ['/v'] }, { paths: ['/v1/'] }, 'the path /v'],
    [{ paths: ['/v1'] }, { paths: ['/v1/'] }, 'the path /v1'],
    [{ places: ['url'] }, { places: ['query:x'] }, 'the place url'],
    [{ places: ['header:b'] }, { places: ['header:a'] }, 'the place header:b'],
  ])('%j is not within %j', (narrow, wide, what) => {
    expect(isNoWider(readPolicy(narrow), readPolicy(wide))).toBe(false)
    expect(widening(readPolicy(narrow), readPolicy(wide))).toEqual([what])
  })

  test('the order of entries does not matter, but an additional entry does', () => {
    const [one, other] = [
      ['a.com', 'b.com'],
      ['b.com', 'a.com'],
    ].map((hosts) => readPolicy({ hosts }))
    if (!one || !other) throw new Error('unreachable')
    expect(isSamePolicy(one, other)).toBe(true)
    expect(isSamePolicy(one, readPolicy({ hosts: ['a.com'] }))).toBe(false)
    expect(isSamePolicy(readPolicy({ hosts: ['a.com'] }), one)).toBe(false)
    expect(isSamePolicy(one, anywhere)).toBe(false)
  })
})

test.each([
  [[], 'header:x', true],
  [['url'], 'query:key', true],
  [['url'], 'url', true],
  [['query:key'], 'query:key', true],
  [['query:key'], 'query:Key', false],
  [['query:key'], 'url', false],
  [['url'], 'body', false],
  [['header:x'], 'header:y', false],
  [['custom-http.url'], 'url', false],
  [['send-email.password'], 'send-email.password', true],
])('with places %j, %s is allowed: %s', (places, place, allowed) => {
  expect(allowsPlace(readPolicy({ places }), place)).toBe(allowed)
})
