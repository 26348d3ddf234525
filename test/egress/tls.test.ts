import type { ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { type Issued, TestAuthority, toPkcs12 } from './certificates.ts'
import { canary, client, lookupIn, refusal, serve, serveRaw, stepSecrets } from './world.ts'

const authority = new TestAuthority()
const stranger = new TestAuthority()
const hosts = { 'api.test': ['127.0.0.61'], 'other.test': ['127.0.0.62'] }
const http = client({ lookup: lookupIn(hosts), ca: authority.pem })
const own = authority.issue(['api.test'])

function serveTls(options: ServerOptions, address = '127.0.0.61') {
  return serve(
    address,
    (request, response, { path }) => {
      if (path.startsWith('/to/')) response.writeHead(307, { location: `https://${path.slice(4)}` })
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      response.end(String(subject?.CN ?? 'nobody'))
    },
    options,
  )
}

describe('a certificate', () => {
  test('of the host from a trusted authority is accepted, with the name in SNI', async () => {
    let asked = ''
    const SNICallback: ServerOptions['SNICallback'] = (name, callback) => {
      asked = name
      callback(null)
    }
    await using server = await serveTls({ ...own, SNICallback })
    expect((await http(`https://api.test.:${server.port}/`)).status).toBe(200)
    expect(asked).toBe('api.test')
  })

  test('of an address is accepted for that address', async () => {
    await using server = await serveTls(authority.issue(['127.0.0.61']))
    expect((await http(`https://127.0.0.61:${server.port}/`)).status).toBe(200)
    await refusal(http(`https://api.test:${server.port}/`), 'REQUEST_FAILED')
  })

  test.each<[what: string, certificate: Issued, hint: string]>([
    ['of another name', authority.issue(['other.test']), 'another name'],
    ['of the address alone', authority.issue(['127.0.0.61']), 'another name'],
    ['that has expired', authority.issue(['api.test'], { expired: true }), 'expired'],
    ['by an unknown authority', stranger.issue(['api.test']), 'not trusted'],
  ])('%s is refused before anything is sent', async (_what, certificate, hint) => {
    await using server = await serveTls(certificate)
    const error = await refusal(http(`https://api.test:${server.port}/${canary}`), 'REQUEST_FAILED')
    expect(error.message).toContain('api.test')
    expect(error.message).toContain(hint)
    expect(server.received).toEqual([])
  })

  describe('with NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
    afterEach(() => vi.unstubAllEnvs())

    test('a certificate is verified all the same', async () => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
      await using server = await serveTls(stranger.issue(['api.test']))
      await refusal(http(`https://api.test:${server.port}/`), 'REQUEST_FAILED')
    })
  })

  test('an unknown authority is not trusted', async () => {
    await using server = await serveTls(own)
    await refusal(client({ lookup: lookupIn(hosts) })(`https://api.test:${server.port}/`), 'REQUEST_FAILED')
  })
})

test('a server without TLS is reported as such', async () => {
  await using plain = await serve('127.0.0.61', (_request, response) => response.end())
  const error = await refusal(http(`https://api.test:${plain.port}/${canary}`), 'REQUEST_FAILED')
  expect(error.message).toContain('did not agree on TLS')
})

test('a TLS handshake that never ends is a timeout', async () => {
  await using silent = await serveRaw('127.0.0.61', (socket) => socket.resume())
  await refusal(http(`https://api.test:${silent.port}/`, { idleTimeoutMs: 60 }), 'TIMEOUT')
  await expect.poll(() => silent.connections()).toBe(0)
})

describe('a client certificate', () => {
  const mine = authority.issue(['step.test'])
  const asking = { ...own, requestCert: true, ca: authority.pem }
  const passphrase = `${canary}-passphrase`

  test.each<[form: string, content: string, passphrase?: string]>([
    ['PEM, key first', mine.key + mine.cert],
    ['PEM, key last', mine.cert + mine.key],
    ['PEM, chain in another order', authority.pem + mine.cert + mine.key],
    ['PKCS#12 with AES', toPkcs12(mine, passphrase, 'aes256'), passphrase],
    ['PKCS#12 with 3DES', toPkcs12(mine, passphrase, '3des'), passphrase],
    ['PKCS#12 without passphrase', toPkcs12(mine, '', 'aes256')],
  ])('as %s is presented', async (_form, content, passphrase) => {
    await using server = await serveTls(asking)
    const response = await http(`https://api.test:${server.port}/`, {
      clientCertificate: {
        content: new Sensitive(content),
        passphrase: passphrase === undefined ? undefined : new Sensitive(passphrase),
      },
    })
    expect(await response.text()).toBe('step.test')
  })

  test('stays at its origin after a redirect to another', async () => {
    await using server = await serveTls(asking)
    const elsewhere = { ...authority.issue(['other.test']), requestCert: true, rejectUnauthorized: false }
    await using other = await serveTls(elsewhere, '127.0.0.62')
    const response = await http(`https://api.test:${server.port}/to/other.test:${other.port}/`, {
      clientCertificate: { content: new Sensitive(mine.key + mine.cert) },
    })
    expect(await response.text()).toBe('nobody')
    expect(response.url).toBe(`https://other.test:${other.port}/`)
  })

  test('is bound to hosts like every secret', async () => {
    const content = mine.key + mine.cert
    const secrets = stepSecrets({ CERT: { value: content, hosts: ['api.test'] } })
    const bound = client({ lookup: lookupIn(hosts), ca: authority.pem }, secrets)
    const init = { clientCertificate: { content: new Sensitive(content) } }
    await refusal(bound('https://other.test/', init), 'DESTINATION_NOT_ALLOWED')
  })

  test.each<[what: string, content: string, passphrase?: string]>([
    ['empty', ''],
    ['no certificate', canary],
    ['a key alone', mine.key],
    ['a certificate alone', mine.cert],
    ['a key of another certificate', own.key + mine.cert],
    ['broken PEM', `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----\n${mine.cert}`],
    ['PKCS#12 with another passphrase', toPkcs12(mine, passphrase, 'aes256'), `${canary}-other`],
    ['PKCS#12 without its passphrase', toPkcs12(mine, passphrase, 'aes256')],
    ['half a PKCS#12', toPkcs12(mine, passphrase, 'aes256').slice(0, 900), passphrase],
  ])('that is %s is refused', async (_what, content, passphrase) => {
    const clientCertificate = { content: new Sensitive(content), passphrase }
    await refusal(http('https://api.test/', { clientCertificate }), 'INVALID_FIELD')
  })
})
