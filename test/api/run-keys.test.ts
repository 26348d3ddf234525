import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { holdTable } from '../support/held-table.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace
let automation: { id: string; hookUrl: string }

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
beforeEach(async () => {
  automation = await acme.createAutomation('Keyed', [echo])
})
afterAll(() => app.close())

const echo = { key: 'got', type: 'set-values', fields: { values: '{{ trigger }}' } }

async function call(key: string | undefined, body: unknown = {}, hook = automation.hookUrl) {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) }
  const { status, text } = await app.anonymous.request(new URL(hook).pathname, { ...post(body), headers })
  return { status, ...JSON.parse(text) } as { status: number; runId: string; error?: string }
}

async function start(idempotencyKey: string | null, input: unknown = {}) {
  const { data } = await acme.admin.graphql(documents.runAutomation, {
    input: { automation: automation.id, input, idempotencyKey },
  })
  return data.runAutomation
}

async function countRuns(): Promise<number> {
  const { data } = await acme.admin.graphql(documents.runs, { workspace: 'acme', automation: automation.id })
  return data.runs.length
}

describe('the same key', () => {
  test('returns the first run at a hook, whatever the body is', async () => {
    const first = await call('order 7', { n: 1 })
    expect(first.status).toBe(202)
    expect(await call('order 7', { n: 1 })).toEqual(first)
    await acme.waitForRun(first.runId)
    expect(await call('order 7', { n: 2 })).toEqual(first)
    expect(await acme.waitForRun(first.runId)).toMatchObject({ input: { body: { n: 1 } } })
    expect(await countRuns()).toBe(1)
  })

  test('is shared by the hook and runAutomation', async () => {
    const { runId } = await call('both')
    expect(await start('both')).toMatchObject({ run: { id: runId } })
    expect(await countRuns()).toBe(1)
  })

  test('gives a waiting caller the result of the first run', async () => {
    const { runId } = await call('waited for', { n: 1 })
    const { status, text } = await app.anonymous.request(new URL(automation.hookUrl).pathname, {
      ...post({ n: 2 }),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'waited for', prefer: 'wait=20' },
    })
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ runId, status: 'SUCCEEDED', output: { body: { n: 1 } } })
  })

  test('makes one run of many simultaneous calls', async () => {
    const calls = Array.from({ length: 30 }, (_, index) => (index % 2 ? call('at once') : start('at once')))
    const ids = (await Promise.all(calls)).map((it) => it.runId ?? it.run.id)
    expect(new Set(ids).size).toBe(1)
    expect(await countRuns()).toBe(1)
    const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 20 })
    const audited = data.auditLog.filter((it: { detail?: { run?: string } }) => it.detail?.run === ids[0])
    expect(audited).toHaveLength(1)
  })

  test('starts another run a day later', async () => {
    const first = await call('daily')
    await acme.waitForRun(first.runId)
    const age = (interval: string) =>
      app.database.query(`update run_key set created_at = now() - interval '${interval}'`)
    await age('23 hours 59 minutes')
    expect(await call('daily')).toEqual(first)
    await age('24 hours 1 minute')
    const second = await call('daily')
    expect(second.runId).not.toBe(first.runId)
    expect(await call('daily')).toEqual(second)
  })
})

/** Sends the head of a request and the given part of its body, and breaks the connection. */
async function breakOff(key: string, framing: string, part: string): Promise<void> {
  const { hostname, port } = new URL(app.url)
  const head = [
    `POST ${new URL(automation.hookUrl).pathname} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `idempotency-key: ${key}`,
    framing,
  ]
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${part}`, () => resolve()))
  await new Promise((resolve) => socket.once('close', resolve).resetAndDestroy())
}

test.each([
  ['none of its body', 'content-length: 7', ''],
  ['a part that is a body too', 'content-length: 9', '{"n":1}'],
  ['a part of a body without a length', 'transfer-encoding: chunked', '7\r\n{"n":1}\r\n'],
])('a request that breaks off with %s starts no run and uses up no key', async (_what, framing, part) => {
  await breakOff('broken', framing, part)
  const { runId } = await call('broken', { n: 2 })
  expect(await acme.waitForRun(runId)).toMatchObject({ input: { body: { n: 2 } } })
  expect(await countRuns()).toBe(1)
})

test('a request whose sender is gone before its body was read starts no run either', async () => {
  const held = await holdTable(app.database, 'automation')
  await breakOff('gone', 'content-length: 7', '{"n":1}')
  // The API has noticed the end of the connection when it has answered another request.
  await app.anonymous.request('/healthz')
  await held.release()
  const { runId } = await call('gone', { n: 2 })
  const { input } = await acme.waitForRun(runId)
  // Either the whole request was read and its run has the key, or nothing came of it.
  expect([{ n: 1 }, { n: 2 }]).toContainEqual((input as { body: unknown }).body)
  expect(await countRuns()).toBe(1)
})

test('another key, no key, or another automation starts another run', async () => {
  const { hookUrl } = await acme.createAutomation('Other', [echo])
  const calls = [call('a'), call('A'), call('b'), call(undefined), call(undefined), call('a', {}, hookUrl)]
  const ids = (await Promise.all(calls)).map(({ runId }) => runId)
  ids.push((await start(null)).run.id)
  expect(new Set(ids).size).toBe(7)
  await Promise.all(ids.map((id) => acme.waitForRun(id)))
})

test.each([
  ['an empty one', ''],
  ['one that is too long', 'k'.repeat(256)],
])('%s is refused as a key and starts nothing', async (_what, key) => {
  const before = await readRows(app.database)
  expect(await call(key)).toMatchObject({ status: 422, error: expect.stringMatching(/1 to 255 characters/) })
  expect(await start(key)).toMatchObject({ __typename: 'InvalidFieldError' })
  expect(await readRows(app.database)).toEqual(before)
})

test('the text of a key is stored nowhere', async () => {
  const key = 'a-caller-put-a-credential-here-9917'
  const { runId } = await call(key)
  expect((await acme.waitForRun(runId)).output.headers).not.toHaveProperty('idempotency-key')
  await start(`${key} again`)
  await app.expectNoCanary(key)
})
