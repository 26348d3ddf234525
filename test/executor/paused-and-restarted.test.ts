import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

const value = 'sk_live_restarted-4eC39HqLyjWDarjtT1zdp7dc'

let app: TestApp
let echo: EchoServer
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  echo = await startEchoServer()
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await echo.close()
  await app.close()
})
beforeEach(() => {
  echo.received.length = 0
})

const post = (key: string, text: string, url = echo.url) => ({
  key,
  type: 'custom-http',
  fields: { method: 'POST', url, bodyKind: 'json', body: JSON.stringify({ text }) },
})
const callHook = (url: string, init: RequestInit) => fetch(`${app.url}${new URL(url).pathname}`, init)
const sent = () => echo.received.map(({ body }) => (JSON.parse(body) as { text: unknown }).text)
const updated = (id: string, version: number, steps: readonly object[]) =>
  acme.admin.mutate(documents.updateAutomation, { input: { id, version, name: 'Changed', steps } })

describe('a paused automation', () => {
  test('is started by nobody and by no hook, tells so, and is started again after its end', async () => {
    const { id, version, hookUrl } = await acme.createAutomation('Nightly', [post('tell', 'hello')])
    const { data } = await acme.admin.graphql(documents.pauseAutomation, { id })
    const { automation } = data.pauseAutomation
    expect(automation).toEqual({ id, version, pausedAt: expect.any(String) })
    const again = await acme.admin.graphql(documents.pauseAutomation, { id })
    expect(again.data.pauseAutomation.automation.pausedAt).toBe(automation.pausedAt)

    const by = await acme.admin.graphql(documents.runAutomation, { input: { automation: id } })
    const message = 'The automation Nightly is paused, so that nothing starts it. Resume it first.'
    expect(by.data.runAutomation).toEqual({ __typename: 'ConflictError', code: 'CONFLICT', message })
    const hook = await callHook(hookUrl, { method: 'POST' })
    expect([hook.status, hook.headers.get('retry-after'), await hook.json()]).toEqual([
      503,
      '600',
      { error: message },
    ])
    const test = { step: post('tested', 'tested'), workspace: 'acme' }
    await acme.admin.mutate(documents.testStep, { input: test })

    await acme.admin.mutate(documents.resumeAutomation, { id })
    expect((await acme.run(id)).status).toBe('SUCCEEDED')
    expect(sent()).toEqual(['tested', 'hello'])
    const log = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 50 })
    const actions = log.data.auditLog.filter((it: { target: string }) => it.target === 'Nightly')
    expect(actions.map((it: { action: string }) => it.action).toReversed()).toEqual([
      'automation.create',
      'automation.pause',
      'automation.resume',
      'run.start',
    ])
  })

  test('is not started by a process that read it before the pause', async () => {
    const { id, hookUrl } = await acme.createAutomation('Read before', [post('tell', 'read before')])
    // From here on the process knows the automation of the hook for some seconds.
    expect((await callHook(hookUrl, { method: 'POST', headers: { prefer: 'wait=20' } })).status).toBe(200)
    await acme.admin.mutate(documents.pauseAutomation, { id })
    expect((await callHook(hookUrl, { method: 'POST' })).status).toBe(503)
    expect(sent()).toEqual(['read before'])
  })

  test('can be made so, and its runs cannot be started again from a step', async () => {
    const steps = [post('tell', '{{ trigger.gone }}')]
    const input = { workspace: 'acme', name: 'Born paused', steps, paused: true }
    const { automation } = await acme.admin.mutate(documents.createAutomation, { input })
    const refused = await acme.admin.graphql(documents.runAutomation, {
      input: { automation: automation.id },
    })
    expect(refused.data.runAutomation.code).toBe('CONFLICT')
    await acme.admin.mutate(documents.resumeAutomation, { id: automation.id })
    const run = await acme.run(automation.id)
    expect(run.status).toBe('FAILED')
    await acme.admin.mutate(documents.pauseAutomation, { id: automation.id })
    expect(await restarted(run)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('paused'),
    })
  })
})

const restarted = async ({ id }: Pick<EndedRun, 'id'>, step?: string) =>
  (await acme.admin.graphql(documents.restartRun, { id, step })).data.restartRun

describe('a run that is started again from the step that failed', () => {
  const mending = '{{ trigger.n }} {{ steps.first.output.body.url }}'

  test('takes what earlier steps gave from that run, and the steps as they are now', async () => {
    const first = post('first', 'first', `${echo.url}/once`)
    const { id } = await acme.createAutomation('Mended', [first, post('second', '{{ trigger.gone }}')])
    const failed = await acme.run(id, { n: 7 })
    expect(failed.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED'])
    await updated(id, 1, [first, post('second', mending), post('third', '{{ steps.second.output.status }}')])
    const { run } = await restarted(failed)
    const ended = await acme.waitForRun(run.id)
    expect([ended.status, ended.steps.map(({ key }) => key)]).toEqual(['SUCCEEDED', ['second', 'third']])
    expect(sent()).toEqual(['first', '7 /once', '200'])
    const log = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 1 })
    expect(log.data.auditLog[0]).toMatchObject({
      action: 'run.start',
      detail: { continues: failed.id, from: 'second' },
    })
  })

  test('is refused where a step names a value that was protected there, and not where it names another', async () => {
    const first = {
      ...post('first', 'first'),
      fields: { url: echo.url, headers: [{ name: 'xkey', value: '{{ secrets.KEY }}' }] },
    }
    const broken = post('second', '{{ steps.first.output.body.headers.xkey }} {{ trigger.gone }}')
    const { id } = await acme.createAutomation('Protected', [first, broken])
    const failed = await acme.run(id)
    echo.received.length = 0
    expect(await restarted(failed)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('A value in the output of first is protected'),
    })
    await updated(id, 1, [first, post('second', '{{ steps.first.output }}')])
    expect(await restarted(failed)).toMatchObject({ code: 'CONFLICT' })
    expect(sent()).toEqual([])
    await updated(id, 2, [first, post('second', '{{ steps.first.output.body.method }}')])
    await acme.waitForRun((await restarted(failed)).run.id)
    expect(sent()).toEqual(['GET'])
  })

  test('is refused where a value that was protected stood in the input', async () => {
    const { id } = await acme.createAutomation('Input', [
      post('first', `{{ secrets.KEY }} {{ trigger.gone }}`),
    ])
    const failed = await acme.run(id, { key: value, n: 1 })
    await updated(id, 1, [post('first', '{{ trigger.key }}')])
    expect(await restarted(failed)).toMatchObject({
      message: expect.stringContaining('the input of the run'),
    })
    await updated(id, 2, [post('first', '{{ trigger.n }}')])
    await acme.waitForRun((await restarted(failed)).run.id)
    expect(sent()).toEqual(['1'])
  })

  test('begins with another step on demand, and needs outputs only of the steps before it', async () => {
    const steps = [post('first', 'first'), post('second', '{{ steps.first.output.status }}')]
    const { id } = await acme.createAutomation('Whole', steps)
    const ended = await acme.run(id)
    expect(await restarted(ended)).toMatchObject({
      message: expect.stringContaining('No step of this run failed'),
    })
    await acme.waitForRun((await restarted(ended, 'second')).run.id)
    expect(sent()).toEqual(['first', '200', '200'])
    await updated(id, 1, [post('new', 'new'), post('second', '{{ steps.new.output.status }}')])
    expect(await restarted(ended, 'second')).toMatchObject({
      message: expect.stringContaining('The step new, which is named, gave no output in that run.'),
    })
    expect(await restarted(ended, 'first')).toMatchObject({
      message: expect.stringContaining('no step first'),
    })
  })

  test('is of the same workspace: a run of another one is as one that there is not', async () => {
    const globex = await createTestWorkspace(app, 'globex')
    const { id } = await acme.createAutomation('Own', [post('first', '{{ trigger.gone }}')])
    const failed = await acme.run(id)
    const answer = await globex.admin.graphql(documents.restartRun, { id: failed.id })
    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  })
})
