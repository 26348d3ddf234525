import { Client as UrqlClient } from '@urql/core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import {
  FollowSecretsDocument,
  type FollowSecretsSubscription,
  WatchRunDocument,
} from '../../packages/client/src/index.ts'
import { resumeExchange } from '../../packages/client/src/urql.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const newToken = async (name: string): Promise<{ id: string; token: string }> =>
  acme.admin.mutate(documents.createApiToken, { input: { workspace: 'acme', name, role: 'MEMBER' } })

/** @param tokenOf asked before each request. */
function connect(tokenOf: () => string, states: boolean[] = []): UrqlClient {
  return new UrqlClient({
    url: `${app.url}/graphql`,
    preferGetMethod: false,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${tokenOf()}`)
      return fetch(input, { ...init, headers })
    },
    exchanges: [resumeExchange({ onConnection: (it) => void states.push(it) })],
  })
}

function followSecrets(client: UrqlClient) {
  const seen: string[][] = []
  const problems: string[] = []
  let isOver = false
  const namesIn = ({ secretsChanged }: FollowSecretsSubscription) =>
    secretsChanged.edges.map(({ node }) => node.name)
  const { unsubscribe } = client
    .subscription(FollowSecretsDocument, { workspace: 'acme', first: 50 })
    .subscribe(({ data, error, hasNext }) => {
      if (data?.secretsChanged) seen.push(namesIn(data))
      if (error && hasNext) problems.push(error.message)
      isOver = !hasNext
    })
  onTestFinished(unsubscribe)
  const until = (name: string) => vi.waitUntil(() => seen.at(-1)?.includes(name), { timeout: 40_000 })
  return { seen, problems, until, isOver: () => isOver }
}

test('a subscription to a run that has ended is over after its last state', async () => {
  const { id } = await acme.createAutomation('Ends', [
    { key: 'set', type: 'set-values', fields: { values: 1 } },
  ])
  const run = await acme.run(id)
  const { token } = await newToken('ends')
  const states: unknown[] = []
  connect(() => token)
    .subscription(WatchRunDocument, { id: run.id })
    .subscribe(({ data, hasNext }) => void states.push([data?.runUpdated.status, hasNext]))
  await vi.waitUntil(() => states.length > 1, { timeout: 20_000 })
  expect(states).toEqual([
    ['SUCCEEDED', true],
    ['SUCCEEDED', false],
  ])
})

test('goes on with a new token when the one that it began with has ended', async () => {
  const first = await newToken('first')
  const second = await newToken('second')
  let { token } = first
  const { problems, until } = followSecrets(connect(() => token))
  await acme.createSecret('BEFORE', 'sk_test_resumed_0123456789')
  await until('BEFORE')
  token = second.token
  await acme.admin.mutate(documents.revokeApiToken, { id: first.id })
  await acme.createSecret('AFTERWARDS', 'sk_test_resumed_0123456789')
  await until('AFTERWARDS')
  expect(problems).toEqual([])
})

test('says so, and ends, when the person may not read it any more', async () => {
  const { id, token } = await newToken('refused')
  const states: boolean[] = []
  const { seen, problems, isOver } = followSecrets(connect(() => token, states))
  await vi.waitUntil(() => seen.length > 0, { timeout: 20_000 })
  await acme.admin.mutate(documents.revokeApiToken, { id })
  await vi.waitUntil(isOver, { timeout: 40_000 })
  expect(problems).toEqual([expect.stringContaining('Sign in')])
  expect(states).toEqual([])
})

test('goes on after a restart of the API, and says that it was away', async () => {
  const { token } = await newToken('restart')
  const states: boolean[] = []
  const { problems, until } = followSecrets(connect(() => token, states))
  await acme.createSecret('BEFORE_RESTART', 'sk_test_resumed_0123456789')
  await until('BEFORE_RESTART')
  const startAgain = await app.stopApi()
  await vi.waitUntil(() => states.at(-1) === false, { timeout: 40_000 })
  await startAgain()
  await acme.createSecret('AFTER_RESTART', 'sk_test_resumed_0123456789')
  await until('AFTER_RESTART')
  expect(states).toEqual([false, true])
  expect(problems).toEqual([])
})
