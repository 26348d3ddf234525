import type { ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { parseEgressAllow, parseProxySettings } from '../../src/egress/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from './certificates.ts'
import { authority, basic, hosts, serveProxy, throughProxy } from './proxies.ts'
import {
  canary,
  client,
  lookupIn,
  privatePath,
  refusal,
  serve,
  serveRaw,
  stepSecrets,
  value,
} from './world.ts'

const own = authority.issue(['api.test'])
const asProxy = authority.issue(['proxy.test'])

function serveTarget(tls?: ServerOptions, address = '127.0.0.71') {
  return serve(address, (_request, response) => response.end('reached'), tls)
}

describe.each([
  ['http', undefined],
  ['https', asProxy],
])('through an %s proxy', (scheme, tls) => {
  test('https is end to end: the proxy sees only the checked address and ciphertext', async () => {
    let sni = ''
    const SNICallback: ServerOptions['SNICallback'] = (name, callback) => {
      sni = name
      callback(null)
    }
    await using target = await serveTarget({ ...own, SNICallback })
    await using proxy = await serveProxy({ ...(tls ? { tls } : {}), authorization: basic })
    const http = throughProxy(proxy, { scheme }, stepSecrets({ TOKEN: { value } }))
    const response = await http(`https://api.test:${target.port}${privatePath}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${value}`, 'proxy-authorization': 'Basic mine' },
      body: new Sensitive(value),
    })
    expect(await response.text()).toBe('reached')
    expect(sni).toBe('api.test')
    const authorityOfTarget = `93.184.216.34:${target.port}`
    expect(proxy.asked).toEqual([authorityOfTarget])
    expect(proxy.headers).toEqual([['host', authorityOfTarget, 'proxy-authorization', basic]])
    // The first record is the ClientHello, so nothing was sent before TLS.
    expect(proxy.relayed().slice(0, 2)).toBe('\x16\x03')
    expect(proxy.relayed()).not.toContain(canary)
    expect(proxy.relayed()).not.toContain('Bearer')
    expect(proxy.received).toEqual([])
    expect(target.received).toMatchObject([
      { method: 'POST', path: privatePath, headers: { 'proxy-authorization': 'Basic mine' }, body: value },
    ])
    await http.egress.close()
    await expect.poll(() => proxy.connections() + target.connections()).toBe(0)
  })

  test('http uses a tunnel too, without an absolute URL', async () => {
    await using target = await serveTarget()
    await using proxy = await serveProxy({ ...(tls ? { tls } : {}), authorization: basic })
    const response = await throughProxy(proxy, { scheme })(`http://api.test:${target.port}${privatePath}`)
    expect(await response.text()).toBe('reached')
    expect(proxy.asked).toEqual([`93.184.216.34:${target.port}`])
    expect(proxy.received).toEqual([])
    expect(target.received[0]).toMatchObject({
      path: privatePath,
      headers: { host: `api.test:${target.port}` },
    })
    expect(JSON.stringify(target.received[0]?.headers)).not.toMatch(/proxy/i)
  })

  test('a large body arrives complete in both directions', async () => {
    const large = 'x'.repeat(3_000_000)
    await using target = await serve('127.0.0.71', (_request, response, { body }) => response.end(body), own)
    await using proxy = await serveProxy(tls ? { tls } : {})
    const http = throughProxy(proxy, { scheme })
    const response = await http(`https://api.test:${target.port}/`, { method: 'POST', body: large })
    expect((await response.text()) === large).toBe(true)
  })

  test.each<[what: string, names: string[], host: string]>([
    ['of another name', ['other.test'], 'api.test'],
    ['of the proxy', ['proxy.test'], 'api.test'],
    ['of the proxy, for an address', ['proxy.test', '127.0.0.70'], '93.184.216.34'],
    ['of the address, for a name', ['93.184.216.34'], 'api.test'],
    ['of a name, for its address', ['api.test'], '93.184.216.34'],
  ])('a target with a certificate %s is refused', async (_what, names, host) => {
    await using target = await serveTarget(authority.issue(names))
    await using proxy = await serveProxy(tls ? { tls } : {})
    const url = `https://${host}:${target.port}${privatePath}`
    const error = await refusal(throughProxy(proxy, { scheme })(url), 'REQUEST_FAILED')
    expect(error.message).toBe(
      `${host}:${target.port} (through the proxy proxy.test:${proxy.port}) has a certificate for another name. Use the name in the certificate.`,
    )
    expect(target.received).toEqual([])
  })

  test('a target that closes the connection is not reported as the proxy', async () => {
    await using target = await serveRaw('127.0.0.71', (socket) => socket.once('data', () => socket.destroy()))
    await using proxy = await serveProxy(tls ? { tls } : {})
    for (const it of ['http', 'https']) {
      const url = `${it}://api.test:${target.port}/`
      const { message } = await refusal(throughProxy(proxy, { scheme })(url), 'REQUEST_FAILED')
      expect(message).toMatch(/^api\.test:\d+ \(through the proxy proxy\.test:\d+\) closed the connection/)
    }
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test.each(['http', 'https'])('a reset in the body of an %s answer is an error', async (it) => {
    await using target = await serve(
      '127.0.0.71',
      (_request, response) => {
        // Without length and chunks, only the end of the connection ends the body.
        response.useChunkedEncodingByDefault = false
        response.write(canary)
      },
      it === 'https' ? own : undefined,
    )
    await using proxy = await serveProxy(tls ? { tls } : {})
    const work = refusal(
      throughProxy(proxy, { scheme })(`${it}://api.test:${target.port}/`),
      'REQUEST_FAILED',
    )
    await expect.poll(() => target.received.length).toBe(1)
    // Time for the answer to arrive. A shorter time makes the test weaker, but not wrong.
    await new Promise((resolve) => setTimeout(resolve, 100))
    proxy.reset()
    expect((await work).message).toMatch(/^api\.test:\d+ \(through the proxy .* closed the connection/)
  })

  test('a target that hangs times out and leaves no open connection', async () => {
    await using target = await serveRaw('127.0.0.71', (socket) => socket.resume())
    await using proxy = await serveProxy(tls ? { tls } : {})
    const http = throughProxy(proxy, { scheme })
    const work = ['http', 'https'].map((it) => http(`${it}://api.test:${target.port}/`, { timeoutMs: 1_500 }))
    for (const one of work.map((it) => refusal(it, 'TIMEOUT'))) {
      expect((await one).message).toMatch(/^api\.test:\d+ \(through the proxy /)
    }
    await expect.poll(() => proxy.connections() + target.connections()).toBe(0)
  })
})

test('a literal address as the target is requested and its certificate checked', async () => {
  await using target = await serveTarget(authority.issue(['93.184.216.34']))
  await using proxy = await serveProxy()
  expect((await throughProxy(proxy)(`https://93.184.216.34:${target.port}/`)).status).toBe(200)
})

test('the client certificate goes only to the target, not to the proxy', async () => {
  const mine = authority.issue(['step.test'])
  let seen = ''
  const asking = { requestCert: true, rejectUnauthorized: false, ca: authority.pem }
  await using target = await serve(
    '127.0.0.71',
    (request, response) => response.end((request.socket as TLSSocket).getPeerCertificate().subject?.CN),
    { ...own, ...asking },
  )
  await using proxy = await serveProxy({ tls: { ...asProxy, ...asking } })
  proxy.onSecure((socket) => {
    seen = String(socket.getPeerCertificate().subject?.CN)
  })
  const http = throughProxy(proxy, { scheme: 'https' })
  const clientCertificate = { content: new Sensitive(mine.key + mine.cert) }
  const response = await http(`https://api.test:${target.port}/`, { clientCertificate })
  expect(await response.text()).toBe('step.test')
  expect(seen).toBe('undefined')
})

test.each<[what: string, tls: ServerOptions | undefined, hint: string]>([
  ['another name', own, 'another name'],
  ['an unknown authority', new TestAuthority().issue(['proxy.test']), 'not trusted'],
  ['an end', authority.issue(['proxy.test'], { expired: true }), 'expired'],
  ['no TLS', undefined, 'did not agree on TLS'],
])('an https proxy with %s gets no credentials', async (_what, tls, hint) => {
  await using proxy = await serveProxy(tls ? { tls } : {})
  const http = throughProxy(proxy, { scheme: 'https' })
  const { message } = await refusal(http(`https://api.test${privatePath}`), 'REQUEST_FAILED')
  expect(message).toContain(`The proxy proxy.test:${proxy.port} `)
  expect(message).toContain(hint)
  expect(message).not.toContain('api.test')
  expect(proxy.asked).toEqual([])
})

describe('a name with several addresses', () => {
  const [six = '', four = ''] = ['[2606:2800:220:1:0:0:0:1]', '93.184.216.34']

  test('is requested at the next address if the proxy cannot reach the first', async () => {
    await using target = await serveTarget(authority.issue(['two.test']))
    await using proxy = await serveProxy({ refuse: (it) => (it.startsWith('[') ? 503 : undefined) })
    const http = throughProxy(proxy)
    expect((await http(`https://two.test:${target.port}/`)).status).toBe(200)
    expect(proxy.asked).toEqual([`${six}:${target.port}`, `${four}:${target.port}`])
    await http.egress.close()
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  test('is not requested again if the proxy refuses', async () => {
    await using proxy = await serveProxy({ refuse: () => 403 })
    await refusal(throughProxy(proxy)('https://two.test/'), 'REQUEST_FAILED')
    expect(proxy.asked).toEqual([`${six}:443`])
  })

  test('is requested at a limited number of addresses', async () => {
    await using proxy = await serveProxy({ refuse: () => 502 })
    const many = Array.from({ length: 500 }, (_, index) => `93.184.${index >> 8}.${index & 255}`)
    const lookup = lookupIn({ ...hosts, 'many.test': many })
    await refusal(throughProxy(proxy, { lookup })('https://many.test/'), 'REQUEST_FAILED')
    expect(proxy.asked).toEqual(many.slice(0, 4).map((it) => `${it}:443`))
  })
})

test('the scheme of the target chooses the proxy', async () => {
  await using target = await serveTarget()
  await using one = await serveProxy()
  await using two = await serveProxy()
  const proxy = parseProxySettings({
    HTTPS_PROXY: `http://proxy.test:${one.port}`,
    HTTP_PROXY: `http://proxy.test:${two.port}`,
  })
  const http = client({ lookup: lookupIn(hosts), allow: parseEgressAllow(''), proxy })
  expect((await http(`http://api.test:${target.port}/`)).status).toBe(200)
  await refusal(http(`https://api.test:${target.port}/`), 'REQUEST_FAILED')
  expect([one.asked.length, two.asked.length]).toEqual([1, 1])
})
