import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseCurl, referToSecrets, writeCurl } from '../../plugins/custom-http/curl/index.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer((_request, response) => response.end())
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

// With everything that a shell, curl or an encoding could take for something else.
const secrets = {
  API_KEY: `k"e'y $HOME \`id\` \\n !! {a,b}%41&=+ü`,
  SHORT: 'abcd',
  '2FA': 'second factor',
  PATH: 'no path of a shell',
  PASSWORD: 'p:w d',
}

const run = promisify(execFile)

/** The requests that a shell sends with the command, and that the step sends. */
async function bothSend(fields: Record<string, unknown>) {
  const { command } = writeCurl(fields)
  const own = { API_KEY: secrets.API_KEY, SHORT: secrets.SHORT, _2FA: secrets['2FA'], _PATH: secrets.PATH }
  const env = { ...own, PASSWORD: secrets.PASSWORD, PATH: process.env['PATH'] ?? '' }
  await run('bash', ['--norc', '-c', `set -u; ${command} -sS --fail`], { env })
  await testStep(customHttp, { fields, secrets })
  const [shell, step, ...more] = server.received.splice(0)
  expect(more).toEqual([])
  if (!shell || !step) throw new Error('both have to send')
  return { shell: sent(shell), step: sent(step) }
}

function sent({ method, url, headers, body }: EchoServer['received'][number]) {
  const names = ['authorization', 'x-key', 'x-odd', 'x-empty', 'content-type', 'cookie']
  const type = String(headers['content-type'])
  return {
    method,
    // Blanks have two encodings in a query.
    url: [...new URL(url ?? '', 'http://x').searchParams, url?.split('?')[0]],
    headers: Object.fromEntries(names.map((it) => [it, String(headers[it]).replace(/boundary=.*/, '')])),
    body: type.startsWith('multipart/')
      ? body.replaceAll(/^--.*$/gm, '--').replaceAll(/content-disposition/gi, 'content-disposition')
      : type.includes('urlencoded')
        ? [...new URLSearchParams(body)]
        : body,
  }
}

const requests: Readonly<Record<string, (url: string) => Record<string, unknown>>> = {
  'a value in a header, a query and the path': (url) => ({
    url: `${url}/it's/{{ secrets.SHORT }}?a=1`,
    query: [{ name: 'q&x', value: '{{ secrets.API_KEY }}' }],
    headers: [
      { name: 'X-Key', value: 'Token {{ secrets.SHORT }}x; {{ secrets.SHORT }}' },
      { name: 'X-Odd', value: `$HOME "quoted" it's !! \`id\` {{ secrets.PATH }} {{ secrets.2FA }}` },
      { name: 'X-Empty', value: '' },
    ],
  }),
  'a user name and a password': (url) => ({
    url,
    headers: [{ name: 'Authorization', value: '{{ secrets.SHORT | basic: secrets.PASSWORD }}' }],
  }),
  'a body of JSON': (url) => ({
    method: 'PUT',
    url,
    bodyKind: 'json',
    body: `{"note":"it's $5","key":"{{ secrets.SHORT }}","more":"{{ secrets.PASSWORD }}"}`,
  }),
  'a body of text': (url) => ({
    method: 'POST',
    url,
    bodyKind: 'text',
    body: `line one\nkey={{ secrets.API_KEY }}\n`,
  }),
  'a form': (url) => ({
    method: 'POST',
    url,
    bodyKind: 'form',
    form: [
      { name: 'a b', value: '{{ secrets.API_KEY }}' },
      { name: '@c', value: '@file' },
    ],
  }),
  'a form of parts': (url) => ({
    method: 'POST',
    url,
    bodyKind: 'multipart',
    form: [
      { name: 'meta', value: '{"key":"{{ secrets.SHORT }}"}' },
      { name: 'plain', value: '@x;type=y {{ secrets.SHORT }}' },
    ],
    partTypes: [{ name: 'meta', value: 'application/json' }],
  }),
  'another method': (url) => ({ method: 'OTHER', otherMethod: 'REPORT', url: `${url}/[x]` }),
}

const basic = (expression: string) => ({ headers: [{ name: 'Authorization', value: `{{ ${expression} }}` }] })
const part = (name: string) => ({
  method: 'POST',
  bodyKind: 'multipart',
  form: [{ name, value: 'v' }],
  partTypes: [{ name, value: 'text/plain' }],
})

describe('a step that is copied as cURL', () => {
  test.each(Object.entries(requests))('sends in a shell what the step sends: %s', async (_what, make) => {
    const { shell, step } = await bothSend(make(server.origin))
    expect(shell).toEqual(step)
  })

  test.each(Object.entries(requests))('refers to the same secrets when it is pasted: %s', (_what, make) => {
    const fields = make('https://api.acme.test')
    const { fields: plain, credentials } = parseCurl(writeCurl(fields).command)
    const names = (it: unknown) =>
      [...new Set(JSON.stringify(it).match(/secrets\.\w+/g))].sort((a, b) => a.localeCompare(b))
    expect(names(referToSecrets(plain, credentials))).toEqual(names(fields))
    // Whoever pastes it adds no secret: the text of a variable is no value.
    expect(credentials.flatMap(({ secrets: all }) => all.flatMap(({ value }) => value ?? []))).toEqual([])
  })

  test.each<[string, (file: string) => Record<string, unknown>]>([
    [
      'a name of a secret',
      (file) => ({ headers: [{ name: 'x', value: `{{ secrets["a$(touch ${file})"] }}` }] }),
    ],
    ['a name in a user name', (file) => basic(`secrets["a$(touch ${file})"] | basic: "p"`)],
    ['a name in a password', (file) => basic(`secrets.A | basic: secrets["a$(touch ${file})"]`)],
    ['a method', (file) => ({ method: `GET; touch ${file}; {{ trigger.m }}` })],
    ['a method of its own', (file) => ({ method: 'OTHER', otherMethod: `X;touch ${file}` })],
    ['an address', (file) => ({ url: `-o${file}` })],
    ['a part of a form', () => part('x=@/etc/hostname;a')],
    ['a header', (file) => ({ headers: [{ name: `x\`touch ${file}\``, value: `$(touch ${file})` }] })],
  ])('runs and reads nothing of what somebody wrote into %s', async (_what, fields) => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-copied-'))
    const { command } = writeCurl({ url: server.origin, ...fields(join(folder, 'touched')) })
    // What curl says of a command that makes no sense does not matter.
    await run('bash', ['--norc', '-c', `${command} -sS`]).catch(() => undefined)
    expect(await readdir(folder)).toEqual([])
    expect(command).not.toMatch(/=@|^curl -o/)
    await rm(folder, { recursive: true })
  })

  test('holds the name of a secret and no value, and says what only a run knows', () => {
    const written = writeCurl({
      url: 'https://api.acme.test/{{ trigger.id }}',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.ACME_TOKEN }}' }],
      pagination: 'link',
      clientCertificate: '{{ secrets.CERTIFICATE }}',
    })
    expect(written).toEqual({
      command: `curl --globoff \\\n  'https://api.acme.test/{{ trigger.id }}' \\\n  -H "Authorization: Bearer $ACME_TOKEN" \\\n  -L`,
      variables: ['ACME_TOKEN'],
      notes: [
        'Put a value in the place of {{ trigger.id }}, which only a run knows.',
        'The command asks for the first page alone.',
        'The client certificate is not in the command.',
      ],
    })
  })

  test('a text in single quotes that looks like a variable is none when it is pasted', () => {
    const { credentials } = parseCurl(
      `curl https://api.acme.test --json '{"query":"query($id: ID!)"}' -H "X-A: $OTHER"`,
    )
    expect(credentials.map(({ label }) => label)).toEqual(['variable OTHER'])
  })
})
