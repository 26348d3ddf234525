import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectNoCanary } from '../support/canary.ts'
import { createClient } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { collectNotifications, type Notifications } from '../support/notifications.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { startOneRun, type Target } from './callers.ts'
import { type CountingServer, startCountingServer } from './counting-server.ts'
import { disturb } from './disturb.ts'
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts'
import { type Member, startMember } from './processes.ts'
import { createRandom } from './random.ts'

// `CHAOS_RUNS` is the number of runs. `CHAOS_SEED` is the seed that a failure has printed. `npm run drills` makes
// 2,000 runs.
const size = Number(process.env['CHAOS_RUNS'] ?? 60)
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 2 ** 31)
const value = 'canary-value-of-the-chaos-drill-90417'
// The number of callers that start runs at once, and the longest pause after a run, in milliseconds.
const callers = Math.min(25, Math.ceil(size / 15))
const rest = 2000
// About how often something is killed.
const strikes = Math.min(size / 7, 20 + size / 50)
// The part of the runs that must have ended before the killing ends.
const disturbedPart = 0.8
// How long the last runs may take when nothing is killed any more, in milliseconds.
const patience = 180_000 + size * 500

const random = createRandom(seed)
const log: string[] = []
const responses: string[] = []
let folder: string
let postgres: KillablePostgres
let heard: Notifications
let service: CountingServer
let workers: Member[]
let apis: Member[]
let workspace: TestWorkspace
let token: string

beforeAll(async () => {
  process.stdout.write(`chaos: seed ${seed}, ${size} runs\n`)
  folder = await mkdtemp(join(tmpdir(), 'lockstep-drill-'))
  postgres = await startKillablePostgres()
  heard = collectNotifications(postgres)
  service = await startCountingServer(random.fork(), value)
  const options = { databaseUrl: postgres.url, dataFolder: folder, log }
  // The first worker makes the root key.
  workers = [await startMember('worker', options)]
  await workers[0]?.untilReady()
  for (let count = 1; count < 3; count++) workers.push(await startMember('worker', options))
  apis = [await startMember('api', options), await startMember('api', options)]
  await Promise.all([...workers, ...apis].map((it) => it.untilReady()))
  workspace = await openWorkspace(apis[0]?.url ?? '')
}, 600_000)
afterAll(async () => {
  await Promise.all([...workers, ...apis].map((it) => it.stop()))
  await service.close()
  await heard.stop()
  await postgres.close()
  await rm(folder, { recursive: true })
}, 120_000)

async function openWorkspace(url: string): Promise<TestWorkspace> {
  const client = (headers: Record<string, string>) => createClient(url, responses, headers)
  const people = {
    signUp: async (name: string) => {
      const person = client({})
      await person.signUp(name)
      return person
    },
    withToken: (bearer: string) => client({ authorization: `Bearer ${bearer}` }),
  }
  const opened = await createTestWorkspace(people, 'drill')
  await opened.createSecret('KEY', value)
  const input = { workspace: 'drill', name: 'callers', role: 'MEMBER' }
  token = (await opened.admin.mutate(documents.createApiToken, { input })).token
  return opened
}

/** How often a step may reach the service, according to its author. */
type Kind = 'once' | 'retried' | 'repeatable'

const RETRIES = 2

function step(kind: Kind, position: number): object {
  const url = `${service.url}/{{ trigger.body.n }}/${position}/${kind}`
  const key = `step${position}`
  if (kind === 'repeatable') {
    return { key, type: 'repeatable-call', fields: { url, key: '{{ secrets.KEY }}' } }
  }
  const headers = [{ name: 'authorization', value: 'Bearer {{ secrets.KEY }}' }]
  const fields = { method: 'POST', url, headers, bodyKind: 'text', body: 'x' }
  const retry = { count: RETRIES, delaySeconds: 1, on: ['REQUEST_FAILED'] }
  return { key, type: 'custom-http', fields, ...(kind === 'retried' && { retry }) }
}

const plans: readonly (readonly Kind[])[] = [
  ['once', 'once', 'once'],
  ['once', 'retried', 'once'],
  ['once', 'repeatable', 'once'],
]
const planOf = (number: number) => plans[number % plans.length] ?? []

async function createTargets(): Promise<Target[]> {
  const made = plans.map((kinds) => workspace.createAutomation('Drill', kinds.map(step)))
  return (await Promise.all(made)).map(({ id, hookUrl }) => ({ id, hookPath: new URL(hookUrl).pathname }))
}

/** @returns the acknowledged ids by the number of the run. */
async function startAllRuns(targets: readonly Target[]): Promise<Map<number, Set<string>>> {
  const acknowledged = new Map<number, Set<string>>()
  let next = 0
  const call = async () => {
    const caller = { apis, token, random: random.fork() }
    while (next < size) {
      const number = next++
      const target = targets[number % targets.length] as Target
      acknowledged.set(number, new Set(await startOneRun(caller, target, number)))
      await sleep(caller.random.between(0, rest))
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return acknowledged
}

async function untilEnded(part: number, milliseconds: number): Promise<void> {
  const sql = `select count(*)::int as ended from run where finished_at is not null`
  const until = Date.now() + milliseconds
  for (;;) {
    // The database may be down at the moment.
    const [row] = await postgres.query<{ ended: number }>(sql).catch(() => [])
    if ((row?.ended ?? 0) >= size * part) return
    if (Date.now() > until) throw new Error(`of ${size} runs, ${row?.ended} have ended`)
    await sleep(500)
  }
}

interface EndedRun {
  id: string
  number: number | null
  status: string
  code: string | null
}

const readRuns = () =>
  postgres.query<EndedRun>(
    `select workspace_id || '.' || id as id, (input #>> '{body,n}')::int as number, status, error ->> 'code' as code
       from run`,
  )

function mostAllowed(kind: Kind): number {
  return kind === 'repeatable' ? Number.POSITIVE_INFINITY : kind === 'retried' ? 1 + RETRIES : 1
}

/** The requests of a run that reached the service, by step. */
const sentOf = (number: number) =>
  planOf(number).map((kind, position) => {
    const fates = service.received.get(`/${number}/${position}/${kind}`) ?? []
    return { number, position, kind, fates }
  })

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1
  return counts
}

test(
  'every acknowledged run ends and no unrepeatable step is sent twice, whichever process is killed',
  async () => {
    const from = Date.now()
    const targets = await createTargets()
    const quiet = new AbortController()
    const progress = { requests: () => service.received.size, every: (size * 3) / strikes }
    const disturbing = disturb({ workers, apis, postgres }, progress, random.fork(), quiet.signal)
    const acknowledged = await startAllRuns(targets)
    await untilEnded(disturbedPart, patience)
    quiet.abort()
    const killed = await disturbing
    const quietFrom = Date.now()
    await untilEnded(1, patience)
    const runs = await readRuns()
    const seconds = (until: number, since: number) => Math.round((until - since) / 1000)
    const report = {
      seed,
      runs: runs.length,
      seconds: seconds(Date.now(), from),
      lastSeconds: seconds(Date.now(), quietFrom),
      killed,
      ended: countBy(runs, ({ status, code }) => (code ? `${status} ${code}` : status)),
      requests: countBy([...service.received.values()].flat(), (fate) => fate),
      refused: service.refused(),
      endedAlone: [...workers, ...apis].reduce((sum, it) => sum + it.endedAlone(), 0),
    }
    process.stdout.write(`chaos: ${JSON.stringify(report)}\n`)

    // No acknowledged run is lost, and each key belongs to one run.
    const ids = new Set(runs.map(({ id }) => id))
    expect(acknowledged.size).toBe(size)
    expect([...acknowledged].filter(([, own]) => own.size !== 1)).toEqual([])
    expect([...acknowledged.values()].filter(([id]) => !ids.has(id ?? ''))).toEqual([])
    expect(ids.size).toBe(size)

    const numbers = runs.map(({ number }) => number ?? -1)
    expect(new Set(numbers).size).toBe(size)
    const sent = numbers.flatMap(sentOf)
    expect(sent.filter(({ kind, fates }) => fates.length > mostAllowed(kind))).toEqual([])
    // A successful run has done all its work: the last request of each step was answered.
    const succeeded = runs.filter(({ status }) => status === 'SUCCEEDED').map(({ number }) => number ?? -1)
    expect(succeeded.flatMap(sentOf).filter(({ fates }) => !fates.includes('answered'))).toEqual([])
    // Other runs ended because the service reset a connection, or a worker died.
    const others = runs.filter(({ status }) => status !== 'SUCCEEDED')
    expect(others.filter(({ code }) => code !== 'REQUEST_FAILED' && code !== 'INTERRUPTED')).toEqual([])

    expect(service.withoutKey()).toBe(0)
    const lines = [...log, ...(await postgres.log())]
    const database = { ...postgres, drop: postgres.close }
    const notifications = heard.payloads
    await expectNoCanary([value], { database, log: lines, responses, notifications })
  },
  600_000 + size * 1000,
)
