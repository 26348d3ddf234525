import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TestApp } from '../support/app.ts'
import { freePorts } from '../support/instance.ts'
import { openSecretsWorld, type SecretsWorld, value } from './secrets-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: SecretsWorld
let app: TestApp
let folder: string
let secrets: SecretsWorld['secrets']
let refusal: SecretsWorld['refusal']

beforeAll(async () => {
  world = await openSecretsWorld()
  ;({ app, folder, secrets, refusal } = world)
})
afterAll(() => world.close())

describe('an invalid address', () => {
  const at = (url: string, env: NodeJS.ProcessEnv = {}) =>
    refusal(() => secrets(['set', 'KEY'], value, { LOCKSTEP_URL: url, ...env }))

  test('no server at the address', async () => {
    const { PORT } = await freePorts()
    expect(await at(`http://127.0.0.1:${PORT}`)).toEqual({
      code: 1,
      says: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)\. LOCKSTEP_URL is where/),
    })
  })

  test('a page of the web app at the address', async () => {
    const result = await at(`${app.url}/w/acme`)
    expect(result).toEqual({ code: 78, says: expect.stringMatching(/does not answer as Lockstep does/) })
  })

  test('a redirect, which is not followed with the token', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const result = await at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    expect(result).toEqual({ code: 78, says: expect.stringMatching(/redirects to http.*Set LOCKSTEP_URL/) })
    expect(seen).toEqual(['/graphql'])
  })

  test('an untrusted TLS certificate, until its authority is configured', async () => {
    const authority = join(folder, 'authority.pem')
    const { key, cert } = selfSigned()
    await writeFile(authority, cert)
    const server = createTlsServer({ key, cert }, (request, response) => {
      response.setHeader('content-type', 'application/json')
      request
        .resume()
        .on('end', () =>
          response.end('{"data":{"secrets":{"pageInfo":{"hasNextPage":false,"endCursor":null},"edges":[]}}}'),
        )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    expect(await at(url)).toEqual({
      code: 78,
      says: expect.stringMatching(/is not trusted \([A-Z_]+\)\. Set NODE_EXTRA_CA_CERTS/),
    })
    const env = { LOCKSTEP_URL: url, NODE_EXTRA_CA_CERTS: authority }
    expect((await secrets(['list'], '', env)).code).toBe(0)
    server.close()
  })

  test('an https address of a server without TLS', async () => {
    const result = await at(app.url.replace('http:', 'https:'))
    expect(result).toEqual({ code: 1, says: expect.stringMatching(/does not speak TLS/) })
  })

  test('user info in the address, which is not shown', async () => {
    const { code, stderr } = await secrets(['list'], '', { LOCKSTEP_URL: 'https://user:canary@example.com' })
    expect([code, stderr]).toEqual([78, expect.stringMatching(/^lockstep: LOCKSTEP_URL holds user info/)])
    expect(stderr).not.toContain('canary')
  })
})

/** A certificate for localhost. */
function selfSigned(): { key: string; cert: string } {
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '2'],
    ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', '-', '-out', '-'],
  ])
  const both = made.stdout.toString()
  return {
    key: both.slice(0, both.indexOf('-----BEGIN CERT')),
    cert: both.slice(both.indexOf('-----BEGIN CERT')),
  }
}
