import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { hostileDocuments } from './hostile-documents.ts'
import { create, step, value } from './hostile-request.ts'
import { hostileTransport } from './hostile-transport.ts'

const hostileRequests = [...hostileTransport, ...hostileDocuments]

let app: TestApp
let acme: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(() => app.close())

describe('a hostile request is refused with a status, a code and words', () => {
  test('there are many of them', () => expect(hostileRequests.length).toBeGreaterThanOrEqual(62))

  test.each(hostileRequests)('%s', async (_what, init, status, code, message, path = '') => {
    const answer = await acme.admin.request(`/graphql${path}`, init)
    const { data, errors } = JSON.parse(answer.text)
    expect([answer.status, errors[0].extensions.code, errors[0].message]).toEqual([
      status,
      code,
      expect.stringMatching(message),
    ])
    expect(data ?? null).toBeNull()
    expect(answer.headers.get('content-type')).toMatch(/json/)
    expect(answer.text).not.toContain('sk_test')
  })
})

describe('arguments that fit their type and nothing else', () => {
  test.each([
    ['first of 0', documents.secrets, { workspace: 'acme', first: 0 }, 'BAD_REQUEST', /first is a number/],
    ['a cursor that is none', documents.runs, { workspace: 'acme', before: 'x' }, 'BAD_REQUEST', /before/],
    [
      'a cursor of another workspace',
      documents.runs,
      { workspace: 'acme', before: 'globex.01890a5d-ac96-774b-bcce-b302099a8057' },
      'BAD_REQUEST',
      /before/,
    ],
    ['an id with a null byte', documents.automation, { id: 'acme.\u0000' }, 'FORBIDDEN', /./],
    ['an id that is a path', documents.run, { id: '../../etc/passwd' }, 'FORBIDDEN', /./],
    [
      'a workspace of a megabyte',
      documents.secrets,
      { workspace: 'x'.repeat(1024 * 1024) },
      'FORBIDDEN',
      /./,
    ],
  ] as const)('%s', async (_what, document, variables, code, message) => {
    const { data, errors } = await acme.admin.graphql(document, variables)
    expect(Object.values(data)).toEqual([null])
    expect(errors?.[0]?.extensions.code).toBe(code)
    expect(errors?.[0]?.message).toMatch(message)
  })
})

describe('every fault of an input is told at once', () => {
  test('those of variables, each with its path', async () => {
    const { text } = await acme.admin.request(
      '/graphql',
      create({ name: 7, steps: [{ ...step, key: 1.5 }, { fields: {} }] }),
    )
    const { errors } = JSON.parse(text)
    expect(errors.map((it: { extensions: { at: unknown } }) => it.extensions.at)).toEqual([
      { path: ['input', 'name'] },
      { path: ['input', 'steps', '0', 'key'] },
      { path: ['input', 'steps', '1', 'key'] },
      { path: ['input', 'steps', '1', 'type'] },
      { path: ['input', 'workspace'] },
    ])
  })

  test('those of an automation: its name, its schedule, and the fields and settings of its steps', async () => {
    const input = {
      workspace: 'acme',
      name: '',
      schedule: { cron: '* * *', timeZone: 'Europe/Berlin' },
      steps: [
        { key: 'call', type: 'custom-http', fields: { timeoutSeconds: 'soon' }, timeoutSeconds: 0 },
        { key: 'none', type: 'no-such-type', fields: {} },
        { key: 'tmpl', type: 'custom-http', fields: { url: 'https://a.example/{{ nope }}', body: '{{' } },
      ],
    }
    const { data, errors } = await acme.admin.graphql(
      `mutation ($input: AutomationInput!) {
        createAutomation(input: $input) {
          ... on Error { code at { ...P } more { code message at { ...P } } }
        }
      }
      fragment P on ErrorPlace { step field }`,
      { input },
    )
    expect(errors).toBeUndefined()
    const { code, at, more } = data.createAutomation
    const places = [{ code, at }, ...more].map((it) => [it.code, it.at?.step ?? null, it.at?.field ?? null])
    expect(places).toEqual([
      ['INVALID_NAME', null, null],
      ['INVALID_FIELD', 'call', 'url'],
      ['INVALID_FIELD', 'call', 'timeoutSeconds'],
      ['INVALID_FIELD', 'call', null],
      ['UNKNOWN_STEP_TYPE', 'none', null],
      ['INVALID_TEMPLATE', 'tmpl', 'url'],
      ['INVALID_TEMPLATE', 'tmpl', 'body'],
      ['INVALID_FIELD', null, 'schedule.cron'],
    ])
  })
})

test('a limit says which it is', async () => {
  const steps = Array.from({ length: 101 }, (_it, i) => ({ ...step, key: `a${i}` }))
  const { data } = await acme.admin.graphql(
    `mutation ($input: AutomationInput!) {
      createAutomation(input: $input) { ... on LimitReachedError { code limit retryAfterSeconds } }
    }`,
    { input: { workspace: 'acme', name: 'Many', steps } },
  )
  expect(data.createAutomation).toEqual({ code: 'LIMIT_REACHED', limit: 'steps', retryAfterSeconds: null })
})

test('no value of a request is in the database, the log or an answer', () => app.expectNoCanary(value))
