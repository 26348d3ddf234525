import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseJson } from '../../src/exact-json.ts'
import { findPackages, type PluginPackage } from '../../src/plugin-process/package.ts'
import { PluginHost } from '../../src/plugin-process/plugin-host.ts'
import { remoteStepType } from '../../src/plugin-process/remote-step-types.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { destinationsOf } from '../../src/steps/destinations.ts'
import { createRegistry, type StepAsk, type StepType } from '../../src/steps/index.ts'
import type { StepContext } from '../../src/steps/step-context.ts'

const cache = {
  get: async () => new Sensitive('kept'),
  set: async () => new Sensitive('kept'),
  delete: async () => undefined,
}

import { TestAuthority } from '../egress/certificates.ts'
import { noFiles } from '../support/no-files.ts'

const hosts: PluginHost[] = []
const types = new Map<string, StepType>()
const said: unknown[] = []
let folder: string
let plain: Server
let secure: Server

const portOf = (server: Server) => (server.address() as AddressInfo).port
const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-host-'))
  const issued = new TestAuthority().issue(['localhost'])
  plain = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
  secure = createTlsServer({ ...issued, allowHalfOpen: true }, (socket) => socket.pipe(socket))
  await Promise.all([listen(plain), listen(secure)])
  hosts.push(...findPackages(['./test/fixtures/friendly-plugin/index.ts']).map(hostOf))
  for (const host of hosts) {
    const registry = createRegistry((await host.describe()).map((it) => remoteStepType(it, host)))
    for (const it of registry.list()) types.set(it.type, it)
  }
})
afterAll(async () => {
  await Promise.all(hosts.map((it) => it.close()))
  plain.close()
  secure.close()
  await rm(folder, { recursive: true })
})

const hostOf = (it: PluginPackage) => new PluginHost(it, { secretPaths: [], env: {} })

function context(more: Partial<StepContext> = {}): StepContext {
  const write = (message: string, data?: object) => void said.push({ message, data })
  return {
    http: async (_url, init) => {
      said.push({ sent: String(init?.body).length })
      return Object.defineProperty(new Response('y'.repeat(300_000), { status: 201 }), 'url', {
        value: 'http://a/',
      })
    },
    lookup: async (host) => host,
    connect: async (host, port) => connect({ host, port }),
    protect: (value) => {
      said.push({ protected: value })
      return new Sensitive(value)
    },
    cache,
    files: noFiles,
    config: {},
    mask: (text) => text.replace('secret', '[secret]'),
    maxResponseBytes: 1024 * 1024,
    signal: new AbortController().signal,
    log: { debug: write, info: write, warn: write, error: write },
    progress: (...amounts) => void said.push({ progress: amounts }),
    attempt: 1,
    idempotencyKey: 'key',
    workspace: 'acme',
    run: 'acme.run',
    ...more,
  }
}

async function run(name: string, input: Readonly<Record<string, unknown>>, more: Partial<StepContext> = {}) {
  const type = await types.get(name)?.elsewhere?.settle(input, input)
  const output = await type?.run(input, context(more))
  return JSON.parse((output as { text: string }).text)
}

test.each(['plain', 'tls', 'upgraded'])('a %s connection of a step goes through the worker', async (how) => {
  const port = portOf(how === 'plain' ? plain : secure)
  const text = 'hello '.repeat(100_000)
  expect(await run('talks', { port, text, how })).toBe(text)
})

test('a step that is told to stop has its connections closed', async () => {
  const refusal = run(
    'talks',
    { port: portOf(plain), text: 'x', how: 'plain' },
    {
      lookup: async () => {
        throw new Error('no such host')
      },
    },
  )
  await expect(refusal).rejects.toThrow('no such host')
})

test('what only the functions of a definition can say is asked where they are', async () => {
  const input = { port: 4000, text: 'x', how: 'plain' }
  const settled = await types.get('talks')?.elsewhere?.settle(input, {})
  expect(settled && destinationsOf(settled, input)).toEqual(['127.0.0.1:4000'])
  expect(settled?.delaySeconds?.(input)).toBe(0.004)
  expect(() => destinationsOf(types.get('talks') ?? {}, input)).toThrow()
})

test('a schema of a field refuses what is written, and what is rendered', async () => {
  const checkWritten = async (key: string, raw: unknown) =>
    types.get('checks')?.elsewhere?.checkWritten(key, raw)
  await expect(checkWritten('odd', { number: '3' })).rejects.toMatchObject({
    code: 'INVALID_FIELD',
    at: { step: 'odd', field: 'number' },
    reason: expect.stringContaining('must be even'),
  })
  await checkWritten('even', { number: '4' })
  await expect(run('checks', { number: 3 })).rejects.toMatchObject({ code: 'INVALID_FIELD' })
})

test("the context of a step is the worker's", async () => {
  said.length = 0
  expect(await run('checks', { number: 4 })).toEqual({
    number: 4,
    masked: 'a [secret]',
    protected: 'made',
    kept: 'kept',
    status: 201,
    body: 'y'.repeat(300_000),
  })
  expect(said).toEqual([
    { message: 'checked', data: { number: 4 } },
    { sent: 200_000 },
    { protected: 'made' },
  ])
  await expect(run('checks', { number: 200 })).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'It is too large.',
  })
})

async function packageWith(lockstep: unknown): Promise<string> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'strict', type: 'module', lockstep }))
  const steps = JSON.stringify(join(process.cwd(), 'src/steps/index.ts'))
  const source = `import { defineStep, field } from ${steps}
    export default defineStep({ type: 'asks', title: 'Asks', description: 'Asks.', output: {},
      fields: { url: field.text({ label: 'URL' }) },
      run: async ({ url }, { http, lookup }) => url.startsWith('http') ? (await http(url)).status : lookup(url, 25) })`
  const file = join(folder, 'asks.mjs')
  await writeFile(file, source)
  return file
}

test('a package reaches the hosts and uses the protocols of its manifest', async () => {
  const [found] = findPackages([
    await packageWith({ hosts: ['a.example', '*.b.example'], protocols: ['http'] }),
  ])
  if (!found) throw new Error('There is no package.')
  const host = hostOf(found)
  hosts.push(host)
  const ask = (url: string) => host.run({ type: 'asks', input: { url } }, false, context())
  expect(await ask('https://a.example/x')).toBe('201')
  expect(await ask('https://c.b.example')).toBe('201')
  for (const url of ['https://evil.example', 'https://b.example', 'https://a.example.evil', 'a.example']) {
    await expect(ask(url)).rejects.toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  }
})

test.each([
  [{ host: ['a.example'] }, /knows no host/],
  [{ hosts: 'a.example' }, /no list of texts/],
  [{ hosts: ['http://a.example'] }, /names the host/],
  [{ protocols: ['udp'] }, /there are http and tcp/],
  [{ environment: ['LOCKSTEP_ROOT_KEY'] }, /LOCKSTEP_ROOT_KEY/],
  [{ environment: ['DATABASE_URL'] }, /DATABASE_URL/],
  [{ environment: ['AWS_SECRET_ACCESS_KEY'] }, /AWS_SECRET_ACCESS_KEY/],
  ['all', /has to be an object/],
])('a manifest with %j is refused', async (manifest, reason) => {
  const file = await packageWith(manifest)
  expect(() => findPackages([file])).toThrow(reason)
})

test('fields of an earlier version are migrated where the code is, and numbers keep their digits', async () => {
  const migrate = (fields: Record<string, unknown>) => types.get('moved')?.elsewhere?.migrate(fields, 1)
  const made = await migrate({ words: 'hello', other: parseJson('1.10') })
  expect(JSON.stringify(made)).toBe('{"other":1.10,"text":"hello"}')
  await expect(migrate({ words: 'broken' })).rejects.toThrow('it cannot')
})

test('a step gets its configuration with the call, and a secret in it does not show', async () => {
  const config = { key: new Sensitive('0123456789'), region: 'us' }
  expect(await run('moved', { text: 'x' }, { config })).toEqual({ region: 'us', key: 10, shown: '[secret]' })
})

/** The files of a call, in memory, and what was sent. */
function filesIn() {
  const sent: unknown[] = []
  const contents = new Map<string, { bytes: Buffer; options: unknown }>()
  const gather = async (content: unknown): Promise<Buffer> => {
    const pieces: Uint8Array[] = []
    for await (const it of content as AsyncIterable<Uint8Array>) pieces.push(it)
    return Buffer.concat(pieces)
  }
  const reference = (file: string) => ({ file, name: 'mine', mediaType: 'text/plain', bytes: 7 })
  const files: StepContext['files'] = {
    async write(content, options) {
      contents.set('one', { bytes: await gather(content), options })
      return reference('one')
    },
    async *read({ file }) {
      const { bytes = Buffer.alloc(0) } = contents.get(file) ?? {}
      for (let at = 0; at < bytes.length; at += 150_000) yield bytes.subarray(at, at + 150_000)
    },
    find: (named) => reference(String(named)),
    receive: async (_url, _init, options) => ({
      response: Object.defineProperty(new Response(null, { status: 201 }), 'url', { value: 'http://a/' }),
      file: { ...reference('two'), name: options?.name ?? '' },
    }),
  }
  const http: StepContext['http'] = async (_url, init) => {
    const body = init?.body
    if (Array.isArray(body)) {
      for (const part of body)
        sent.push('value' in part ? part : { ...part, file: (await gather(part.file)).toString() })
    } else sent.push(body && Symbol.asyncIterator in Object(body) ? (await gather(body)).length : body)
    return Object.defineProperty(new Response('{}'), 'url', { value: 'http://a/' })
  }
  return { files, http, sent, contents }
}

test('a step keeps, reads, sends and receives files, which the worker holds', async () => {
  const { files, http, sent, contents } = filesIn()
  const output = await run('copies', { url: 'http://127.0.0.1/' }, { files, http })
  const mine = { file: 'one', name: 'mine', mediaType: 'text/plain', bytes: 7 }
  expect(output).toEqual({
    file: mine,
    read: 300_000,
    status: 201,
    received: { ...mine, file: 'two', name: 'theirs' },
  })
  expect(contents.get('one')?.options).toEqual({ name: 'mine', mediaType: 'text/plain', protected: true })
  expect(sent).toEqual([
    mine,
    300_000,
    { name: 'title', value: 'A title' },
    { name: 'document', file: 'a document', filename: 'a.txt' },
  ])
})

test('a package is held to the hosts of its manifest at every hop', async () => {
  const [found] = findPackages(['./test/fixtures/friendly-plugin/index.ts'])
  if (!found) throw new Error('there is no such package')
  const host = hostOf({ ...found, permissions: { ...found.permissions, hosts: ['127.0.0.1'] } })
  hosts.push(host)
  const redirects: StepContext['http'] = async (url, init) => {
    init?.beforeHop?.(new URL(String(url)))
    init?.beforeHop?.(new URL('http://elsewhere.example/'))
    throw new Error('the second hop was not refused')
  }
  const call = host.run({ type: 'checks', input: { number: 2 } }, false, context({ http: redirects }))
  await expect(call).rejects.toMatchObject({
    code: 'DESTINATION_NOT_ALLOWED',
    message: expect.stringContaining('elsewhere.example is none of its hosts'),
  })
})

test('what comes over the connections of a call counts against what it may receive', async () => {
  const much = createServer((socket) => socket.on('error', () => undefined).end(Buffer.alloc(400_000)))
  await listen(much)
  const talk = run('talks', { port: portOf(much), text: 'x', how: 'plain' }, { maxResponseBytes: 100_000 })
  await expect(talk).rejects.toThrow('More came than a step may receive')
  much.close()
})

test('what a form asks for is answered where the code is, with the context of the step', async () => {
  const moved = types.get('moved')
  const config = { key: new Sensitive('0123456789'), region: 'us' }
  const asked = async (ask: StepAsk) => {
    const text = await moved?.elsewhere?.runAsked(ask, { text: new Sensitive('t-4711') }, context({ config }))
    return JSON.parse((text as { text: string }).text)
  }
  expect(await asked({ choices: 'words' })).toEqual([{ value: 'us', label: '[secret]' }])
  expect(await asked({ check: true })).toBe('text: [secret]')
  await expect(asked({ choices: 'text' })).rejects.toMatchObject({ code: 'INVALID_FIELD' })
  expect(moved?.choices).toHaveProperty('words')
})
