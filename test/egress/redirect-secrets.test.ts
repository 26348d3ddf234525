import { describe, expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { chain, hosts, http, openSites, type Site, servers } from './sites.ts'
import { client, lookupIn, refusal, stepSecrets, value } from './world.ts'

openSites()

type Case = [chain: string, init: HttpInit, allowedHosts?: readonly string[]]

const secretBody: HttpInit = { method: 'POST', body: `{"key":"${value}"}` }
const sensitiveBody: HttpInit = { method: 'POST', body: new Sensitive('pin=1') }
const formBody: HttpInit = { method: 'PUT', body: new URLSearchParams({ key: value }) }
const bytesBody: HttpInit = { method: 'PATCH', body: Buffer.from(value) }
const plainBody: HttpInit = { method: 'POST', body: 'plain' }
/** Like the body from a field that may take secrets and was rendered without one. */
const plainFieldBody: HttpInit = { method: 'POST', body: new Sensitive('{"a":1}', false) }
const secretHeader: HttpInit = { headers: { 'x-key': value } }

describe('a body with a secret', () => {
  const away = [
    'api 307 other',
    'api 308 port',
    'api 307 sub',
    'tls 307 api',
    'api 308 tls',
    'tls 308 tlsother',
  ]
  const bodies = [secretBody, sensitiveBody, formBody, bytesBody]
  const cases = away.flatMap((text) => bodies.map((init): Case => [text, init]))
  test.each(cases)('is not sent on: %s', async (text, init) => {
    const to = text.split(' ')[2] as Site
    await refusal(http()(chain(text), init), 'DESTINATION_NOT_ALLOWED')
    expect(servers.get(to)?.received).toEqual([])
  })

  test.each<Case>([
    ['api 307 api', secretBody],
    ['api 308 api 307 api', sensitiveBody],
    ['tls 307 tls', formBody],
    ['api 303 other', secretBody],
    ['api 302 other', sensitiveBody],
    ['api 301 tlsother', secretBody],
    ['api 303 other', formBody],
    ['tls 303 api', bytesBody],
    ['api 307 other', plainBody],
    ['tls 308 api', plainBody],
    ['api 307 other', plainFieldBody],
    ['tls 308 api', plainFieldBody],
  ])('does not stop a redirect: %s', async (text, init) => {
    expect((await http()(chain(text), init)).status).toBe(200)
  })
})

describe('a secret bound to hosts', () => {
  test.each<Case>([
    ['api 302 other', secretHeader, ['api.test']],
    ['api 307 other', plainBody, ['api.test']],
    ['api 302 sub', secretHeader, ['*.api.test', 'api.test']],
    ['api 302 api+', {}, ['api.test']],
    ['api 302 port+', {}, ['api.test']],
    ['api 302 sub+', {}, ['api.test', '*.api.test']],
    ['api 302 tls+', {}, ['api.test']],
    ['api 302 other+', {}, []],
    ['api 303 other', secretBody, ['api.test']],
    ['api 302 other 302 api+', {}, ['api.test']],
  ])('stays with its hosts: %s', async (text, init, allowedHosts) => {
    expect((await http(allowedHosts)(chain(text), init)).status).toBe(200)
  })

  test.each<[string, HttpInit]>([
    ['its header', secretHeader],
    ['its body', secretBody],
  ])('from an earlier step is searched for in %s as well', async (_where, init) => {
    const earlier = stepSecrets({ TOKEN: { value, hosts: ['other.test'], earlier: true } })
    await refusal(client({ lookup: lookupIn(hosts) }, earlier)(chain('api'), init), 'DESTINATION_NOT_ALLOWED')
    expect(servers.get('api')?.received).toEqual([])
  })

  test('from an earlier step does not stop a request that does not carry it', async () => {
    const earlier = stepSecrets({ TOKEN: { value, hosts: ['other.test'], earlier: true } })
    expect((await client({ lookup: lookupIn(hosts) }, earlier)(chain('api'), plainBody)).status).toBe(200)
  })

  test.each<Case>([
    ['api 302 other+', {}, ['api.test']],
    ['api 307 other+', plainBody, ['api.test']],
    ['api 302 sub+', {}, ['api.test']],
    ['sub 302 api+', {}, ['*.api.test']],
    ['api 302 api 302 other+', {}, ['api.test']],
    ['api 302 other 302 other+', {}, ['api.test']],
    ['tls 302 tlsother+', {}, ['api.test']],
    ['tls 302 api+', {}, ['api.test']],
    ['tls 302 api+', {}, []],
    ['other', {}, ['api.test']],
    ['other 302 api', {}, ['api.test']],
    ['sub', secretHeader, ['api.test']],
    ['api', {}, ['*.api.test']],
    ['api', {}, ['api.test:1']],
    ['api', {}, ['not a pattern']],
    ['api 307 other', sensitiveBody, ['api.test']],
  ])('goes nowhere else: %s', async (text, init, allowedHosts) => {
    const path = text.split(' ')
    const last = path.at(-1)?.replace('+', '') as Site
    const before = path.slice(0, -1).filter((it) => it === last).length
    await refusal(http(allowedHosts)(chain(text), init), 'DESTINATION_NOT_ALLOWED')
    expect(servers.get(last)?.received ?? []).toHaveLength(text.startsWith('other') ? 0 : before)
  })

  test('names the host for a person to allow only when the step went there, and not a service', async () => {
    const http = client({ lookup: lookupIn(hosts) }, stepSecrets({ TOKEN: { value, hosts: ['other.test'] } }))
    const own = await refusal(http(chain('api')), 'DESTINATION_NOT_ALLOWED')
    expect(own.at).toEqual({ secrets: ['TOKEN'], host: expect.stringContaining('api.test') })
    const bound = client({ lookup: lookupIn(hosts) }, stepSecrets({ TOKEN: { value, hosts: ['api.test'] } }))
    const led = await refusal(bound(chain('api 302 other+')), 'DESTINATION_NOT_ALLOWED')
    expect(led.at).toEqual({ secrets: ['TOKEN'] })
  })

  test('must be allowed at the first hop, together with all others of the step', async () => {
    const secrets = stepSecrets({
      ONE: { value, hosts: ['api.test'] },
      TWO: { value: `${value}2`, hosts: ['other.test'] },
    })
    const http = client({ lookup: lookupIn(hosts) }, secrets)
    const error = await refusal(http(chain('api')), 'DESTINATION_NOT_ALLOWED')
    expect(error.message).toContain('TWO')
    await refusal(http(chain('other')), 'DESTINATION_NOT_ALLOWED')
  })

  test("keeps another host's name even from the name server", async () => {
    const asked: string[] = []
    const lookup = async (host: string) => {
      asked.push(host)
      return []
    }
    const bound = client({ lookup }, stepSecrets({ TOKEN: { value, hosts: ['api.test'] } }))
    await refusal(bound('https://evil.test/'), 'DESTINATION_NOT_ALLOWED')
    expect(asked).toEqual([])
  })
})

describe('at another origin', () => {
  const headers = {
    accept: new Sensitive('application/json', false),
    'x-plain': new Sensitive('plain', false),
    'x-wrapped': new Sensitive('as good as a secret'),
    'x-copied': new Sensitive(`copy of ${value}`, false),
    authorization: new Sensitive('Basic eA==', false),
    cookie: 'a=b',
  }

  test.each(['api 302 other', 'api 307 tls', 'tls 303 port'])(
    'headers without a secret arrive, others do not: %s',
    async (text) => {
      await http()(chain(text), { headers })
      const received = servers.get(text.split(' ').at(-1) as Site)?.received[0]?.headers
      expect(received).toMatchObject({ accept: 'application/json', 'x-plain': 'plain' })
      for (const name of ['x-wrapped', 'x-copied', 'authorization', 'cookie']) {
        expect(received).not.toHaveProperty(name)
      }
    },
  )

  test('a body without a secret arrives with its type, but not if the redirect makes it a GET', async () => {
    const init = { ...plainFieldBody, headers: { 'content-type': 'application/json' } }
    await http()(chain('api 307 other'), init)
    await http()(chain('api 303 other'), init)
    const [kept, dropped] = servers.get('other')?.received ?? []
    expect(kept).toMatchObject({ method: 'POST', body: '{"a":1}' })
    expect(kept?.headers['content-type']).toBe('application/json')
    expect(dropped).toMatchObject({ method: 'GET', body: '' })
    expect(dropped?.headers).not.toHaveProperty('content-type')
  })
})
