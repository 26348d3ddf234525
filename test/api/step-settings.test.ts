import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { readRows } from '../support/rows.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let acme: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

const step = (settings: object) => ({ key: 'set', type: 'set-values', fields: { values: {} }, ...settings })
const settingsOf = `query ($id: ID!) {
  automation(id: $id) { steps { timeoutSeconds retry { count delaySeconds on } } }
}`

async function saved(settings: object) {
  const { id } = await acme.createAutomation('Settings', [step(settings)])
  const { data } = await acme.admin.graphql(settingsOf, { id })
  return data.automation.steps
}

test('a step returns the settings that it was saved with', async () => {
  const retry = { count: 10, delaySeconds: 3600, on: ['STEP_FAILED', 'SECRET_NOT_FOUND'] }
  expect(await saved({ timeoutSeconds: 3600, retry })).toEqual([{ timeoutSeconds: 3600, retry }])
})

test('a step without settings has none', async () => {
  const none = { timeoutSeconds: null, retry: null }
  expect(await saved({})).toEqual([none])
  expect(await saved(none)).toEqual([none])
})

test('a step is retried after REQUEST_FAILED and TIMEOUT by default', async () => {
  const on = ['REQUEST_FAILED', 'TIMEOUT']
  const retry = { count: 0, delaySeconds: 1 }
  expect(await saved({ retry })).toMatchObject([{ retry: { ...retry, on } }])
  expect(await saved({ retry: { ...retry, on: null } })).toMatchObject([{ retry: { on } }])
  expect(await saved({ retry: { ...retry, on: [...on, ...on] } })).toMatchObject([{ retry: { on } }])
})

const retry = (change: object) => ({ retry: { count: 1, delaySeconds: 1, ...change } })

describe('a setting out of bounds is refused, and nothing is saved', () => {
  test.each([
    ['no time', { timeoutSeconds: 0 }, /Step "set", timeoutSeconds is 0\. .* from 1 to 3600/],
    ['too much time', { timeoutSeconds: 3601 }, /timeoutSeconds is 3601/],
    ['fewer than no retries', retry({ count: -1 }), /retry\.count is -1\. .* from 0 to 10/],
    ['too many retries', retry({ count: 11 }), /retry\.count is 11/],
    ['no delay', retry({ delaySeconds: 0 }), /retry\.delaySeconds is 0\. .* from 1 to 3600/],
    ['too much delay', retry({ delaySeconds: 3601 }), /retry\.delaySeconds is 3601/],
    ['no codes', retry({ on: [] }), /retry\.on names no code.*REQUEST_FAILED and TIMEOUT/],
    [
      'an unknown code',
      retry({ on: ['TIMEOUT', 'LATE'] }),
      /retry\.on holds "LATE"\. It may hold SECRET_NOT/,
    ],
    ['a cancelled run', retry({ on: ['CANCELLED'] }), /retry\.on holds "CANCELLED"/],
    ['an interrupted step', retry({ on: ['INTERRUPTED'] }), /retry\.on holds "INTERRUPTED"/],
    ['a prototype', retry({ on: ['__proto__'] }), /retry\.on holds "__proto__"/],
  ])('%s', async (_what, settings, message) => {
    const before = await readRows(app.database)
    const input = { workspace: 'acme', name: 'Refused', steps: [step(settings)] }
    const { data } = await acme.admin.graphql(documents.createAutomation, { input })
    expect(data.createAutomation).toMatchObject({
      __typename: 'InvalidFieldError',
      message: expect.stringMatching(message),
    })
    expect(await readRows(app.database)).toEqual(before)
  })
})
