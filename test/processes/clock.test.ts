import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseTime, setDatabaseTime } from '../../src/database-time.ts'
import { ClockWatch, measureClock } from '../../src/store/clock-watch.ts'
import { newRowId } from '../../src/store/row-id.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createClient, post } from '../support/client.ts'
import { runCommand } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000 })

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const shifted = ['--import', join(process.cwd(), 'test/support/shifted-clock.ts'), main]
const value = 'value-under-a-wrong-clock-5521'
const steps = [{ key: 'told', type: 'set-values', fields: { values: { at: 'now' } } }]

let app: TestApp
let acme: TestWorkspace
let token: string
let store: Store
let folder: string
let running: LockstepProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-clock-'))
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
  const input = { workspace: 'acme', name: 'clock', role: 'ADMIN' }
  token = (await acme.admin.mutate(documents.createApiToken, { input })).token
  await app.stopWorker()
  store = await openStore(app.database.url)
})
beforeEach(() =>
  app.database.query(
    'delete from run_job; truncate run, step_run; delete from automation; delete from run_clock',
  ),
)
afterEach(async () => {
  await Promise.all(running.map((it) => it.stop()))
  running = []
})
afterAll(async () => {
  await store.close()
  await app.expectNoCanary(value)
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const clockFile = () => join(folder, 'clock')
const setClock = (milliseconds: number) => writeFile(clockFile(), String(milliseconds))

function settings(): NodeJS.ProcessEnv {
  const { databaseUrl, dataFolder } = app.config
  return {
    TEST_CLOCK_FILE: clockFile(),
    DATABASE_URL: databaseUrl?.reveal(),
    LOCKSTEP_DATA: dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    PORT: '0',
    LOCKSTEP_WORKER_PORT: '0',
  }
}

/** A real process whose clock is wrong by so many milliseconds. */
async function startShifted(role: 'worker' | 'api', milliseconds: number): Promise<LockstepProcess> {
  await setClock(milliseconds)
  const child = startLockstep([...shifted, role], settings(), app.log.splice(app.log.length))
  running.push(child)
  return child
}

const portOf = (line: string): number => JSON.parse(line).port
const readiness = async (port: number) => {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
  return { status: answer.status, body: await answer.text() }
}

const count = async (table: string) => (await app.database.query(`select 1 from ${table}`)).length

/** An old run, though not too old, a run that waits, and a schedule that is due. */
async function addWork(): Promise<void> {
  await app.database.query(
    `insert into run (workspace_id, id, steps, status, created_at, finished_at)
     select 'acme', gen_random_uuid(), '[]', 'SUCCEEDED', now() - interval '89 days', now() from generate_series(1, 3)`,
  )
  const automation = await acme.createAutomation('waits', steps)
  await acme.admin.mutate(documents.runAutomation, { input: { automation: automation.id } })
  const input = {
    workspace: 'acme',
    name: 'scheduled',
    steps,
    schedule: { cron: '* * * * *', timeZone: 'UTC' },
  }
  await acme.admin.mutate(documents.createScheduled, { input })
  await app.database.query(
    `update automation set next_run_at = date_trunc('minute', now()) where next_run_at is not null`,
  )
}

describe('a worker whose clock is 100 days ahead', () => {
  test('deletes nothing, takes no run and starts no schedule until its clock is right', async () => {
    await addWork()
    const worker = await startShifted('worker', 100 * DAY)
    const { port } = JSON.parse(await worker.untilSays(/takes no runs yet/))
    await worker.untilSays(
      /"level":"error".*the clock of this machine is 100 days ahead of the database's.*NTP/,
    )
    const heartbeats = async () =>
      (await app.database.query<{ at: string }>(`select seen_at::text as at from run_worker`))[0]?.at
    const first = await heartbeats()
    // The queue looks for runs every two seconds and reports every three.
    await vi.waitUntil(async () => (await heartbeats()) !== first, { timeout: 30_000, interval: 100 })
    expect(await count('run')).toBe(4)
    expect(
      await app.database.query(`select 1 from run where status <> 'QUEUED' and finished_at is null`),
    ).toEqual([])
    expect(await app.database.query('select 1 from run_job where worker is not null')).toEqual([])
    expect(await readiness(port)).toEqual({
      status: 503,
      body: expect.stringContaining('the clock of this machine is 100 days ahead'),
    })

    await setClock(0)
    await worker.untilSays(/clocks of this machine and of the database agree again/)
    await vi.waitUntil(
      async () => (await count(`run where trigger = 'SCHEDULE' and status = 'SUCCEEDED'`)) > 0,
      {
        timeout: 90_000,
        interval: 200,
      },
    )
    expect(await count(`run where created_at < now() - interval '80 days'`)).toBe(3)
    expect(await count(`run where status = 'QUEUED'`)).toBe(0)
    expect(await readiness(port)).toMatchObject({ status: 200 })
  })
})

test('a worker whose clock is half a minute behind says so once, and works', async () => {
  await addWork()
  const worker = await startShifted('worker', -MINUTE / 2)
  await worker.untilSays(/"msg":"worker takes runs"/)
  await vi.waitUntil(async () => (await count(`run where status = 'QUEUED'`)) === 0, { timeout: 30_000 })
  const told = worker.output.filter((line) => line.includes('behind the database'))
  expect(told).toEqual([
    expect.stringMatching(/"level":"warn".*clock of this machine is \d\d seconds behind/),
  ])
})

describe('an API whose clock is 100 days ahead', () => {
  test('keeps sessions, refuses sign-in in words, and stores times and ids of the database', async () => {
    const api = await startShifted('api', 100 * DAY)
    const port = portOf(await api.untilSays(/"msg":"API listens"/))
    await api.untilSays(/"level":"error".*100 days ahead/)
    const url = `http://127.0.0.1:${port}`
    const cookie = await cookieOf()
    const sessions = await count('auth_session')
    const person = createClient(url, app.responses, { cookie })
    const { errors } = await person.graphql('{ viewer { name } }')
    expect(errors?.[0]?.message).toMatch(
      /Nobody can be signed in here now: the clock of this machine is 100 days/,
    )
    expect(await count('auth_session')).toBe(sessions)
    const signIn = await person.request(
      '/api/auth/sign-in/email',
      post({ email: 'a@example.com', password: 'x' }),
    )
    expect(signIn).toMatchObject({ status: 503, text: expect.stringContaining('100 days ahead') })
    expect(await readiness(port)).toMatchObject({ status: 503 })

    const admin = createClient(url, app.responses, { authorization: `Bearer ${token}` })
    const input = {
      workspace: 'acme',
      name: 'hourly',
      steps,
      schedule: { cron: '0 * * * *', timeZone: 'UTC' },
    }
    const { automation } = await admin.mutate(documents.createScheduled, { input })
    const [row] = await app.database.query(
      `select next_run_at > now() and next_run_at < now() + interval '61 minutes' as next,
              abs(extract(epoch from now() - created_at)) < 60 as created from automation where id = $1`,
      [automation.id.split('.')[1]],
    )
    expect(row).toEqual({ next: true, created: true })
    await admin.mutate(documents.runAutomation, { input: { automation: automation.id } })
    const [event] = await app.database.query<{ id: string; fresh: boolean }>(
      `select id, abs(extract(epoch from now() - at)) < 60 as fresh from audit_event
        where action = 'automation.create' order by at desc limit 1`,
    )
    expect(event?.fresh).toBe(true)
    const [run] = await app.database.query<{ id: string }>('select id from run')
    for (const id of [event?.id, run?.id]) expect(Math.abs(timeOf(id ?? '') - Date.now())).toBeLessThan(DAY)
  })
})

/** The cookie with which the admin is signed in. */
async function cookieOf(): Promise<string> {
  const visitor = app.visitor()
  const { headers } = await visitor.request(
    '/api/auth/sign-in/email',
    post({ email: acme.admin.email, password: 'correct horse battery staple' }),
  )
  return headers
    .getSetCookie()
    .map((it) => it.split(';', 1)[0])
    .join('; ')
}

/** When a UUIDv7 was made, in milliseconds since 1970. */
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)

test('a command and doctor say that the clocks differ', async () => {
  await setClock(-2 * 60 * MINUTE)
  const env = settings()
  const doctor = await runCommand(process.execPath, [...shifted, 'doctor'], env)
  expect(doctor.code).toBe(1)
  expect(doctor.stdout).toMatch(
    /✗ clock: The clock of this machine is 2 hours behind the database's\..*takes no runs/,
  )
  const keys = await runCommand(process.execPath, [...shifted, 'keys', 'list'], env)
  expect(keys).toMatchObject({ code: 0, stderr: expect.stringContaining('2 hours behind') })
  await setClock(0)
  const right = await runCommand(process.execPath, [...shifted, 'doctor'], env)
  expect(right.stdout).toContain('✓ clock')
})

describe('the time of the database', () => {
  afterEach(() => void vi.useRealTimers())

  test('does not follow a step of this machine’s clock, nor do ids', async () => {
    await measureClock(store)
    const before = Date.now()
    vi.useFakeTimers({ now: before + 100 * DAY, toFake: ['Date'] })
    expect(Math.abs(databaseTime().getTime() - before)).toBeLessThan(DAY)
    expect(Math.abs(timeOf(newRowId()) - before)).toBeLessThan(DAY)
    expect(await measureClock(store)).toBeGreaterThan(99 * DAY)
  })

  test('is not taken from an answer that was long on its way, once there is a better one', () => {
    setDatabaseTime(Date.now(), performance.now(), 0)
    setDatabaseTime(0, performance.now(), 20_000)
    expect(databaseTime().getTime()).toBeGreaterThan(DAY)
  })

  test('a difference within the wait for the answer counts as agreement', async () => {
    const slow = {
      em: () => ({ execute: async () => [{ now: String(Date.now() - 50) }] }),
    } as unknown as Store
    expect(Math.abs(await measureClock(slow))).toBeLessThanOrEqual(60)
    const watch = new ClockWatch(slow, app.logger)
    await watch.look()
    expect(watch.problem()).toBeUndefined()
    await measureClock(store)
  })

  test('gives later ids later in order, also within a millisecond and after a small correction', () => {
    const ids = Array.from({ length: 2000 }, () => newRowId())
    setDatabaseTime(databaseTime().getTime() - 500, performance.now(), 0)
    ids.push(...Array.from({ length: 100 }, () => newRowId()))
    expect(ids.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
