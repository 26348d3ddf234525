import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type HoldingServer, startHoldingServer } from '../support/holding-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { writeReportingPlugin } from './reporting-plugin.ts'

const value = 'sk_live_4f7Qz81mXw92KdLp'
const protectedLater = 'token-of-the-service-5581'
const markedLater = 'marked-by-the-output-7313'
const resolvedLater = 'resolved-by-a-later-step-2207'

const reports = `query ($id: ID!) {
  run(id: $id) {
    status
    steps { key status attempt log { leftOut lines { level afterSeconds text } } progress { done total } }
  }
}`

interface Report {
  status: string
  log: { leftOut: number; lines: { level: string; afterSeconds: number; text: string }[] } | null
  progress: { done: number; total: number | null } | null
}

let folder: string
let app: TestApp
let service: HoldingServer
let workspace: TestWorkspace

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-reports-'))
  app = await startTestApp({ traces: true, env: { LOCKSTEP_PLUGINS: await writeReportingPlugin(folder) } })
  service = await startHoldingServer()
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
  await workspace.createSecret('LATER', resolvedLater)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  const rows = await app.database.query<{ row: string }>('select t::text as row from step_run t')
  const all = rows.map(({ row }) => row).join()
  for (const it of [protectedLater, markedLater, resolvedLater]) expect(all).not.toContain(it)
  await service.close()
  await app.close()
  await rm(folder, { recursive: true })
})

const step = (type: string, fields: object = {}) => ({ key: type.replaceAll('-', '_'), type, fields })

async function start(steps: readonly object[], input: unknown = null): Promise<string> {
  const { id } = await workspace.createAutomation('Test', steps)
  const { run } = await workspace.admin.mutate(documents.runAutomation, { input: { automation: id, input } })
  return run.id
}

async function reportsOf(id: string): Promise<Report[]> {
  return (await workspace.admin.graphql(reports, { id })).data.run.steps
}

async function run(type: string, fields: object = {}): Promise<Report> {
  const id = await start([step(type, fields)])
  await workspace.waitForRun(id)
  const [report] = await reportsOf(id)
  if (!report) throw new Error('The step has not begun.')
  return report
}

const texts = ({ log }: Report) => log?.lines.map(({ text }) => text)

test('what a step writes, and how far it came, is stored with it', async () => {
  const { log, progress } = await run('tells')
  expect(log).toEqual({
    leftOut: 0,
    lines: [
      { level: 'DEBUG', afterSeconds: expect.any(Number), text: 'begins' },
      { level: 'INFO', afterSeconds: expect.any(Number), text: 'sent {"status":200}' },
      { level: 'WARN', afterSeconds: expect.any(Number), text: 'slow' },
      { level: 'ERROR', afterSeconds: expect.any(Number), text: 'odd' },
    ],
  })
  expect(progress).toEqual({ done: 3, total: 9 })
})

test('what a step that failed has written is there', async () => {
  const report = await run('tells-and-fails')
  expect(report.status).toBe('FAILED')
  expect(texts(report)).toEqual(['before it failed'])
})

/** What the step has told while it waits for the service. */
async function whileItWorks(type: string, tell: (report: Report) => boolean) {
  const count = service.received.length + 1
  const id = await start([step(type, { value: '{{ secrets.KEY }}', url: service.url })])
  await service.untilReceived(count)
  const seen = await vi.waitUntil(async () => (await reportsOf(id)).find(tell), { timeout: 20_000 })
  service.release()
  await workspace.waitForRun(id)
  const [ended] = await reportsOf(id)
  return { seen, ended: ended as Report }
}

test('people see it while the step works', async () => {
  const { seen, ended } = await whileItWorks(
    'tells-while-it-works',
    ({ log, progress }) => log !== null && progress !== null,
  )
  expect(seen).toMatchObject({ status: 'RUNNING', progress: { done: 1, total: 4 } })
  expect(texts(seen)).toEqual(['first'])
  expect(texts(ended)).toEqual(['first', 'second'])
  expect(ended.progress).toEqual({ done: 4, total: 4 })
})

test('whoever watches the run is told of it', async () => {
  const count = service.received.length + 1
  const id = await start([step('tells-while-it-works', { url: service.url })])
  await service.untilReceived(count)
  const document = `subscription ($id: ID!) { runUpdated(id: $id) { steps { progress { done } } } }`
  const watching = await workspace.admin.open('/graphql', {
    ...post({ query: document, variables: { id } }),
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  })
  let text = ''
  for await (const piece of watching.body ?? []) {
    text += Buffer.from(piece).toString()
    if (text.includes('"progress":{"done":1}')) service.release()
  }
  expect(text).toMatch(/"progress":\{"done":1\}.*"progress":\{"done":4\}/s)
})

describe('no value is stored', () => {
  test('as it is, in base64, in two halves, or with what a terminal obeys in it', async () => {
    const report = await run('logs-it', { value: '{{ secrets.KEY }}' })
    expect(texts(report)).toEqual([
      'it is [secret KEY] {"v":"[secret KEY]","basic":"YT[secret KEY]"}',
      'half [secret KEY]',
      '[secret KEY]',
    ])
  })

  test('when the step protects it after it was written', async () => {
    const { ended } = await whileItWorks('logs-then-protects', ({ progress }) => progress !== null)
    expect(texts(ended)?.join()).toMatch(/^got \[secret .+\]$/)
  })

  test('when the output marks it as protected: then lines are stored in the end', async () => {
    const { seen, ended } = await whileItWorks('marks-later', ({ progress }) => progress !== null)
    expect(seen.log).toBeNull()
    expect(texts(ended)?.join()).toMatch(/^got \[secret .+\]$/)
  })

  test('when only a later step has it as a secret', async () => {
    const late = step('quiet', { value: '{{ secrets.LATER }}' })
    const id = await start([step('echoes', { value: '{{ trigger.text }}' }), late], {
      text: `x ${resolvedLater}`,
    })
    await workspace.waitForRun(id)
    const [report] = await reportsOf(id)
    expect(texts(report as Report)).toEqual(['got x [secret LATER]'])
  })
})

test('a step that writes without end fills neither the run nor the database', async () => {
  const report = await run('floods')
  expect(report.status).toBe('SUCCEEDED')
  expect(report.log?.lines).toHaveLength(200)
  expect(report.log?.leftOut).toBe(9800)
  expect(report.progress?.total).toBe(1e6)
})

test('a member may read it, and a token without the right to runs may not', async () => {
  const id = await start([step('tells')])
  await workspace.waitForRun(id)
  const member = await workspace.createToken('MEMBER')
  expect((await member.graphql(reports, { id })).data.run.steps[0].log.lines).toHaveLength(4)
  const { data, errors } = await app.anonymous.graphql(reports, { id })
  expect(data?.run ?? null).toBeNull()
  expect(errors).not.toEqual([])
})
