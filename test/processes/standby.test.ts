import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Examination } from '../../src/doctor/check.ts'
import { checkReplication } from '../../src/doctor/replication-checks.ts'
import { Releasers } from '../../src/processes/releasers.ts'
import { checkReadiness, databaseChecks } from '../../src/store/readiness.ts'
import { openStore } from '../../src/store/store.ts'
import { type AppOn, startAppOn } from '../support/app-on.ts'
import * as documents from '../support/documents.ts'
import { freePorts, main, statusOf } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'
import { createPostgresCluster, createStandby, type PostgresCluster } from '../support/postgres-cluster.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const undo = new Releasers()
let primary: PostgresCluster
let standby: PostgresCluster

beforeAll(async () => {
  primary = await createPostgresCluster()
  undo.add(() => primary.remove())
  standby = await createStandby(primary, 'second')
  undo.add(() => standby.remove())
})
afterAll(() => undo.release())

const waitFor = (app: AppOn, status: number, of: 'api' | 'worker') =>
  vi.waitUntil(async () => (await app.readiness(of)).status === status, { timeout: 30_000 })

/** Ends once a run of an automation has gone all the way through API and worker. */
async function runOnce(app: AppOn, id: string): Promise<string> {
  const person = app.visitor()
  await person.signUp('Ada')
  await person.mutate(documents.createWorkspace, { input: { id, name: id } })
  const input = { workspace: id, name: 'Nothing', steps: [] }
  const { automation } = await person.mutate(documents.createAutomation, { input })
  const { pathname } = new URL(automation.hookUrl)
  const answer = await person.request(pathname, { method: 'POST', headers: { prefer: 'wait=20' } })
  return JSON.parse(answer.text).status
}

test('a database that becomes read-only makes API and worker not ready, and they recover', async () => {
  const app = await startAppOn(primary.url.reveal())
  try {
    for (const part of ['api', 'worker'] as const) await waitFor(app, 200, part)
    await primary.query('alter system set default_transaction_read_only = on')
    await primary.query('select pg_reload_conf()')
    for (const part of ['api', 'worker'] as const) {
      await waitFor(app, 503, part)
      expect((await app.readiness(part)).reason).toMatch(
        /^the database is read-only: default_transaction_read/,
      )
    }
    const refused = await app.visitor().request('/api/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }),
    })
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, 'DATABASE_UNAVAILABLE'])
    expect(refused.headers.get('retry-after')).toBe('2')
  } finally {
    await primary.query('alter system reset default_transaction_read_only')
    await primary.query('select pg_reload_conf()')
  }
  for (const part of ['api', 'worker'] as const) await waitFor(app, 200, part)
  expect(await runOnce(app, 'afterwards')).toBe('SUCCEEDED')
  await app.close()
})

test('processes on a standby wait, say so on /readyz and in the log, and do not end', async () => {
  const data = await mkdtemp(join(tmpdir(), 'lockstep-data-'))
  const env = { DATABASE_URL: standby.url.reveal(), LOCKSTEP_DATA: data }
  for (const role of ['api', 'worker']) {
    const ports = await freePorts()
    const running = startLockstep([main, role], { ...env, ...ports })
    await running.untilSays(/"msg":"waiting: the database is a standby, which takes no writes/)
    const port = role === 'api' ? ports.PORT : ports.LOCKSTEP_WORKER_PORT
    expect(await statusOf(`http://127.0.0.1:${port}/readyz`)).toBe(503)
    expect(await running.stop()).toBe(0)
  }
  const doctor = startLockstep([main, 'doctor'], env)
  expect(await doctor.ended).toBe(1)
  expect(doctor.output.join('\n')).toMatch(/The database cannot be used: the database is a standby/)
  await rm(data, { recursive: true })
})

const inspect = async (env: NodeJS.ProcessEnv = {}) => {
  const store = await openStore(primary.url, 1)
  try {
    return await checkReplication({ store, config: readConfig(env) } as Examination)
  } finally {
    await store.close()
  }
}

async function setOnPrimary(name: string, value: string): Promise<void> {
  await primary.query(`alter system set ${name} = ${value}`)
  await primary.query('select pg_reload_conf()')
  await vi.waitUntil(async () => {
    const [row] = await primary.query<{ is: string }>(`select current_setting('${name}') as is`)
    return row?.is === value.replaceAll("'", '')
  })
}

test('the doctor says what a fail-over may lose, and how commits wait for standbys', async () => {
  expect(await inspect()).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(
      /^Standbys that follow: 1, but no commit waits.*runs that have been answered/,
    ),
  })
  await setOnPrimary('synchronous_standby_names', "'second'")
  expect(await inspect()).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(/second have stored it/),
  })
  await setOnPrimary('synchronous_commit', 'local')
  expect(await inspect()).toMatchObject({ status: 'warning', message: expect.stringMatching(/is local/) })
  expect(await inspect({ LOCKSTEP_SYNCHRONOUS_COMMIT: 'remote_apply' })).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(/second show it/),
  })
})

test('commits that hang make a process not ready, and take one connection, however often it is asked', async () => {
  await setOnPrimary('synchronous_commit', 'on')
  await setOnPrimary('synchronous_standby_names', "'nobody'")
  const store = await openStore(primary.url, 2)
  try {
    for (let times = 0; times < 4; times++) {
      expect(await checkReadiness(store, databaseChecks, 200)).toEqual({
        ready: false,
        reason: 'the database does not answer within 0.2 s (writes)',
      })
    }
  } finally {
    await setOnPrimary('synchronous_standby_names', "''")
  }
  await vi.waitUntil(async () => (await checkReadiness(store, databaseChecks, 10_000)).ready)
  await store.close()
})

test('a run is answered only once the standby shows it, when that is asked for', async () => {
  // Of the database itself, nobody waits for the standby.
  await setOnPrimary('synchronous_standby_names', "'second'")
  await setOnPrimary('synchronous_commit', 'local')
  const app = await startAppOn(primary.url.reveal(), { LOCKSTEP_SYNCHRONOUS_COMMIT: 'remote_apply' })
  const person = app.visitor()
  await person.signUp('Ada')
  await person.mutate(documents.createWorkspace, { input: { id: 'safe', name: 'Safe' } })
  const input = { workspace: 'safe', name: 'Nothing', steps: [] }
  const { automation } = await person.mutate(documents.createAutomation, { input })

  await standby.query('select pg_wal_replay_pause()')
  let isAnswered = false
  const { pathname } = new URL(automation.hookUrl)
  const answer = person.request(pathname, { method: 'POST', headers: { prefer: 'wait=20' } }).finally(() => {
    isAnswered = true
  })
  await new Promise((resolve) => setTimeout(resolve, 2000))
  expect(isAnswered).toBe(false)
  await standby.query('select pg_wal_replay_resume()')
  expect(JSON.parse((await answer).text).status).toBe('SUCCEEDED')
  const there = await standby.query(`select status from run where workspace_id = 'safe'`)
  expect(there).toEqual([{ status: 'SUCCEEDED' }])
  await app.close()
  await setOnPrimary('synchronous_standby_names', "''")
})

test('with both hosts in the address, everything follows a fail-over to the other one', async () => {
  const url = new URL(primary.url.reveal())
  url.searchParams.set('target_session_attrs', 'read-write')
  // The standby comes first: an address that takes whichever host answers would stay with it.
  const both = url.href.replace(url.host, `127.0.0.1:${standby.port},${url.host}`)
  const app = await startAppOn(both)
  undo.add(() => app.close())
  for (const part of ['api', 'worker'] as const) await waitFor(app, 200, part)
  expect(await runOnce(app, 'before')).toBe('SUCCEEDED')

  await primary.stop()
  await vi.waitUntil(async () => (await app.readiness()).status === 503, { timeout: 30_000 })
  expect((await app.readiness()).reason).toBe('the database takes no writes: it is read-only, or a standby')
  await standby.query('select pg_promote()')

  for (const part of ['api', 'worker'] as const) await waitFor(app, 200, part)
  expect(await runOnce(app, 'after')).toBe('SUCCEEDED')
  const [{ n = 0 } = {}] = await standby.query<{ n: number }>('select count(*)::int as n from workspace')
  expect(n).toBe(4)
})
