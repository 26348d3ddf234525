import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { decodesTo, type Filter, filters, PLAIN, randomFrom } from '../template/provenance-cases.ts'

const SEED = Number(process.env['PROVENANCE_SEED'] ?? 20_261_127)
const value = 'sk_live/Zq+8"3xWv7-Tn'

let app: TestApp
let home: EchoServer
let elsewhere: EchoServer
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp()
  home = await startEchoServer()
  elsewhere = await startEchoServer()
  workspace = await createTestWorkspace(app, 'acme')
  const allowedHosts = [new URL(home.url).host]
  const input = { workspace: 'acme', name: 'BOUND', value, allowedHosts }
  await workspace.admin.mutate(documents.createSecret, { input })
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await home.close()
  await elsewhere.close()
  await app.close()
})
beforeEach(() => {
  home.received.length = 0
  elsewhere.received.length = 0
})

/** Sends the secret to its allowed host, which returns it. */
const call = () => ({
  key: 'call',
  type: 'custom-http',
  fields: {
    url: `${home.url}/a/{{ secrets.BOUND }}?key={{ secrets.BOUND }}`,
    headers: [{ name: 'x-key', value: '{{ secrets.BOUND }}' }],
  },
})
const make = (key: string, values: unknown) => ({ key, type: 'set-values', fields: { values } })
const send = (body: string) => ({
  key: 'send',
  type: 'custom-http',
  fields: { method: 'POST', url: elsewhere.url, bodyKind: 'text', body },
})

async function run(steps: readonly object[], input?: unknown) {
  const automation = await workspace.createAutomation('Test', steps)
  return workspace.run(automation.id, input)
}

const fromHeader = 'steps.call.output.body.headers["x-key"]'
/** The places where the value comes back, and in which text. */
const sources: readonly { before: readonly object[]; path: string; text: () => string; input?: unknown }[] = [
  { before: [], path: fromHeader, text: () => value },
  { before: [], path: 'steps.call.output.body.url', text: () => home.received[0]?.url ?? '' },
  {
    before: [make('copy', { list: [`{{ ${fromHeader} }}`] })],
    path: 'steps.copy.output.list[0]',
    text: () => value,
  },
  { before: [], path: 'trigger.data', text: () => `it is ${value}`, input: { data: `it is ${value}` } },
  {
    before: [make('copy', { [`{{ ${fromHeader} }}`]: 1 })],
    path: 'steps.copy.output',
    text: () => JSON.stringify({ [value]: 1 }),
  },
]

function sampled(count: number): { source: (typeof sources)[number]; chain: readonly Filter[] }[] {
  const pick = randomFrom(SEED)
  return Array.from({ length: count }, (_, at) => ({
    source: sources[at % sources.length] as (typeof sources)[number],
    chain: Array.from({ length: 1 + (at % 3) }, () =>
      pick(filters.filter(({ written }) => written !== 'json')),
    ),
  }))
}

test.each(
  sampled(36).map((it) => [`${it.source.path} | ${it.chain.map(({ written }) => written).join(' | ')}`, it]),
)(
  `the result of {{ %s }} is masked and goes nowhere else (seed ${SEED})`,
  async (written, { source, chain }) => {
    const steps = [
      call(),
      ...source.before,
      make('made', { it: `{{ ${written} }}` }),
      send('{{ steps.made.output.it }}'),
    ]
    const ended = await run(steps, { plain: PLAIN, ...(source.input as object) })
    const texts = [source.text()]
    for (const { apply } of chain) texts.push(apply(texts.at(-1) ?? '') ?? 'refused')
    const shown = JSON.stringify(ended)
    for (const text of texts) expect(shown).not.toContain(JSON.stringify(text).slice(1, -1))
    expect(decodesTo(shown, value)).toBe(false)
    expect(elsewhere.received).toEqual([])
    if (texts.includes('refused')) return
    expect(ended.error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect(ended.error?.message).toMatch(/^Step send: .*BOUND/)
    expect(ended.steps.find(({ key }) => key === 'made')).toMatchObject({
      status: 'SUCCEEDED',
      output: { it: expect.stringContaining('[secret BOUND]') },
      secrets: ['BOUND'],
    })
  },
)

test('when a later step reveals a value in the trigger, earlier filter results of it are masked', async () => {
  const ended = await run(
    [
      make('made', { it: '{{ trigger.data | upper | base64 }}' }),
      make('more', '{{ steps.made.output.it | sha256 }}'),
      call(),
    ],
    { data: value },
  )
  expect(ended).toMatchObject({
    status: 'SUCCEEDED',
    input: { data: '[secret BOUND]' },
    steps: [{ output: { it: '[secret BOUND]' } }, { output: '[secret BOUND]' }, {}],
  })
})

test('the output of a request shows later steps neither its query nor a secret in its path', async () => {
  const ended = await run([
    call(),
    make('copy', '{{ steps.call.output.url }}'),
    send('{{ steps.copy.output }}'),
  ])
  expect(ended.status).toBe('SUCCEEDED')
  const url = `${home.url}/a/[secret BOUND]`
  expect(ended.steps.map(({ output }) => output)).toMatchObject([{ url }, url, {}])
  expect(elsewhere.received).toMatchObject([{ body: url }])
})

test('a step with a value from an earlier output is recorded as using the secret, before it runs', async () => {
  const ended = await run([call(), make('made', `{{ ${fromHeader} | sha256 }}`), make('other', 1)])
  expect(ended.steps.map(({ secrets }) => secrets)).toEqual([['BOUND'], ['BOUND'], []])
  const { data } = await workspace.admin.graphql(documents.auditLog, { workspace: 'acme', first: 10 })
  const uses = data.auditLog.filter(
    (it: { actor: string; action: string }) => it.actor === `run ${ended.id}` && it.action === 'secret.use',
  )
  expect(uses.map(({ action, target, detail }: Record<string, unknown>) => [action, target, detail])).toEqual(
    [
      ['secret.use', 'BOUND', { step: 'made', by: 'output' }],
      ['secret.use', 'BOUND', { step: 'call' }],
    ],
  )
})
