import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { signWorkspaceKey } from '../../src/vault/key-statements.ts'
import { parseRootKey } from '../../src/vault/opening.ts'
import type { SealingKey } from '../../src/vault/vouched-key.ts'
import { makeCertificate } from '../keys/certificates.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type CommandResult, runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { untilSigned } from '../support/until-signed.ts'
import { createTestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const value = 'sk_behind_a_proxy_40917'

/** A proxy between the command and the API, which changes the sealing key as it is told. */
let proxy: { url: string; server: Server; change: (key: SealingKey) => SealingKey; seen: string[] }
let app: TestApp
let folder: string
let token: string
let fingerprint: string
let attacker: { key: SealingKey; fingerprint: string }

beforeAll(async () => {
  app = await startTestApp()
  folder = await mkdtemp(join(tmpdir(), 'lockstep-vouched-'))
  const acme = await createTestWorkspace(app, 'acme')
  const input = { workspace: 'acme', name: 'ci', role: 'ADMIN' }
  token = (await acme.admin.mutate(documents.createApiToken, { input })).token
  await untilSigned(app.database)
  proxy = await startProxy()
  attacker = await makeAttacker()
  ;[{ fingerprint = '' } = {}] = await app.database.query<{ fingerprint: string }>(
    `select fingerprint from root_certificate where kind = 'ROOT'`,
  )
})
afterEach(async () => {
  proxy.change = (key) => key
  proxy.seen = []
  await rm(join(folder, 'lockstep'), { recursive: true, force: true })
})
afterAll(async () => {
  proxy.server.close()
  await app.close()
  await rm(folder, { recursive: true })
})

async function startProxy(): Promise<typeof proxy> {
  const state = { change: (key: SealingKey) => key, seen: [] as string[] }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    proxy.seen.push(body)
    const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' }
    const answer = (await (
      await fetch(`${app.url}${request.url}`, { method: 'POST', headers, body })
    ).json()) as {
      data?: { sealingKey?: SealingKey }
    }
    if (answer.data?.sealingKey) answer.data.sealingKey = proxy.change(answer.data.sealingKey)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { ...state, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The proxy's own key, with a matching certificate and signature. */
async function makeAttacker(): Promise<typeof attacker> {
  const { certificate, key } = makeCertificate()
  const { certificate: read, sign } = parseRootKey('test', Buffer.from(certificate + key))
  const { x = '' } = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'X25519' })).publicKey)
  const jwk = { kty: 'OKP', crv: 'X25519', x } as const
  const kid = await calculateJwkThumbprint(jwk)
  if (!sign) throw new Error('it cannot sign')
  const signature = await signWorkspaceKey(
    { certificate: read, sign },
    { workspace: 'acme', kid, generation: 1 },
  )
  return {
    key: { kid, jwk, signature, rootCertificate: read.pem, successions: [] },
    fingerprint: read.fingerprint,
  }
}

const set = (name: string, ...args: string[]): Promise<CommandResult> =>
  runLockstep(
    ['secrets', ...args, 'set', name, '--any-host'],
    { LOCKSTEP_URL: proxy.url, LOCKSTEP_TOKEN: token, XDG_CONFIG_HOME: folder },
    value,
  )

const knownRoots = join('lockstep', 'known-roots.json')

/** Checks that the command reports why it fails, has sent no sealed value, and has stored nothing. */
async function expectRefused(result: CommandResult, ...says: string[]): Promise<void> {
  expect([result.code, result.stdout]).toEqual([1, ''])
  for (const text of says) expect(result.stderr).toContain(text)
  expect(proxy.seen.length).toBeGreaterThan(0)
  expect(proxy.seen.filter((it) => it.includes('sealedValue'))).toEqual([])
  expect(await app.database.query(`select 1 from secret where name = 'REFUSED'`)).toEqual([])
}

test('the first fingerprint is remembered in a private file, and the same one is accepted', async () => {
  const first = await set('FIRST')
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`is vouched for by ${fingerprint}`)])
  expect((await stat(join(folder, knownRoots))).mode & 0o777).toBe(0o600)
  const known = JSON.parse(await readFile(join(folder, knownRoots), 'utf8'))
  expect(known).toEqual({ [proxy.url]: { acme: { fingerprint, kid: expect.any(String), generation: 1 } } })
  expect(await set('FIRST')).toMatchObject({ code: 0, stderr: '' })
})

test('a proxy that swaps the key, or key, signature and certificate, is refused', async () => {
  await set('FIRST')
  proxy.seen = []
  const swaps: ((key: SealingKey) => SealingKey)[] = [
    (key) => ({ ...key, kid: attacker.key.kid, jwk: attacker.key.jwk }),
    (key) => ({ ...key, jwk: attacker.key.jwk }),
    (key) => ({ ...key, ...attacker.key, rootCertificate: key.rootCertificate }),
    (key) => ({ ...key, signature: null }),
    ({ kid, jwk }) => ({ kid, jwk }),
  ]
  for (const change of swaps) {
    proxy.change = change
    await expectRefused(await set('REFUSED'), '--fingerprint')
  }
  proxy.change = () => attacker.key
  await expectRefused(await set('REFUSED'), fingerprint, attacker.fingerprint)
  proxy.change = (key) => ({ ...attacker.key, successions: key.successions })
  await expectRefused(await set('REFUSED'), fingerprint, attacker.fingerprint)
})

test('a proxy is refused even the first time with --fingerprint', async () => {
  proxy.change = () => attacker.key
  await expectRefused(await set('REFUSED', '--fingerprint', fingerprint), fingerprint, attacker.fingerprint)
  proxy.change = (key) => ({ ...key, signature: null })
  await expectRefused(await set('REFUSED', '--fingerprint', fingerprint), fingerprint)
  proxy.change = (key) => key
  const colons = (fingerprint.toUpperCase().match(/../g) ?? []).join(':')
  expect((await set('GIVEN', '--fingerprint', colons)).code).toBe(0)
  expect(await set('GIVEN', '--fingerprint', 'abc')).toMatchObject({
    stderr: expect.stringContaining('64 hex'),
  })
})

test('another workspace on the same server must be vouched for by the same key', async () => {
  await set('FIRST')
  const known = join(folder, knownRoots)
  const all = JSON.parse(await readFile(known, 'utf8'))
  await writeFile(known, JSON.stringify({ [proxy.url]: { globex: all[proxy.url].acme } }))
  proxy.change = () => attacker.key
  proxy.seen = []
  await expectRefused(await set('REFUSED'), fingerprint, attacker.fingerprint)
  proxy.change = (key) => key
  expect((await set('FIRST')).code).toBe(0)
})

test('a damaged file of fingerprints stops the command, and an unwritable one is reported', async () => {
  await set('FIRST')
  await writeFile(join(folder, knownRoots), '{')
  proxy.seen = []
  const damaged = await set('REFUSED')
  expect([damaged.code, damaged.stderr]).toEqual([78, expect.stringContaining('known-roots.json')])
  expect(proxy.seen).toEqual([])
  await rm(join(folder, 'lockstep'), { recursive: true })
  await writeFile(join(folder, 'lockstep'), 'a file where the folder would be')
  expect(await set('FIRST')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`give --fingerprint ${fingerprint}`),
  })
})

test('without a vouching key the command warns and continues', async () => {
  proxy.change = (key) => ({ ...key, signature: null })
  const result = await set('UNVOUCHED')
  expect([result.code, result.stderr]).toEqual([
    0,
    expect.stringContaining('Nothing vouches for the key of acme'),
  ])
})
