import { describe, expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import type { PolicyDraft } from '../../src/secret/policy.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { bases, chain, hosts, openSites, type Site, servers } from './sites.ts'
import { client, lookupIn, refusal, stepSecrets, value } from './world.ts'

openSites()

type Secret = { value: string; policy: PolicyDraft; earlier?: boolean }

const http = (policy: PolicyDraft, options: Partial<Secret> & { anyPlace?: boolean } = {}) => {
  const { anyPlace, ...rest } = options
  const secrets = stepSecrets({ TOKEN: { value, policy, ...rest } })
  return client({ lookup: lookupIn(hosts) }, { ...secrets, anyPlace: new Set(anyPlace ? ['TOKEN'] : []) })
}

const received = (site: Site) => servers.get(site)?.received.length
const url = (site: Site, path: string) => `${bases.get(site)}${path}`

const inHeader: HttpInit = { headers: { 'X-Key': new Sensitive(`Bearer ${value}`) } }
const inBody: HttpInit = { method: 'POST', body: new Sensitive(`{"key":"${value}"}`) }

type Case = [what: string, policy: PolicyDraft, path: string, init: HttpInit]

describe('a first request', () => {
  test.each<Case>([
    ['a header', { places: ['header:x-key'] }, '/canary/200-', inHeader],
    ['the body', { places: ['body'] }, '/canary/200-', inBody],
    ['a parameter of that name', { places: ['query:key'] }, `/canary/200-?a=1&key=${value}`, {}],
    ['a parameter, as a part of the URL', { places: ['url'] }, `/canary/200-?key=${value}`, {}],
    ['the path, as a part of the URL', { places: ['url'] }, `/canary/200-/${value}`, {}],
    ['a method', { methods: ['GET', 'PUT'] }, '/canary/200-', { ...inHeader, method: 'put' }],
    ['a path', { paths: ['/canary/'] }, '/canary/200-', inHeader],
    ['a host over http', { hosts: ['http://api.test'] }, '/canary/200-', inHeader],
  ])('is sent with a secret that is bound to %s', async (_what, policy, path, init) => {
    expect((await http(policy)(url('api', path), init)).status).toBe(200)
    expect(received('api')).toBe(1)
  })

  test.each<Case>([
    ['another header', { places: ['header:x-other'] }, '/canary/200-', inHeader],
    ['the body instead of a header', { places: ['header:x-key'] }, '/canary/200-', inBody],
    ['a parameter of another name', { places: ['query:key'] }, `/canary/200-?Key=${value}`, {}],
    ['the name of a parameter', { places: ['query:key'] }, `/canary/200-?${value}=key`, {}],
    ['a parameter that is named by the value', { places: ['query:key'] }, `/canary/200-?key=1&${value}`, {}],
    ['a name that begins with ?', { places: ['query:key'] }, `/canary/200-??key=${value}`, {}],
    ['the path', { places: ['query:key'] }, `/canary/200-/${value}?key=${value}`, {}],
    ['the URL instead of the body', { places: ['body'] }, `/canary/200-?key=${value}`, {}],
    [
      'a parameter in base64',
      { places: ['header:x-key'] },
      `/canary/200-?q=${encodeURIComponent(Buffer.from(value).toString('base64'))}`,
      {},
    ],
    ['another method', { methods: ['GET'] }, '/canary/200-', { ...inHeader, method: 'POST' }],
    ['another path', { paths: ['/canary/x'] }, '/canary/200-', inHeader],
    ['a path in another spelling', { paths: ['/v1/'] }, '/v1/%2e%2e%2fcanary', inHeader],
    ['http instead of https', { hosts: ['api.test'] }, '/canary/200-', inHeader],
  ])('is not sent with that secret in %s', async (_what, policy, path, init) => {
    const { message } = await refusal(http(policy)(url('api', path), init), 'DESTINATION_NOT_ALLOWED')
    expect(message).toContain('The secret TOKEN')
    expect(received('api')).toBe(0)
  })

  test.each<[PolicyDraft, HttpInit]>([
    [{ methods: ['PUT'] }, {}],
    [{ paths: ['/v1/'] }, {}],
  ])('is refused for a secret in the step that it does not show, by %j', async (policy, init) => {
    await refusal(http(policy)(url('api', '/canary/200-'), init), 'DESTINATION_NOT_ALLOWED')
    expect(received('api')).toBe(0)
    // A secret of an earlier step counts only if the request visibly contains it.
    expect((await http(policy, { earlier: true })(url('api', '/canary/200-'), init)).status).toBe(200)
  })

  test('may have it anywhere if the policy allows the field of the step', async () => {
    const policy = { places: ['post-message.token'] }
    await refusal(http(policy)(url('api', '/canary/200-'), inHeader), 'DESTINATION_NOT_ALLOWED')
    expect((await http(policy, { anyPlace: true })(url('api', '/canary/200-'), inBody)).status).toBe(200)
  })
})

describe('a further hop', () => {
  test.each<Case>([
    ['the method that the redirect leaves', { methods: ['POST', 'GET'] }, 'api 303 api', inBody],
    ['both paths', { paths: ['/canary/'] }, 'api 307 api', inHeader],
    ['the place that it has there', { places: ['header:x-key'] }, 'api 307 api', inHeader],
    ['a method that it no longer travels with', { methods: ['POST'] }, 'api 303 other', inBody],
  ])('is allowed if the policy allows %s', async (_what, policy, text, init) => {
    expect((await http(policy)(chain(text), init)).status).toBe(200)
  })

  test.each<Case>([
    [
      'a method that it may not go with',
      { methods: ['POST'] },
      'api 303 api',
      { ...inHeader, method: 'POST' },
    ],
    ['a URL that the server put it into', { places: ['header:x-key'] }, 'api 302 api+', inHeader],
    ['another host with it in the URL', { hosts: ['http://api.test'] }, 'api 302 other+', {}],
  ])('is refused at %s', async (_what, policy, text, init) => {
    const { message } = await refusal(http(policy)(chain(text), init), 'DESTINATION_NOT_ALLOWED')
    expect(message).toContain('The secret TOKEN')
    expect([received('api'), received('other')]).toEqual([1, 0])
  })

  test('is refused at another path of the same origin, which headers would follow', async () => {
    const first = `/canary/302-api/200-`
    const policy = { paths: [first] }
    await refusal(http(policy)(url('api', first), inHeader), 'DESTINATION_NOT_ALLOWED')
    expect(received('api')).toBe(1)
  })
})

describe('the client certificate', () => {
  test('counts at a hop that it is sent to', async () => {
    const first = '/canary/302-api/200-'
    const secrets = stepSecrets({ TOKEN: { value, policy: { paths: [first] } } })
    const clientCertificate = { content: new Sensitive(value) }
    // Over http no certificate is presented, so an invalid one is sufficient here.
    const work = client({ lookup: lookupIn(hosts) }, secrets)(url('api', first), { clientCertificate })
    await refusal(work, 'DESTINATION_NOT_ALLOWED')
    expect(received('api')).toBe(1)
  })
})

describe('another protocol', () => {
  const lookup = (policy: PolicyDraft) => {
    const secrets = stepSecrets({ TOKEN: { value, policy } })
    return client({ lookup: lookupIn(hosts) }, secrets).egress.lookupForStep(secrets)('api.test', 5432)
  }

  test.each<[PolicyDraft]>([[{}], [{ hosts: ['api.test'] }], [{ places: ['body'] }]])(
    'is allowed by %j',
    async (policy) => {
      expect(await lookup(policy)).toBe('127.0.0.21')
    },
  )

  test.each<[PolicyDraft]>([
    [{ hosts: ['http://api.test'] }],
    [{ hosts: ['api.test:443'] }],
    [{ methods: ['GET'] }],
    [{ paths: ['/'] }],
  ])('is refused by %j', async (policy) => {
    await refusal(lookup(policy), 'DESTINATION_NOT_ALLOWED')
  })
})

describe('a secret of which nothing is known but its name', () => {
  const unknown = (earlier: boolean) => {
    const secrets = stepSecrets({ TOKEN: { value, earlier } })
    return client({ lookup: lookupIn(hosts) }, { ...secrets, policies: new Map() })
  }

  test.each<[where: string, path: string, init: HttpInit]>([
    ['in a header', '/canary/200-', inHeader],
    ['in the body', '/canary/200-', inBody],
    ['in the URL', `/canary/200-?key=${value}`, {}],
    ['in the client certificate', '/canary/200-', { clientCertificate: { content: value } }],
  ])('is not sent %s', async (_where, path, init) => {
    const { message } = await refusal(unknown(true)(url('api', path), init), 'DESTINATION_NOT_ALLOWED')
    expect(message).toContain('TOKEN')
    expect(received('api')).toBe(0)
  })

  test('lets no request of its step go out', async () => {
    await refusal(unknown(false)(url('api', '/canary/200-')), 'DESTINATION_NOT_ALLOWED')
    expect(received('api')).toBe(0)
  })

  test('is not sent where a redirect with it leads', async () => {
    await refusal(unknown(true)(chain('api 302 other+')), 'DESTINATION_NOT_ALLOWED')
    expect([received('api'), received('other')]).toEqual([1, 0])
  })

  test('lets its step open no connection of another protocol', async () => {
    const secrets = { ...stepSecrets({ TOKEN: { value } }), policies: new Map() }
    const lookup = client({ lookup: lookupIn(hosts) }).egress.lookupForStep(secrets)
    await refusal(lookup('api.test', 5432), 'DESTINATION_NOT_ALLOWED')
  })
})
