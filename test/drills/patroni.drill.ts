import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { migrate } from '../../src/store/migrate.ts'
import { createClient } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace } from '../support/workspace.ts'
import { startOneRun, type Target } from './callers.ts'
import { startCountingServer } from './counting-server.ts'
import { missingForPatroni, type PatroniCluster, startPatroniCluster } from './patroni-cluster.ts'
import { type Member, startMember } from './processes.ts'
import { createRandom } from './random.ts'

vi.setConfig({ testTimeout: 900_000 })

// How many runs there are, and how many callers start them.
const RUNS = Number(process.env['PATRONI_RUNS'] ?? 200)
const CALLERS = 10

/** Two workers and two APIs that know both nodes. */
async function startFleet(
  cluster: PatroniCluster,
  log: string[],
): Promise<Record<'workers' | 'apis', Member[]>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'lockstep-drill-'))
  onTestFinished(() => rm(dataFolder, { recursive: true }))
  const options = { databaseUrl: cluster.url, dataFolder, log }
  const start = async (role: 'worker' | 'api') => {
    const member = await startMember(role, options)
    onTestFinished(() => member.stop())
    await member.untilReady()
    return member
  }
  // The first worker makes the root key.
  return {
    workers: [await start('worker'), await start('worker')],
    apis: [await start('api'), await start('api')],
  }
}

async function openTarget(
  apis: readonly Member[],
  service: string,
): Promise<{ target: Target; token: string }> {
  const client = (headers: Record<string, string>) => createClient(apis[0]?.url ?? '', [], headers)
  const people = {
    signUp: async (name: string) => {
      const person = client({})
      await person.signUp(name)
      return person
    },
    withToken: (bearer: string) => client({ authorization: `Bearer ${bearer}` }),
  }
  const workspace = await createTestWorkspace(people, 'drill')
  const fields = { method: 'POST', url: `${service}/{{ trigger.body.n }}`, bodyKind: 'text', body: 'x' }
  const made = await workspace.createAutomation('Drill', [{ key: 'call', type: 'custom-http', fields }])
  const input = { workspace: 'drill', name: 'callers', role: 'MEMBER' }
  const { token } = await workspace.admin.mutate(documents.createApiToken, { input })
  return { target: { id: made.id, hookPath: new URL(made.hookUrl).pathname }, token }
}

test('when Patroni makes the standby the primary, no acknowledged run is lost, none is made twice, and nothing is paused', async (context) => {
  const missing = await missingForPatroni()
  if (missing !== undefined)
    context.skip(`Patroni, etcd or PostgreSQL 15 is not installed: there is no ${missing}`)
  const random = createRandom(Date.now() % 2 ** 31)
  const service = await startCountingServer(random.fork(), '')
  onTestFinished(() => service.close())
  const cluster = await startPatroniCluster()
  onTestFinished(() => cluster.close())
  await migrate(cluster.url, createLogger('silent', 'drill'))
  const log: string[] = []
  const { workers, apis } = await startFleet(cluster, log)
  const { target, token } = await openTarget(apis, service.url)

  const acknowledged = new Set<string>()
  let next = 0
  const call = async () => {
    const caller = { apis, token, random: random.fork() }
    while (next < RUNS) for (const id of await startOneRun(caller, target, next++)) acknowledged.add(id)
  }
  const calling = Promise.all(Array.from({ length: CALLERS }, call))
  await vi.waitUntil(() => service.received.size > RUNS / 3, { timeout: 120_000 })
  const from = Date.now()
  const killed = await cluster.killPrimary()
  await vi.waitUntil(
    () =>
      cluster.query('select 1').then(
        () => true,
        () => false,
      ),
    { timeout: 120_000 },
  )
  const failedOver = Date.now() - from
  await calling

  const unfinished = () => cluster.query('select 1 from run where finished_at is null')
  await vi.waitUntil(async () => (await unfinished()).length === 0, { timeout: 300_000, interval: 500 })
  const runs = await cluster.query<{ id: string; ended: string }>(
    `select workspace_id || '.' || id as id, concat_ws(' ', status, error ->> 'code') as ended from run`,
  )
  const ended: Record<string, number> = {}
  for (const { ended: how } of runs) ended[how] = (ended[how] ?? 0) + 1
  process.stdout.write(
    `patroni: ${RUNS} runs, another primary after ${failedOver} ms, ${JSON.stringify(ended)}\n`,
  )
  expect([...acknowledged].filter((id) => !runs.some((run) => run.id === id))).toEqual([])
  expect([...service.received].filter(([, fates]) => fates.length > 1)).toEqual([])
  expect(await cluster.query('select paused_at as paused from instance')).toEqual([{ paused: null }])
  expect([...workers, ...apis].map((it) => it.endedAlone())).toEqual([0, 0, 0, 0])

  // The old primary comes back as a standby, and everybody stays where they are.
  await killed.start()
  await killed.untilIs('/replica')
  await Promise.all([...workers, ...apis].map((it) => it.untilReady()))
  expect(await startOneRun({ apis, token, random }, target, RUNS)).not.toEqual([])
})
