import { describe, expect, test } from 'vitest'
import { findDestination } from '../../src/egress/destination.ts'
import { parseEgressAllow, parseProxySettings } from '../../src/egress/index.ts'
import { addressesForProxy } from '../../src/egress/no-proxy.ts'
import { proxyFor } from '../../src/egress/proxy-settings.ts'
import { readRequestUrl } from '../../src/egress/request-url.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { authority, hosts, serveProxy, throughProxy } from './proxies.ts'
import { chain, lastReceived, openSites, type Site, servers, http as sitesClient } from './sites.ts'
import { client, lookupIn, privatePath, refusal, serve, stepSecrets, value } from './world.ts'

openSites()

/** The hosts of sites.ts with public addresses, which the proxy maps to their real ones. */
const publicHosts = {
  'api.test': ['93.184.216.21'],
  'sub.api.test': ['93.184.216.22'],
  'other.test': ['93.184.216.23'],
  'proxy.test': ['127.0.0.70'],
}
const routes = Object.fromEntries([21, 22, 23].map((it) => [`93.184.216.${it}`, `127.0.0.${it}`]))

function sites(proxy: { port: number }, allowedHosts: readonly string[] = []) {
  const url = `http://proxy.test:${proxy.port}`
  const settings = parseProxySettings({ ALL_PROXY: url })
  return sitesClient(allowedHosts, { allow: [], lookup: lookupIn(publicHosts), proxy: settings })
}

function serveReached(address = '127.0.0.71') {
  return serve(address, (_request, response) => response.end('reached'))
}

describe('never reaches the proxy:', () => {
  test.each([
    'private.test',
    'PRIVATE.test.',
    'mixed.test',
    'aws.test',
    'proxy.test',
    'localhost.test',
    '127.0.0.1',
    '127.1',
    '10.0.0.1',
    '0x7f000001',
    '169.254.169.254',
    '168.63.129.16',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    'metadata.google.internal',
  ])('%s', async (host) => {
    await using proxy = await serveProxy()
    const table = {
      ...hosts,
      'localhost.test': ['127.0.0.1', '::1'],
      'metadata.google.internal': ['93.184.216.34'],
    }
    for (const noProxy of ['', '*']) {
      const http = throughProxy(proxy, { lookup: lookupIn(table), noProxy })
      for (const scheme of ['http', 'https']) {
        const work = http(`${scheme}://${host}:8080${privatePath}`)
        expect((await refusal(work, 'DESTINATION_NOT_ALLOWED')).message).toContain('LOCKSTEP_EGRESS_ALLOW')
      }
    }
    expect(proxy.connections()).toBe(0)
    expect(proxy.asked).toEqual([])
  })

  test('a secret that is bound to other hosts', async () => {
    await using proxy = await serveProxy()
    const http = throughProxy(proxy, {}, stepSecrets({ TOKEN: { value, hosts: ['api.test'] } }))
    await refusal(http('https://other.test/'), 'DESTINATION_NOT_ALLOWED')
    await refusal(http('https://proxy.test/'), 'DESTINATION_NOT_ALLOWED')
    expect(proxy.asked).toEqual([])
  })

  test("a method that would open the step's own tunnel", async () => {
    await using proxy = await serveProxy()
    await refusal(throughProxy(proxy)('http://api.test/', { method: 'CONNECT' }), 'INVALID_FIELD')
    expect(proxy.asked).toEqual([])
  })
})

test('a name that changes between check and tunnel is requested at the checked address', async () => {
  await using target = await serveReached()
  await using proxy = await serveProxy()
  const answers = ['93.184.216.34', '127.0.0.1', '169.254.169.254']
  const lookup = async (host: string) => {
    const address = host === 'proxy.test' ? '127.0.0.70' : (answers.shift() ?? '')
    return [{ address, family: 4 as const }]
  }
  const http = throughProxy(proxy, { lookup })
  expect((await http(`http://rebind.test:${target.port}/`)).status).toBe(200)
  expect(answers).toHaveLength(2)
  await refusal(http(`http://rebind.test:${target.port}/`), 'DESTINATION_NOT_ALLOWED')
  await refusal(http(`http://rebind.test:${target.port}/`), 'DESTINATION_NOT_ALLOWED')
  expect(proxy.asked).toEqual([`93.184.216.34:${target.port}`])
})

test('a retry resolves and checks the name again', async () => {
  await using proxy = await serveProxy({ refuse: () => 503 })
  const answers = ['93.184.216.34', '10.0.0.1']
  const lookup = async (host: string) => {
    const address = host === 'proxy.test' ? '127.0.0.70' : (answers.shift() ?? '')
    return [{ address, family: 4 as const }]
  }
  const http = throughProxy(proxy, { lookup })
  await refusal(http('https://moving.test/', { retries: 3 }), 'DESTINATION_NOT_ALLOWED')
  expect(proxy.asked).toEqual(['93.184.216.34:443'])
})

describe('an address that would mean another machine at the proxy', () => {
  test.each(['127.0.0.71', 'local.test'])('is connected to directly: %s', async (host) => {
    await using target = await serveReached()
    await using proxy = await serveProxy()
    const lookup = lookupIn({ ...hosts, 'local.test': ['127.0.0.71'] })
    const http = throughProxy(proxy, { lookup, allow: parseEgressAllow('127.0.0.0/8') })
    expect((await http(`http://${host}:${target.port}/`)).status).toBe(200)
    expect(proxy.asked).toEqual([])
  })

  test.each([['127.0.0.1'], ['0.0.0.0'], ['::1'], ['::ffff:127.0.0.1'], ['169.254.169.254'], ['fe80::1']])(
    'is removed from the addresses for the proxy: %s',
    async (address) => {
      await using proxy = await serveProxy({ refuse: () => 502 })
      const lookup = lookupIn({ ...hosts, 'both.test': [address, '93.184.216.34'] })
      const http = throughProxy(proxy, { lookup, allow: parseEgressAllow(address) })
      await refusal(http('https://both.test/'), 'REQUEST_FAILED')
      expect(proxy.asked).toEqual(['93.184.216.34:443'])
    },
  )

  test('does not include an allowed private address', async () => {
    await using proxy = await serveProxy({ refuse: () => 502 })
    await refusal(
      throughProxy(proxy, { allow: parseEgressAllow('10.0.0.0/8') })('https://private.test/'),
      'REQUEST_FAILED',
    )
    expect(proxy.asked).toEqual(['10.0.0.1:443'])
  })
})

describe('NO_PROXY', () => {
  const lookup = lookupIn({ ...hosts, 'sub.api.test': ['93.184.216.34'], 'myapi.test': ['93.184.216.36'] })

  test.each<[entry: string, passes: string[], isSent: string[]]>([
    ['*', ['api.test', 'sub.api.test', '93.184.216.34'], []],
    ['other.test, *', ['api.test'], []],
    ['api.test', ['api.test', 'API.test.', 'sub.api.test'], ['other.test', 'myapi.test']],
    ['.api.test', ['api.test', 'sub.api.test'], ['other.test', 'myapi.test']],
    ['*.api.test', ['api.test', 'sub.api.test'], ['other.test', 'myapi.test']],
    ['API.Test.', ['api.test'], ['other.test']],
    ['sub.api.test', ['sub.api.test'], ['api.test']],
    ['test', ['api.test', 'other.test'], []],
    ['api.test:PORT', ['api.test', 'sub.api.test'], ['other.test']],
    ['.api.test:PORT', ['sub.api.test'], ['other.test']],
    ['api.test:1', [], ['api.test', 'sub.api.test']],
    ['93.184.216.34', ['93.184.216.34', 'api.test', '[::ffff:93.184.216.34]'], ['other.test']],
    ['93.184.216.34:PORT', ['93.184.216.34', 'api.test'], ['other.test']],
    ['93.184.216.34:1', [], ['93.184.216.34', 'api.test']],
    ['93.184.216.0/24', ['93.184.216.34', 'api.test', 'other.test'], ['two.test']],
    ['93.184.0.0/24', [], ['93.184.216.34', 'api.test']],
    ['93.184.216.34,2606:2800::/32', ['two.test'], ['other.test']],
    ['[2606:2800:220:1::1]', [], ['two.test']],
    ['other.test\tapi.test', ['api.test', 'other.test'], ['myapi.test']],
    [' ,, other.test ,api.test,', ['api.test', 'other.test'], ['myapi.test']],
    ['', [], ['api.test', '93.184.216.34']],
  ])('%j', async (entry, passes, isSent) => {
    const settings = parseProxySettings({ ALL_PROXY: 'proxy.test', NO_PROXY: entry.replace('PORT', '8443') })
    const asks = async (host: string) => {
      const url = readRequestUrl(`https://${host}:8443/`, {
        invalid: 'INVALID_FIELD',
        scheme: 'INVALID_FIELD',
      })
      const destination = await findDestination(url, { allow: [], lookup }, new AbortController().signal)
      return (
        proxyFor(settings, url) && settings && addressesForProxy(settings.exceptions, destination).length > 0
      )
    }
    for (const host of isSent) expect([host, await asks(host)]).toEqual([host, true])
    for (const host of passes) expect([host, (await asks(host)) ?? false]).toEqual([host, false])
  })

  // The proxy would be asked for the second address, but only the first one exists.
  test.each<[noProxy: string, direct: boolean]>([
    ['', false],
    ['both.test', true],
    ['*', true],
    ['127.0.0.0/8,93.184.216.34', true],
    ['127.0.0.0/8', false],
    ['93.184.216.34', false],
    ['other.test', false],
  ])('%j decides for requests', async (noProxy, direct) => {
    await using target = await serveReached()
    await using proxy = await serveProxy({ refuse: () => 403 })
    const lookup = lookupIn({ ...hosts, 'both.test': ['127.0.0.71', '93.184.216.34'] })
    const http = throughProxy(proxy, { lookup, allow: parseEgressAllow('127.0.0.71'), noProxy })
    const url = `http://both.test:${target.port}/`
    if (direct) expect((await http(url)).status).toBe(200)
    else await refusal(http(url), 'REQUEST_FAILED')
    expect(proxy.asked).toEqual(direct ? [] : [`93.184.216.34:${target.port}`])
  })
})

describe('redirects through the proxy', () => {
  test.each(['api 307 other 302 sub', 'tls 302 tlsother 303 api', 'api 301 api 308 port'])(
    'each ask for a tunnel of their own, and use it again: %s',
    async (text) => {
      await using proxy = await serveProxy({ routes })
      const http = sites(proxy)
      const response = await http(chain(text))
      expect([response.status, response.redirected]).toEqual([200, true])
      const path = text.split(' ').filter((_, index) => index % 2 === 0)
      const ports = new Set(path.map((it) => servers.get(it as Site)?.port))
      expect(proxy.asked.map((it) => Number(it.split(':')[1]))).toEqual([...ports])
      await http.egress.close()
      await expect.poll(() => proxy.connections()).toBe(0)
    },
  )

  test.each(['api 307 other', 'api 302 tls', 'tls 302 tlsother', 'api 307 port'])(
    'lose secrets at another origin: %s',
    async (text) => {
      await using proxy = await serveProxy({ routes })
      const headers = {
        authorization: 'Basic 1',
        'x-key': value,
        'x-mine': new Sensitive('short'),
        'x-plain': '1',
      }
      await sites(proxy)(chain(text), { headers })
      const [first, , last] = text.split(' ')
      expect(lastReceived(first as Site)?.headers).toMatchObject({
        authorization: 'Basic 1',
        'x-mine': 'short',
      })
      const { headers: kept } = lastReceived(last as Site) ?? {}
      expect([kept?.authorization, kept?.['x-key'], kept?.['x-mine'], kept?.['x-plain']]).toEqual([
        undefined,
        undefined,
        undefined,
        '1',
      ])
    },
  )

  test.each<[text: string, allowedHosts: string[], body?: string]>([
    ['api 307 other', [], value],
    ['tls 308 api', [], value],
    ['tls 302 api+', []],
    ['api 302 other+', ['api.test']],
    ['api 302 sub+', ['api.test']],
    ['tls 302 tlsother+', ['api.test']],
  ])('stop where a secret may not go: %s', async (text, allowedHosts, body) => {
    await using proxy = await serveProxy({ routes })
    const init = body === undefined ? {} : { method: 'POST', body }
    await refusal(sites(proxy, allowedHosts)(chain(text), init), 'DESTINATION_NOT_ALLOWED')
    expect(proxy.asked).toHaveLength(1)
  })

  test.each([
    'http://169.254.169.254/',
    'http://127.0.0.1:80/',
    'http://proxy.test/',
    'https://private.test/',
  ])('stop at %s', async (location) => {
    await using target = await serve('127.0.0.71', (_request, response) => {
      response.writeHead(302, { location }).end()
    })
    await using proxy = await serveProxy()
    const http = throughProxy(proxy)
    await refusal(http(`http://api.test:${target.port}/`), 'DESTINATION_NOT_ALLOWED')
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('without a working name server', () => {
  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'])('the error says who resolves names (%s)', async (code) => {
    await using proxy = await serveProxy()
    const lookup = async () => {
      throw Object.assign(new Error('no name server'), { code })
    }
    const { message } = await refusal(
      throughProxy(proxy, { lookup })(`https://api.test${privatePath}`),
      'REQUEST_FAILED',
    )
    expect(message).toMatch(/^api\.test .*worker looks names up itself.*hosts file/)
    expect(proxy.connections()).toBe(0)
    const direct = await refusal(client({ lookup, ca: authority.pem })('https://api.test/'), 'REQUEST_FAILED')
    expect(direct.message).not.toContain('proxy')
  })

  test('the error of a refusing one says so too', async () => {
    const lookup = () => new Promise<never>(() => {})
    const http = throughProxy({ port: 1 }, { lookup })
    for (const init of [{ timeoutMs: 40 }, { idleTimeoutMs: 40 }]) {
      expect((await refusal(http('https://api.test/', init), 'TIMEOUT')).message).toContain('hosts file')
    }
  })
})
