import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { isAlive, type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'
import { writeMisbehavingPlugin } from './misbehaving-plugin.ts'

const value = 'leak-me_"if" <you>/+=can 7071'
const mark = '[secret KEY]'

let folder: string
let app: TestApp
let worker: LockstepProcess
let workspace: TestWorkspace

// A separate worker, because what a step leaves behind affects the whole process.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-misbehaving-'))
  const plugin = await writeMisbehavingPlugin(folder)
  app = await startTestApp({ worker: false, traces: true, env: { LOCKSTEP_PLUGINS: plugin } })
  worker = await startWorkerProcess(app)
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
afterAll(async () => {
  // Whatever the last step left behind, the process still does its work, and ends in order.
  await expectItWorks()
  expect(await worker.stop()).toBe(0)
  await app.expectNoCanary(value)
  await app.close()
  await rm(folder, { recursive: true })
})

const step = (type: string, key = 'bad') => ({ key, type, fields: { value: '{{ secrets.KEY }}' } })

async function run(type: string): Promise<EndedRun> {
  const { id } = await workspace.createAutomation(type, [step(type)])
  return workspace.run(id)
}

async function expectItWorks(): Promise<void> {
  expect(await run('well-behaved')).toMatchObject({ status: 'SUCCEEDED', output: { fine: true } })
  expect(isAlive(worker.pid)).toBe(true)
}

/** Parsed log lines of the worker, from the given one on. */
const logged = (from: number) =>
  app.log.slice(from).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

describe('an error that a step throws is stored as a code and a redacted message', () => {
  const unknown = 'It threw something that is no error.'
  const silent = 'The step failed and did not say why.'
  test.each([
    ['throws-error', 'STEP_FAILED', `failed with ${mark}`],
    ['throws-app-error', 'TIMEOUT', `late: ${mark}`],
    ['throws-unknown-code', 'STEP_FAILED', 'odd'],
    ['throws-aggregate', 'STEP_FAILED', `several of ${mark}`],
    ['throws-string', 'STEP_FAILED', unknown],
    ['throws-null', 'STEP_FAILED', unknown],
    ['throws-object', 'STEP_FAILED', unknown],
    ['throws-object-as-message', 'STEP_FAILED', silent],
    ['throws-getter', 'STEP_FAILED', silent],
    ['throws-proxy', 'STEP_FAILED', silent],
    ['rejects-with-nothing', 'STEP_FAILED', unknown],
  ])('%s', async (type, code, message) => {
    expect(await run(type)).toMatchObject({
      status: 'FAILED',
      output: null,
      error: { code, message: `Step bad: ${message}` },
      steps: [{ status: 'FAILED', output: null, error: { code, message } }],
    })
  })
})

describe('the output of a step is plain data without the value', () => {
  test('in its keys', async () => {
    const { output } = await run('returns-key')
    expect(output).toEqual({ [mark]: 1, list: [[{ [`a${mark}`]: mark }]] })
  })

  test('in encodings', async () => {
    const { output, status } = await run('returns-encoded')
    expect(status).toBe('SUCCEEDED')
    expect(output.url).toBe(mark)
    for (const text of [output.base64, output.base64url, output.hex, output.json])
      expect(text).toContain(mark)
    expect(output.list).toBe(`x${mark}`)
  })

  test('as a Sensitive', async () => {
    const { output } = await run('returns-sensitive')
    expect(output).toEqual({ it: '[secret]', text: '[secret]' })
  })

  test('with characters that a database may refuse', async () => {
    const { output } = await run('returns-nul-and-half-a-pair')
    expect(output).toMatchObject({ nul: `a\u0000${mark}` })
  })

  test.each(['returns-function', 'returns-undefined', 'returns-symbol'])('%s: null', async (type) => {
    expect(await run(type)).toMatchObject({ status: 'SUCCEEDED', output: null })
  })

  test.each([
    ['returns-bigint', /gave back a bigint at output\.big/],
    ['returns-bytes', /gave back bytes at output\.bytes/],
    ['returns-bytes-under-it', /gave back bytes at output\.\[secret KEY\]/],
    ['returns-cycle', /gave back an object that contains itself at output\.it/],
    ['returns-throwing-getter', /^Step bad: The step gave back something that JSON cannot hold\.$/],
  ])('%s: the step fails with a message that does not contain it', async (type, words) => {
    const { error } = await run(type)
    expect(error).toEqual({ code: 'STEP_FAILED', message: expect.stringMatching(words) })
    expect(JSON.stringify(error)).not.toContain(value)
  })

  test('40 MiB: the step fails with a message that says so', async () => {
    expect((await run('returns-40-mib')).error).toMatchObject({ code: 'RESPONSE_TOO_LARGE' })
    await expectItWorks()
  })
})

describe('printed text is logged redacted, with the run and the step', () => {
  test('from context.log', async () => {
    const from = app.log.length
    const { id } = await run('logs-it')
    const lines = logged(from).filter((line) => line.msg === `log ${mark}`)
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'info', 'warn', 'error'])
    for (const line of lines) {
      expect(line).toMatchObject({ run: id, step: 'bad', data: { v: mark, deep: [{ [mark]: mark }] } })
    }
  })

  test('from every method of console', async () => {
    const from = app.log.length
    const { id, status } = await run('prints-it')
    expect(status).toBe('SUCCEEDED')
    const lines = logged(from).filter((line) => line.printed)
    expect(lines.length).toBeGreaterThanOrEqual(15)
    for (const line of lines) expect(line).toMatchObject({ run: id, step: 'bad', role: 'worker' })
    expect(lines.filter((line) => !line.msg.includes(mark))).toEqual([])
    await app.expectNoCanary(value)
  })
})

test('text on standard output and error is logged redacted', async () => {
  const from = app.log.length
  expect(await run('writes-it')).toMatchObject({ status: 'SUCCEEDED', output: 'written' })
  const printed = logged(from).filter((line) => line.printed)
  expect(printed.map(({ msg }) => msg).sort()).toEqual([mark, mark, `${mark}${mark}`])
  await app.expectNoCanary(value)
})

test('text in several pieces is joined before it is redacted', async () => {
  const from = app.log.length
  await run('writes-it-in-pieces')
  const printed = logged(from).filter((line) => line.printed)
  expect(printed.map(({ msg }) => msg).sort()).toEqual([`err ü${mark}`, `out ü${mark}`])
})

test("Node's warnings about the step are logged redacted", async () => {
  const from = app.log.length
  await run('warns-of-it')
  await vi.waitUntil(() => logged(from).filter((line) => line.msg === 'warning of Node').length === 3, {
    timeout: 10_000,
  })
  await app.expectNoCanary(value)
})

describe('what a step leaves behind', () => {
  test.each([
    'leaves-throwing-timer',
    'leaves-throwing-app-error',
    'leaves-throwing-string',
    'leaves-rejection',
    'leaves-emitter',
  ])('%s: the failure is logged redacted, and the worker stays alive', async (type) => {
    const from = app.log.length
    const { id, status } = await run(type)
    expect(status).toBe('SUCCEEDED')
    const line = await vi.waitUntil(
      () => logged(from).find((it) => it.msg === 'something that the step left behind failed'),
      { timeout: 10_000 },
    )
    expect(line).toMatchObject({ level: 'error', run: id, step: 'bad' })
    expect(JSON.stringify(line.data)).toContain(mark)
    await expectItWorks()
    await app.expectNoCanary(value)
  })

  test('output after the end of a step is redacted too', async () => {
    const from = app.log.length
    await run('leaves-printing')
    await vi.waitUntil(
      () => logged(from).filter((it) => /^late \w+ \[secret KEY\]$/.test(it.msg)).length === 3,
      {
        timeout: 10_000,
      },
    )
    await expectItWorks()
    await app.expectNoCanary(value)
  })
})

test.each(['hangs', 'hangs-and-throws-it', 'returns-too-late'])(
  '%s: cancelling ends the run all the same',
  async (type) => {
    const automation = await workspace.createAutomation(type, [step(type), step('well-behaved', 'next')])
    const { run: started } = await workspace.admin.mutate(documents.runAutomation, {
      input: { automation: automation.id, input: value },
    })
    await vi.waitUntil(
      async () => {
        const { data } = await workspace.admin.graphql(documents.run, { id: started.id })
        return data.run.steps[0]?.status === 'RUNNING'
      },
      { timeout: 10_000, interval: 50 },
    )
    await workspace.admin.mutate(documents.cancelRun, { id: started.id })
    expect(await workspace.waitForRun(started.id)).toMatchObject({
      status: 'CANCELLED',
      input: mark,
      error: { code: 'CANCELLED', message: 'Step bad: The run was cancelled.' },
      steps: [{ status: 'CANCELLED', output: null }],
    })
  },
)
