import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startApi } from '../../src/processes/api.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const PER_HOOK = 3
const PER_WORKSPACE = 5
const STARTS = 7
const QUEUED = 20
const WORKSPACES = 2

let app: TestApp
let second: Awaited<ReturnType<typeof startApi>>
let made = 0

beforeAll(async () => {
  const env = {
    LOCKSTEP_HOOK_CALLS_PER_MINUTE: String(PER_HOOK),
    LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE: String(PER_WORKSPACE),
    LOCKSTEP_RUN_STARTS_PER_MINUTE: String(STARTS),
    LOCKSTEP_MAX_QUEUED_RUNS: String(QUEUED),
    LOCKSTEP_MAX_WORKSPACES: String(WORKSPACES),
    LOCKSTEP_WORKSPACE_MAX_MIB: '1',
    LOCKSTEP_SCHEDULE_MIN_SECONDS: '300',
  }
  app = await startTestApp({ env })
  second = await startApi({ ...app.config, port: 0 }, app.logger)
  await second.ready
})
afterAll(async () => {
  await second.stop()
  await app.close()
})

const steps = [{ key: 'set', type: 'set-values', fields: { values: { done: 'yes' } } }]
const makeWorkspace = () => createTestWorkspace(app, `tenant-${++made}`)

async function makeHook(workspace: TestWorkspace): Promise<string> {
  const { hookUrl } = await workspace.createAutomation('Hooked', steps)
  return new URL(hookUrl).pathname
}

async function minute(): Promise<string> {
  const [row] = await app.database.query<{ minute: string }>(
    `select date_trunc('minute', now())::text as minute`,
  )
  return row?.minute ?? ''
}

/** Counts begin anew with a minute: what met its end is done again, with workspaces of its own. */
async function withinOneMinute(work: () => Promise<void>): Promise<void> {
  const before = await minute()
  try {
    await work()
  } catch (error) {
    if ((await minute()) === before) throw error
    await work()
  }
}

async function callAll(path: string, count: number, url = app.url): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < count; n++) statuses.push((await fetch(`${url}${path}`, post({ n }))).status)
  return statuses
}

/** How many rows of runs and of the audit log a workspace has. */
async function written({ id }: TestWorkspace): Promise<unknown> {
  const [row] = await app.database.query(
    `select (select count(*)::int from run where workspace_id = $1) as runs,
            (select count(*)::int from audit_event where workspace_id = $1 and action in ('run.start', 'step.test')) as events`,
    [id],
  )
  return row
}

const accepted = (count: number) => Array.from({ length: count }, () => 202)
const startOf = (workspace: TestWorkspace, automation: string) =>
  workspace.admin.graphql(documents.runAutomation, { input: { automation } })

test('a hook that is called too often answers 429 with the time to wait, and starts nothing', async () => {
  await withinOneMinute(async () => {
    const [acme, other] = [await makeWorkspace(), await makeWorkspace()]
    const [path, others] = [await makeHook(acme), await makeHook(other)]
    expect(await callAll(path, PER_HOOK)).toEqual(accepted(PER_HOOK))
    const refused = await fetch(`${app.url}${path}`, post({}))
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await refused.json()).toEqual({
      error: `This hook may be called at most ${PER_HOOK} times a minute (LOCKSTEP_HOOK_CALLS_PER_MINUTE). Try again in ${seconds} s.`,
    })
    expect(await written(acme)).toEqual({ runs: PER_HOOK, events: PER_HOOK })
    expect(await callAll(others, 1)).toEqual([202])
  })
})

test('all hooks of a workspace together have a limit, which no other workspace feels', async () => {
  await withinOneMinute(async () => {
    const [acme, other] = [await makeWorkspace(), await makeWorkspace()]
    const paths = [await makeHook(acme), await makeHook(acme), await makeHook(other)] as const
    const left = PER_WORKSPACE - PER_HOOK
    expect(await callAll(paths[0], PER_HOOK)).toEqual(accepted(PER_HOOK))
    expect(await callAll(paths[1], left)).toEqual(accepted(left))
    const refused = await fetch(`${app.url}${paths[1]}`, post({}))
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain('LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE')
    expect(await written(acme)).toEqual({ runs: PER_WORKSPACE, events: PER_WORKSPACE })
    expect(await callAll(paths[2], 1)).toEqual([202])
  })
})

test('two API processes share one count', async () => {
  await withinOneMinute(async () => {
    const acme = await makeWorkspace()
    const path = await makeHook(acme)
    expect(await callAll(path, PER_HOOK)).toEqual(accepted(PER_HOOK))
    const url = `http://127.0.0.1:${second.port}`
    const told = (count: number) =>
      vi.waitFor(
        async () => {
          const [row] = await app.database.query(
            `select count from call_count where workspace_id = $1 and subject = 'hooks'`,
            [acme.id],
          )
          expect(row).toEqual({ count })
        },
        { timeout: 20_000, interval: 50 },
      )
    await told(PER_HOOK)
    // It reads the counts of others when it tells its own.
    expect(await callAll(path, 1, url)).toEqual([202])
    await told(PER_HOOK + 1)
    // The answer of the database may still be on its way to it. By its own count it may take two more.
    const [, last] = await callAll(path, PER_HOOK - 1, url)
    expect(last).toBe(429)
  })
})

test('run starts of a workspace have a limit, whoever starts them, and a refused one writes nothing', async () => {
  await withinOneMinute(async () => {
    const [acme, other] = [await makeWorkspace(), await makeWorkspace()]
    const { id, hookUrl } = await acme.createAutomation('Started', steps)
    expect(await callAll(new URL(hookUrl).pathname, 1)).toEqual([202])
    for (let n = 1; n < STARTS; n++) expect((await startOf(acme, id)).data.runAutomation.run).toBeDefined()
    const before = await written(acme)
    const refusal = {
      code: 'LIMIT_REACHED',
      message: expect.stringMatching(
        /^Runs of a workspace may be started at most 7 times a minute \(LOCKSTEP_RUN_STARTS_PER_MINUTE\)\. Try again in \d+ s\.$/,
      ),
    }
    expect((await startOf(acme, id)).data.runAutomation).toMatchObject(refusal)
    const input = { workspace: acme.id, step: steps[0], input: {} }
    expect((await acme.admin.graphql(documents.testStep, { input })).data.testStep).toMatchObject(refusal)
    expect((await fetch(`${app.url}${new URL(hookUrl).pathname}`, post({}))).status).toBe(429)
    expect(await written(acme)).toEqual(before)
    const free = await other.createAutomation('Free', steps)
    expect((await startOf(other, free.id)).data.runAutomation.run).toBeDefined()
  })
})

test('a workspace with too many waiting runs gets no more until they are fewer', async () => {
  const [acme, other] = [await makeWorkspace(), await makeWorkspace()]
  const { id, hookUrl } = await acme.createAutomation('Queued', steps)
  await app.database.query(
    `insert into run_job (workspace_id, run, due_at, postponed)
     select $1, gen_random_uuid(), 'infinity', true from generate_series(1, $2::int)`,
    [acme.id, QUEUED],
  )
  expect((await startOf(acme, id)).data.runAutomation).toMatchObject({
    code: 'LIMIT_REACHED',
    message: `At most ${QUEUED} runs of a workspace may wait (LOCKSTEP_MAX_QUEUED_RUNS). Try again in 10 s.`,
  })
  const refused = await fetch(`${app.url}${new URL(hookUrl).pathname}`, post({}))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await written(acme)).toEqual({ runs: 0, events: 0 })
  const free = await other.createAutomation('Free', steps)
  expect((await startOf(other, free.id)).data.runAutomation.run).toBeDefined()
  await app.database.query('delete from run_job where workspace_id = $1', [acme.id])
  // A count is kept for a second.
  await vi.waitFor(async () => expect((await startOf(acme, id)).data.runAutomation.run).toBeDefined(), {
    timeout: 20_000,
    interval: 500,
  })
})

test('a workspace that stores as much as it may starts no run by hand or by hook, and its share is shown', async () => {
  const [acme, other] = [await makeWorkspace(), await makeWorkspace()]
  const { id, hookUrl } = await acme.createAutomation('Full', steps)
  const bytes = 3 * 1024 * 1024
  await app.database.query(
    `insert into stored_bytes (workspace_id, bytes, measured_at) values ($1, $2, now() + interval '1 hour')`,
    [acme.id, bytes],
  )
  expect((await startOf(acme, id)).data.runAutomation).toMatchObject({
    code: 'LIMIT_REACHED',
    message: expect.stringMatching(/stores about 3 MiB, and may store 1 \(LOCKSTEP_WORKSPACE_MAX_MIB\)/),
  })
  expect((await fetch(`${app.url}${new URL(hookUrl).pathname}`, post({}))).status).toBe(429)
  expect(await written(acme)).toEqual({ runs: 0, events: 0 })
  const asked = `{ workspace(id: "${acme.id}") { storage { bytes maxBytes } } }`
  expect((await acme.admin.graphql(asked)).data.workspace.storage).toMatchObject({
    bytes,
    maxBytes: 1024 * 1024,
  })
  const free = await other.createAutomation('Free', steps)
  expect((await startOf(other, free.id)).data.runAutomation.run).toBeDefined()
})

test('a person may be an admin of so many workspaces', async () => {
  const { admin } = await makeWorkspace()
  const create = async () => {
    const id = `tenant-${++made}`
    return (await admin.graphql(documents.createWorkspace, { input: { id, name: id } })).data.createWorkspace
  }
  for (let n = 1; n < WORKSPACES; n++) expect(await create()).not.toHaveProperty('code')
  expect(await create()).toMatchObject({
    code: 'LIMIT_REACHED',
    message: 'You are an admin of 2 workspaces, which is the limit (LOCKSTEP_MAX_WORKSPACES).',
  })
})

test('a schedule that comes more often than it may is not saved', async () => {
  const workspace = await makeWorkspace()
  const save = async (cron: string) => {
    const input = { workspace: workspace.id, name: 'Often', steps, schedule: { cron, timeZone: 'UTC' } }
    return (await workspace.admin.graphql(documents.createScheduled, { input })).data.createAutomation
  }
  for (const cron of ['* * * * *', '*/4 * * * *', '58,0 * * * *', '59,0 0,23 * * *']) {
    expect(await save(cron)).toMatchObject({
      code: 'INVALID_FIELD',
      message: expect.stringContaining('at least 300 s between two runs (LOCKSTEP_SCHEDULE_MIN_SECONDS)'),
    })
  }
  for (const cron of ['*/5 * * * *', '59,0 0,23 * * MON', '0 9 * * *'])
    expect(await save(cron)).not.toHaveProperty('code')
  const [row] = await app.database.query(
    'select count(*)::int as count from automation where workspace_id = $1',
    [workspace.id],
  )
  expect(row).toEqual({ count: 3 })
})
