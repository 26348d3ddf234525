import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const secret = 'a-token-that-nobody-sees-4711'
const source = `
import { defineStep, field } from '@lockstep/steps'
let works = 0
export default defineStep({
  type: 'post',
  title: 'Post',
  description: 'Posts.',
  fields: {
    server: field.url({ label: 'Server', required: true }),
    token: field.text({ label: 'Token', required: true, secrets: true }),
    channel: field.text({ label: 'Channel', required: true }),
  },
  output: {},
  destinations: ({ server }) => [new URL(server).origin],
  choices: {
    async channel({ server, token }, { http, log }) {
      await http(server, { method: 'POST', headers: { authorization: token }, body: token })
      log.info('asked with ' + token.reveal())
      return [{ value: 'general', label: 'for ' + token.reveal() }, ...Array.from({ length: 900 }, (_, at) => ({ value: 'c' + at }))]
    },
  },
  async check({ server, token }, { http }) {
    const { status } = await http(server, { headers: { authorization: token } })
    return 'It answers ' + status
  },
  run: () => ({ works: ++works }),
})
`

let app: TestApp
let folder: string
let workspace: TestWorkspace
let server: EchoServer
let tokens: TokenServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-asked-'))
  await writeFile(join(folder, 'package.json'), '{"name": "post", "type": "module"}')
  await writeFile(join(folder, 'post.js'), source)
  server = await startEchoServer()
  tokens = await startTokenServer()
  app = await startTestApp({ env: { LOCKSTEP_PLUGINS: join(folder, 'post.js') } })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('TOKEN', secret)
})
afterAll(async () => {
  await app.expectNoCanary(secret, ...tokens.given)
  await app.close()
  await server.close()
  await tokens[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const fields = () => ({ server: server.url, token: '{{ secrets.TOKEN }}' })
const ask = async (asked: object, more: object = {}, type = 'post') => {
  const input = { workspace: 'acme', step: { key: 'post', type, fields: { ...fields(), ...more } }, ...asked }
  return (await workspace.admin.mutate(documents.testStep, { input })).result
}

test('choices come from the service by the worker, bounded and redacted, while required fields are empty', async () => {
  const { status, output, error, secrets } = await ask({ choicesOf: 'channel' })
  expect([status, error, secrets]).toEqual(['SUCCEEDED', null, ['TOKEN']])
  expect(output).toHaveLength(500)
  expect(output.slice(0, 2)).toEqual([
    { value: 'general', label: 'for [secret TOKEN]' },
    { value: 'c0', label: 'c0' },
  ])
  expect(server.received.at(-1)).toMatchObject({ headers: { authorization: secret } })
  expect(app.log.some((line) => line.includes('asked with [secret TOKEN]'))).toBe(true)
})

test('that a form has used a secret is on record, with what it asked for', async () => {
  await ask({ check: true })
  const query = `query { auditLog(workspace: "acme", first: 50) { action target detail } }`
  const { data, errors } = await workspace.admin.graphql(query)
  const shown = JSON.stringify(errors ?? data)
  expect(shown).toContain('secret.use')
  expect(shown).toContain('"asked":"check"')
})

test('the connection is tested, and nothing else is done', async () => {
  expect(await ask({ check: true })).toMatchObject({ status: 'SUCCEEDED', output: 'It answers 200' })
  const { output } = await ask({}, { channel: 'general' })
  expect(output).toEqual({ works: 1 })
})

test('a secret goes only where it may, also when a form asks', async () => {
  await workspace.createSecret('BOUND', 'a-bound-value-0815')
  const policy = {
    workspace: 'acme',
    name: 'BOUND',
    value: 'a-bound-value-0815',
    allowedHosts: ['api.example.com'],
  }
  await workspace.admin.mutate(documents.updateSecret, { input: policy })
  const before = server.received.length
  for (const asked of [{ check: true }, { choicesOf: 'channel' }]) {
    const { error } = await ask(asked, { token: '{{ secrets.BOUND }}' })
    expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
  }
  expect(server.received.length).toBe(before)
})

test('what cannot be asked, or is written wrong, is refused in words', async () => {
  const refusal = async (asked: object, more?: object, type?: string) =>
    ask(asked, more, type).catch((it: Error) => it.message)
  expect(await refusal({ choicesOf: 'token' })).toContain('has no choices for the field')
  expect(await refusal({ check: true }, {}, 'wait')).toContain('has no connection to test')
  expect(await refusal({ check: true }, { server: '{{ secrets.TOKEN }}' })).toContain('SECRET_NOT_ALLOWED')
})

test("Lockstep's own step type tests its connection too", async () => {
  const given = (clientSecret: string) =>
    ask(
      { check: true },
      { server: undefined, token: undefined, tokenUrl: tokens.tokenUrl, clientId: 'app', clientSecret },
      'oauth2-token',
    )
  const { output, error } = await given('{{ secrets.TOKEN }}')
  expect(error).toBeNull()
  expect(output).toBe('The service gives a token.')
})
