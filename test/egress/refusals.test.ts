import { expect, test } from 'vitest'
import type { HttpInit } from '../../src/egress/index.ts'
import { ClientCertificates } from '../../src/metrics/client-certificates.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { TestAuthority } from './certificates.ts'
import { client, lookupIn, serve, stepSecrets, value } from './world.ts'

const hosts = { 'api.test': ['127.0.0.71'], 'inside.test': ['10.0.0.1'] }
const lookup = lookupIn(hosts)

/** What egress tells of one request that fails. */
async function told(url: string, init?: HttpInit): Promise<string[]> {
  const heard: string[] = []
  const secrets = stepSecrets(init ? { KEY: { value, hosts: ['api.test'] } } : {})
  const http = client(
    { lookup, refused: (reason) => heard.push(reason), tooLarge: () => heard.push('response') },
    secrets,
  )
  await expect(http(url, { ...init, maxResponseBytes: 100 })).rejects.toThrow()
  return heard
}

test('each refused request is told once, with the rule that refused it', async () => {
  await using server = await serve('127.0.0.71', (_request, response, { path }) => {
    if (path.startsWith('/to/')) response.writeHead(307, { location: `https://${path.slice(4)}` })
    response.end('x'.repeat(101))
  })
  const withKey = { method: 'POST', body: value }
  const origin = `http://api.test:${server.port}`
  expect(await told('ftp://api.test/')).toEqual(['scheme'])
  expect(await told('https://other.test/', withKey)).toEqual(['secret'])
  expect(await told('https://inside.test/')).toEqual(['address'])
  expect(await told(`${origin}/to/other.test/`, withKey)).toEqual(['redirect'])
  expect(await told(`${origin}/to/inside.test/`)).toEqual(['address'])
  expect(await told(`${origin}/large`)).toEqual(['response'])
  expect(await told('https://unknown.test/')).toEqual([])
})

test('the first client certificate to expire is known while certificates are used', async () => {
  const authority = new TestAuthority()
  const asking = { ...authority.issue(['api.test']), requestCert: true, ca: authority.pem }
  await using server = await serve('127.0.0.71', (_request, response) => void response.end(), asking)
  const certificates = new ClientCertificates()
  const certificateUsed: ClientCertificates['used'] = (it) => certificates.used(it)
  const http = client({ lookup, ca: authority.pem, certificateUsed })
  expect(certificates.firstExpiry()).toBeUndefined()
  const [lasting, expired] = [
    authority.issue(['step.test']),
    authority.issue(['step.test'], { expired: true }),
  ]
  const send = ({ key, cert }: typeof lasting) =>
    http(`https://api.test:${server.port}/`, { clientCertificate: { content: new Sensitive(key + cert) } })
  await send(lasting)
  expect(certificates.firstExpiry()?.getTime()).toBeGreaterThan(Date.now())
  await send(expired).catch(() => undefined)
  expect(certificates.firstExpiry()?.getTime()).toBeLessThan(Date.now())
})
