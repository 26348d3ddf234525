import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { startWorkerHere, type WorkerHere } from '../support/worker-here.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const secret = 'a-client-secret-that-nobody-sees-4711'

let app: TestApp
let second: WorkerHere
let folder: string
let workspace: TestWorkspace
let server: TokenServer
let automation: string

beforeAll(async () => {
  const few = { LOCKSTEP_WORKER_CONCURRENCY: '2' }
  app = await startTestApp({ env: few })
  folder = await mkdtemp(join(tmpdir(), 'lockstep-second-'))
  second = await startWorkerHere({
    ...few,
    LOCKSTEP_DATA: folder,
    DATABASE_URL: app.database.url.reveal(),
    LOCKSTEP_ROOT_KEY_FILE: app.config.rootKeyFile,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    LOCKSTEP_LOG: 'debug',
  })
  server = await startTokenServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('CLIENT_SECRET', secret)
  const steps = [
    {
      key: 'token',
      type: 'oauth2-token',
      fields: {
        tokenUrl: server.tokenUrl,
        clientId: 'app',
        clientSecret: '{{ secrets.CLIENT_SECRET }}',
        checkUrl: server.apiUrl,
      },
    },
    {
      key: 'call',
      type: 'custom-http',
      fields: {
        url: server.apiUrl,
        headers: [{ name: 'authorization', value: '{{ steps.token.output.authorization }}' }],
      },
    },
  ]
  automation = (await workspace.createAutomation('Call', steps)).id
})
afterAll(async () => {
  await app.expectNoCanary(secret, ...server.given)
  await second.stop()
  await app.close()
  await rm(folder, { recursive: true })
  await server[Symbol.asyncDispose]()
})

const runs = (count: number) => Promise.all(Array.from({ length: count }, () => workspace.run(automation)))

test('runs in two workers at once ask for one token, and nobody sees it', async () => {
  const ended = await runs(10)
  expect(new Set(ended.map(({ status, error }) => error?.message ?? status))).toEqual(new Set(['SUCCEEDED']))
  expect(server.asked).toHaveLength(1)
  expect(new Set(server.used)).toEqual(new Set([`Bearer ${server.given[0]}`]))
  expect(ended[0]?.steps[0]?.output).toMatchObject({
    accessToken: '[secret CLIENT_SECRET]',
    authorization: 'Bearer [secret CLIENT_SECRET]',
  })
  const ends = [app.log, second.output].map(
    (lines) => lines.filter((line) => line.includes('run ended')).length,
  )
  expect(ends.every((it) => it > 0)).toBe(true)
})

test('a token that the service refuses is replaced once, however many runs find that out', async () => {
  const before = server.asked.length
  server.given.push('another-token-that-was-given-elsewhere')
  expect((await runs(6)).every(({ status }) => status === 'SUCCEEDED')).toBe(true)
  expect(server.asked).toHaveLength(before + 1)
})

test('a token is renewed before it expires', async () => {
  await database('delete from step_cache')
  const before = server.asked.length
  server.expiresIn = 61
  await runs(1)
  await database(`update step_cache set expires_at = expires_at - interval '2 seconds'`)
  await runs(1)
  server.expiresIn = 3600
  expect(server.asked).toHaveLength(before + 2)
})

test('a replaced client secret is asked with anew', async () => {
  await runs(1)
  const before = server.asked.length
  const input = { workspace: 'acme', name: 'CLIENT_SECRET', value: `${secret}-2` }
  await workspace.admin.mutate(documents.updateSecret, { input })
  await runs(1)
  expect(server.asked).toHaveLength(before + 1)
  const [, pair = ''] = String(server.asked.at(-1)?.['authorization']).split(' ')
  expect(Buffer.from(pair, 'base64').toString()).toBe(`app:${secret}-2`)
})

const database = (sql: string) => app.database.query(sql)
