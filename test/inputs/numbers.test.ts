import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { exactVariables } from '../../src/api/exact-numbers.ts'
import { parseJson } from '../../src/exact-json.ts'
import { jsonRows } from '../../web/src/json/json-rows.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { answerOf, type RawService, sendRaw, startRawService } from './raw-http.ts'

/** RFC 8259, section 6, limits no number. JavaScript's doubles do, and nothing on the way of a run may show it. */

const pin = '8350617917337495251237'
let app: TestApp
let acme: TestWorkspace
let service: RawService

beforeAll(async () => {
  app = await startTestApp()
  acme = await createTestWorkspace(app, 'acme')
  service = await startRawService()
  await acme.createSecret('PIN', pin)
  await acme.createSecret('ACCOUNT', `{"user":"me","password":${pin}99}`)
})
afterAll(async () => {
  await app.expectNoCanary(pin)
  await service.close()
  await app.close()
})
beforeEach(() => {
  service.received.length = 0
  service.answers.clear()
})

const json = (body: string) => answerOf('200 OK', ['Content-Type: application/json'], body)
const call = (fields: object, key = 'call') => ({ key, type: 'custom-http', fields })
const set = (values: unknown, key = 'set') => ({ key, type: 'set-values', fields: { values } })

/** Asks the API as the web app does: nothing that a JavaScript client reads loses digits. */
async function ask(query: string, variables: string): Promise<string> {
  const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`
  const { status, text } = await acme.admin.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(status).toBe(200)
  return text
}
const textOfRun = (id: string) =>
  ask('query ($id: ID!) { run(id: $id) { input output steps { output } } }', JSON.stringify({ id }))

const families = [
  ...[
    '7615917337495251231',
    '-9007199254740993',
    '1234567890123456789012345678901234567890',
    '18446744073709551615',
  ],
  ...[
    '1.10',
    '10.0',
    '0.1000000000000000055511151231257827',
    '3.141592653589793238462643',
    '123456789.123456789012',
  ],
  ...['1e400', '1E5', '-1.5e-7', '1e+2', '0.0000001', '-0', '-0.0', '0e0', '42', '0.1', '-1.5'],
]

test.each(families)('%s goes through a template into every place, unchanged', async (digits) => {
  const { hookUrl } = await acme.createAutomation('Places', [
    call({ url: `${service.origin}/answer` }),
    call(
      {
        method: 'POST',
        url: `${service.origin}/items/{{ steps.call.output.body.list[0].id }}`,
        query: [{ name: 'q', value: '{{ trigger.body.deep[0].id }}' }],
        headers: [{ name: 'X-Id', value: '{{ steps.call.output.body.list[0].id }}' }],
        bodyKind: 'json',
        body: `{"id": {{ trigger.body.deep[0].id }}, "text": "{{ trigger.body.deep[0].id }}", "all": {{ steps.call.output.body | json }}, "own": ${digits}}`,
      },
      'send',
    ),
    call(
      {
        method: 'POST',
        url: `${service.origin}/form`,
        bodyKind: 'form',
        form: [{ name: 'f', value: '{{ trigger.body.deep[0].id }}' }],
      },
      'form',
    ),
    set({ id: '{{ trigger.body.deep[0].id }}', all: '{{ steps.call.output.body }}' }),
  ])
  service.answers.set('/answer', json(`{"list":[{"id":${digits}}]}`))
  const { json: answer } = await sendRaw(app.url, new URL(hookUrl).pathname, {
    headers: ['Content-Type: application/json', 'Prefer: wait=25'],
    body: Buffer.from(`{"deep":[{"id":${digits}}]}`),
  })
  const { runId, status } = answer as { runId: string; status: string }
  expect(status).toBe('SUCCEEDED')
  const inUrl = encodeURIComponent(digits)
  const [, sent = '', form = ''] = service.received
  expect(sent).toContain(`POST /items/${digits}?q=${inUrl} HTTP/1.1`)
  expect(sent).toContain(`x-id: ${digits}\r\n`)
  expect(sent.split('\r\n\r\n')[1]?.replaceAll(/\s/g, '')).toBe(
    `{"id":${digits},"text":"${digits}","all":{"list":[{"id":${digits}}]},"own":${digits}}`,
  )
  expect(form).toContain(`f=${digits.replace('+', '%2B')}`)
  expect(await textOfRun(runId)).toContain(`{"id":${digits},"all":{"list":[{"id":${digits}}]}}`)
})

describe('GraphQL keeps digits', () => {
  const created = (answer: string) => JSON.parse(answer).data.createAutomation.automation.id
  const CREATED = '{ ... on CreateAutomationSuccess { automation { id } } ... on Error { message } }'

  test.each(families)('of %s in literals, variables and answers', async (digits) => {
    const literal = `mutation { createAutomation(input: { workspace: "acme", name: "L", steps: [
      { key: "set", type: "set-values", fields: { values: { id: ${digits.replace('E', 'e')} } } }] }) ${CREATED} }`
    const id = created(await ask(literal, '{}'))
    const fields = await ask(
      'query ($id: ID!) { automation(id: $id) { steps { fields } } }',
      JSON.stringify({ id }),
    )
    expect(fields).toContain(`"id":${digits.replace('E', 'e')}`)
    const step = `{"key":"call","type":"custom-http","fields":{"method":"POST","url":"${service.origin}/","bodyKind":"json","body":{"id":${digits},"in":"{{ trigger.id }}"}}}`
    const variables = `{"input":{"workspace":"acme","name":"V","steps":[${step}]}}`
    const other = created(
      await ask(
        `mutation ($input: AutomationInput!) { createAutomation(input: $input) ${CREATED} }`,
        variables,
      ),
    )
    const run = JSON.parse(
      await ask(
        documents.runAutomation.toString(),
        `{"input":{"automation":"${other}","input":{"id":${digits}}}}`,
      ),
    )
    await acme.waitForRun(run.data.runAutomation.run.id)
    expect(service.received[0]).toContain(`{"id":${digits},"in":${digits}}`)
    expect(await textOfRun(run.data.runAutomation.run.id)).toContain(`"input":{"id":${digits}}`)
  })

  test('of the variables and extensions of a GET too', () => {
    const json = `{"list":[${families}]}`
    const parameters = new URLSearchParams({ query: '{ a }', variables: json, extensions: json })
    const request = new Request(`http://api.test/graphql?${parameters}`)
    const setParams = vi.fn()
    exactVariables.onParams?.({ request, params: { query: '{ a }' }, setParams } as never)
    expect(JSON.stringify(setParams.mock.calls)).toBe(
      `[[{"query":"{ a }","variables":${json},"extensions":${json}}]]`,
    )
  })

  test('and takes 2.0 for an Int, as GraphQL does, and no fraction', async () => {
    const runs = 'query ($first: Int) { runs(workspace: "acme", first: $first) { id } }'
    expect(JSON.parse(await ask(runs, '{"first":2.0}')).data.runs.length).toBeLessThanOrEqual(2)
    const { text } = await acme.admin.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: runs, variables: { first: 2.5 } }),
    })
    expect(text).toContain('does not fit')
  })
})

test('a number field takes 2.0, and refuses digits that it cannot hold in words', async () => {
  const steps = (
    seconds: string,
  ) => `mutation { createAutomation(input: { workspace: "acme", name: "W", steps: [
    { key: "wait", type: "custom-http", fields: { url: "https://a.example/", timeoutSeconds: ${seconds} } }] }) {
    ... on CreateAutomationSuccess { automation { id } } ... on Error { message } } }`
  expect(await ask(steps('2.0'), '{}')).toContain('automation')
  expect(await ask(steps('2.00000000000000000000001'), '{}')).toContain(
    'more digits than a number field can hold',
  )
})

describe('a secret that is a number stays masked', () => {
  test.each([pin, `${pin}.0`, '8.350617917337495251237e21', `-${pin}`, `0.${pin}`])(
    'when a service answers %s',
    async (digits) => {
      service.answers.set('/', json(`{"a":[${digits}],"b":${digits}}`))
      const headers = [{ name: 'X-Key', value: '{{ secrets.PIN }}' }]
      const { id } = await acme.createAutomation('Masked', [call({ url: `${service.origin}/`, headers })])
      const { output } = await acme.run(id)
      expect(JSON.stringify(output.body)).toContain('[secret PIN]')
    },
  )
  test('as a part of a secret that is JSON', async () => {
    service.answers.set('/', json(`{"a":${pin}99}`))
    const headers = [{ name: 'X-Key', value: '{{ secrets.ACCOUNT }}' }]
    const { id } = await acme.createAutomation('Part', [call({ url: `${service.origin}/`, headers })])
    expect((await acme.run(id)).output.body).toEqual({ a: '[secret ACCOUNT]' })
  })
  test('as a list of bytes that are written as decimals, which goes to no other host either', async () => {
    const bytes = `[${[...Buffer.from(pin)].map((it) => `${it}.0`).join()}]`
    service.answers.set('/', json(bytes))
    const headers = [{ name: 'X-Key', value: '{{ secrets.PIN }}' }]
    const { id } = await acme.createAutomation('Bytes', [call({ url: `${service.origin}/`, headers })])
    expect(JSON.stringify((await acme.run(id)).output.body)).toContain('[secret PIN]')
    const bound = `${pin}5`
    const policy = { hosts: [new URL(service.origin).host], methods: [], paths: [], places: [] }
    await acme.admin.mutate(documents.createSecret, {
      input: { workspace: 'acme', name: 'BOUND', value: bound, policy },
    })
    service.answers.set('/bound', json(`[${[...Buffer.from(bound)].map((it) => `${it}.0`).join()}]`))
    const own = call({
      url: `${service.origin}/bound`,
      headers: [{ name: 'X-Key', value: '{{ secrets.BOUND }}' }],
    })
    const elsewhere = service.origin.replace('127.0.0.1', '127.0.0.2')
    const sent = {
      method: 'POST',
      url: `${elsewhere}/`,
      bodyKind: 'text',
      body: '{{ steps.call.output.body | json }}',
    }
    const leak = await acme.createAutomation('Bound', [own, call(sent, 'leak')])
    expect(await acme.run(leak.id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'DESTINATION_NOT_ALLOWED' },
    })
  })
})

test('a hook body of too many numbers that are to be exact is refused in words', async () => {
  const { hookUrl } = await acme.createAutomation('Many', [set({ done: true })])
  const body = Buffer.from(`[${'1.10,'.repeat(500_000)}1.10]`)
  const headers = ['Content-Type: application/json']
  const { status, json: answer } = await sendRaw(app.url, new URL(hookUrl).pathname, { headers, body })
  expect({ status, answer: JSON.stringify(answer) }).toEqual({
    status: 413,
    answer: expect.stringContaining('over 500000 numbers'),
  })
})

test('10,000 random numbers go all the way to the tree of the web app, unchanged', async () => {
  const numbers = Array.from({ length: 10_000 }, randomNumber)
  const PER_PAGE = 2500
  // Each page names the next one by a number of its own; all but the cursors travel as lists.
  const pages = Array.from({ length: 4 }, (_, n) => numbers.slice(n * PER_PAGE, (n + 1) * PER_PAGE))
  const cursors = ['', ...numbers.filter((it) => !/^-?0(?:\.0+)?(?:e|$)/i.test(it)).slice(0, 3)]
  for (const [n, page] of pages.entries()) {
    const next = cursors[n + 1]
    const path = n === 0 ? '/pages' : `/pages?after=${encodeURIComponent(cursors[n] ?? '')}`
    service.answers.set(path, json(`{"items":[${page}]${next === undefined ? '' : `,"next":${next}`}}`))
  }
  const cursor = { pagination: 'cursor', pageParameter: 'after', nextPath: 'next', itemsPath: 'items' }
  const { hookUrl } = await acme.createAutomation('All', [
    call({ url: `${service.origin}/pages`, ...cursor }, 'pages'),
    call(
      {
        method: 'POST',
        url: `${service.origin}/sent/{{ trigger.body[0] }}`,
        query: [{ name: 'q', value: '{{ trigger.body[1] }}' }],
        bodyKind: 'json',
        body: '{"came": {{ trigger.body | json }}, "read": {{ steps.pages.output.body }}}',
      },
      'send',
    ),
    set({ came: '{{ trigger.body }}', read: '{{ steps.pages.output.body }}' }),
  ])
  const { json: answer } = await sendRaw(app.url, new URL(hookUrl).pathname, {
    headers: ['Content-Type: application/json', 'Prefer: wait=25'],
    body: Buffer.from(`[${numbers}]`),
  })
  const { runId } = answer as { runId: string }
  expect((await acme.waitForRun(runId)).error).toBe(null)
  const sent = service.received.at(-1) ?? ''
  expect(sent.split(' ')[1]).toBe(`/sent/${numbers[0]}?q=${encodeURIComponent(numbers[1] ?? '')}`)
  expect(sent.endsWith(`\r\n\r\n{"came": [${numbers}], "read": [${numbers}]}`)).toBe(true)
  // As the web app reads it, and shows and copies it.
  const { output } = (parseJson(await textOfRun(runId)) as { data: { run: { output: object } } }).data.run
  expect(JSON.stringify(output)).toBe(`{"came":[${numbers}],"read":[${numbers}]}`)
  const rows = jsonRows(output, new Set(['$', '$/came', '$/read']))
  const shown = rows.flatMap(({ content }) => (content.kind === 'literal' ? [content.text] : []))
  expect(shown).toEqual([...numbers, ...numbers])
})

/** Integers of up to 40 digits, decimals and exponents, as RFC 8259 allows them. */
function randomNumber(): string {
  const below = (most: number) => Math.floor(Math.random() * most)
  const digits = (length: number) => Array.from({ length }, () => below(10)).join('')
  const whole = below(5) === 0 ? '0' : `${1 + below(9)}${digits(below(40))}`
  const fraction = below(2) === 0 ? '' : `.${digits(1 + below(25))}`
  const exponent = below(4) > 0 ? '' : `${'eE'[below(2)]}${['', '+', '-'][below(3)]}${digits(1 + below(3))}`
  return `${below(3) === 0 ? '-' : ''}${whole}${fraction}${exponent}`
}
