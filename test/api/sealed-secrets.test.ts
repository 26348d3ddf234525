import { CompactEncrypt, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { type SealingKey, sealAsClient } from './seal-as-client.ts'

const value = 'sk_sealed_by_the_client_🔑/+="0123'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let key: SealingKey

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  key = await sealingKey('acme')
})
afterAll(async () => {
  await echo.close()
  await app.close()
})

async function sealingKey(workspace: string): Promise<SealingKey> {
  const { data } = await acme.admin.graphql(documents.sealingKey, { workspace })
  return data.sealingKey
}

const seal = (name: string, text = value, header: object = {}, jwk = key.jwk) =>
  sealAsClient({ ...key, jwk }, { workspace: 'acme', name }, text, header)

test('the sealing key has no private part', () => {
  expect(key).toEqual({
    kid: expect.stringMatching(/^[\w-]{43}$/),
    jwk: { kty: 'OKP', crv: 'X25519', x: expect.stringMatching(/^[\w-]{43}$/) },
  })
})

test('a value that the client sealed is stored unchanged, and reaches the service', async () => {
  // A worker would seal a value without a policy again, once a minute.
  const sealedValue = await seal('CLIENT_KEY', value, { pol: {} })
  const input = { workspace: 'acme', name: 'client key', sealedValue }
  const { secret } = await acme.admin.mutate(documents.createSecret, { input })
  expect(secret.name).toBe('CLIENT_KEY')
  const rows = await app.database.query(`select sealed, kid from secret where name = 'CLIENT_KEY'`)
  expect(rows).toEqual([{ sealed: sealedValue, kid: key.kid }])
  expect(await sentFor('CLIENT_KEY')).toBe(value)

  const changed = await seal('CLIENT_KEY', `${value} changed`)
  await acme.admin.mutate(documents.updateSecret, { input: { ...input, sealedValue: changed } })
  expect(await sentFor('CLIENT_KEY')).toBe(`${value} changed`)
})

async function sentFor(name: string): Promise<unknown> {
  const fields = {
    method: 'POST',
    url: echo.url,
    bodyKind: 'json',
    body: `{ "key": "{{ secrets.${name} }}" }`,
  }
  const automation = await acme.createAutomation('Send', [{ key: 'call', type: 'custom-http', fields }])
  const run = await acme.run(automation.id)
  expect(run).toMatchObject({ status: 'SUCCEEDED', steps: [{ secrets: [name] }] })
  expect(JSON.parse(run.output.body.body).key).toContain(`[secret ${name}]`)
  return JSON.parse(echo.received.at(-1)?.body ?? '').key
}

const name = 'REFUSED_KEY'
const refusals: [string, () => Promise<string>, RegExp][] = [
  ['for another workspace', () => seal(name, value, { ws: 'globex' }), /its ws must be the workspace/],
  ['for another name', () => seal('OTHER_KEY'), /its name must be the name/],
  ['for a name in another spelling', () => seal('refused key'), /its name must be the name/],
  ['with the kid of another key', () => seal(name, value, { kid: 'A'.repeat(43) }), /current key/],
  ['with a header of its own', () => seal(name, value, { cty: 'text' }), /its header must have exactly/],
  ['with a weaker cipher', () => seal(name, value, { enc: 'A128GCM' }), /its enc must be A256GCM/],
  ['for a key of another kind', () => sealForRsa(), /alg must be ECDH-ES|encrypted key is not empty/],
  ['empty', () => seal(name, ''), /the value in it is empty/],
  ['over 64 KiB', () => seal(name, 'x'.repeat(65_537)), /at most 65536 are allowed/],
  ['without its tag', async () => (await seal(name)).replace(/\.[^.]+$/, ''), /five parts/],
]

async function sealForRsa(): Promise<string> {
  const { publicKey } = await generateKeyPair('RSA-OAEP-256')
  return new CompactEncrypt(new TextEncoder().encode(value))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: key.kid, ws: 'acme', name })
    .encrypt(publicKey)
}

test.each(refusals)(
  'a value that is sealed %s is refused, and nothing changes',
  async (_what, make, says) => {
    const sealedValue = await make()
    const before = await readRows(app.database)
    const input = { workspace: 'acme', name, sealedValue }
    const { data } = await acme.admin.graphql(documents.createSecret, { input })
    expect(data.createSecret).toMatchObject({ code: 'SEALED_VALUE_REJECTED' })
    expect(data.createSecret.message).toMatch(says)
    expect(data.createSecret.message).not.toContain(sealedValue)
    expect(await readRows(app.database)).toEqual(before)
  },
)

test('a sealed value whose length is too short is refused', async () => {
  const input = { workspace: 'acme', name, sealedValue: await seal(name, 'abc') }
  const { data } = await acme.admin.graphql(documents.createSecret, { input })
  expect(data.createSecret).toMatchObject({
    code: 'INVALID_VALUE',
    message: expect.stringMatching(/at least 4 characters/),
  })
  expect(await app.database.query(`select * from secret where name = '${name}'`)).toEqual([])
})

test("a value sealed with another workspace's key under our kid ends the step with an error that names the secret", async () => {
  await acme.admin.mutate(documents.createWorkspace, { input: { id: 'globex', name: 'Globex' } })
  const foreign = await sealingKey('globex')
  const sealedValue = await seal('UNREADABLE', value, {}, foreign.jwk)
  const input = { workspace: 'acme', name: 'UNREADABLE', sealedValue }
  await acme.admin.mutate(documents.createSecret, { input })
  const received = echo.received.length
  const fields = { url: `${echo.url}/{{ secrets.UNREADABLE }}` }
  const { result } = await acme.admin.mutate(documents.testStep, {
    input: { workspace: 'acme', step: { key: 'call', type: 'custom-http', fields } },
  })
  expect(result).toMatchObject({ status: 'FAILED', error: { code: 'SECRET_UNREADABLE' } })
  expect(result.error.message).toContain('UNREADABLE')
  expect(echo.received).toHaveLength(received)
})

test('the value is not in the database, the log or an answer', () => app.expectNoCanary(value))
