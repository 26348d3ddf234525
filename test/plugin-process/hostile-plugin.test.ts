import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findHold, unheld } from '../../src/plugin-process/launch.ts'
import { findPackages } from '../../src/plugin-process/package.ts'
import { PluginHost } from '../../src/plugin-process/plugin-host.ts'
import { Sensitive } from '../../src/sensitive.ts'
import type { StepContext } from '../../src/steps/step-context.ts'
import { noFiles } from '../support/no-files.ts'

const cache = {
  get: async () => new Sensitive('kept'),
  set: async () => new Sensitive('kept'),
  delete: async () => undefined,
}

const packages = ['./test/fixtures/hostile-plugin/index.ts', './test/fixtures/friendly-plugin/index.ts']
const timing = { pingMs: 50, silentMs: 1500 }
// Where the machine has no namespaces, both are the same.
const holds = { 'as strictly as the machine allows': await findHold(), 'by Node alone': unheld }

let folder: string
let server: Server
let port: string
const received: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-hostile-'))
  await writeFile(join(folder, 'root-key.pem'), 'the root key')
  server = createServer((request, response) => {
    received.push(`${request.method} ${request.url}`)
    response.end('{}')
  })
  server.on('upgrade', (_request, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = String((server.address() as AddressInfo).port)
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

function contextOf(signal = new AbortController().signal, lines: unknown[] = []): StepContext {
  const write = (message: string, data?: object) => void lines.push({ message, data })
  return {
    http: (url, init) => fetch(String(url), init as RequestInit),
    lookup: async (host) => host,
    connect: async (host, port) => connect({ host, port }),
    protect: (value) => new Sensitive(value),
    cache,
    files: noFiles,
    config: {},
    mask: (text) => text,
    maxResponseBytes: 1024 * 1024,
    signal,
    log: { debug: write, info: write, warn: write, error: write },
    progress: () => undefined,
    attempt: 1,
    idempotencyKey: 'key',
    workspace: 'acme',
    run: 'acme.run',
  }
}

describe.each(Object.entries(holds))('held %s', (_words, hold) => {
  const hosts: PluginHost[] = []
  const ends: string[] = []

  beforeAll(async () => {
    const env = { ...process.env, HOSTILE_MAY_SEE: 'this', DATABASE_URL: 'postgres://secret' }
    const ended = (_name: string, why: string) => void ends.push(why)
    const options = { secretPaths: [folder], env, hold, timing, ended }
    hosts.push(...findPackages(packages).map((it) => new PluginHost(it, options)))
    for (const host of hosts) await host.describe()
  })
  afterAll(() => Promise.all(hosts.map((it) => it.close())))

  const run = (attempt: string, target = '', context = contextOf()) =>
    hosts[0]?.run({ type: 'hostile', input: { attempt, target } }, false, context)
  const isFine = async () => {
    expect(await run('give back what is fine', 'a')).toBe('{"fine":"a"}')
    expect(await hosts[1]?.run({ type: 'friendly', input: { text: 'hello' } }, false, contextOf())).toBe(
      '"hello"',
    )
  }

  test.each([
    ['read a file', () => join(folder, 'root-key.pem')],
    ['read a file by a promise', () => join(folder, 'root-key.pem')],
    ['read a file through a link of its own', () => join(folder, 'root-key.pem')],
    ['read a file', () => '/etc/passwd'],
    ['read a file', () => `/proc/${process.pid}/environ`],
    ['read a file', () => `/proc/${process.pid}/mem`],
    ['read a file', () => join(process.cwd(), 'test/fixtures/friendly-plugin/index.ts')],
    ['list a folder', () => folder],
    ['list a folder', () => '/proc'],
    ['import a file as a module', () => join(process.cwd(), 'test/fixtures/friendly-plugin/index.ts')],
    ['write into its own folder', () => ''],
    ['start a program', () => ''],
    ['fork itself', () => ''],
    ['start a thread', () => ''],
    ['open an inspector', () => ''],
    ['load native code', () => process.execPath],
    ['bind to the insides of Node', () => ''],
    ['signal a process', () => String(process.pid)],
    ['open a debugger in a process', () => String(process.pid)],
    ['slow a process down', () => String(process.pid)],
    ['connect by net', () => port],
    ['connect by tls', () => port],
    ['connect to a local socket', () => '/run/docker.sock'],
    ['request by http', () => port],
    ['request by fetch', () => port],
    ['open a web socket', () => port],
    ['send a datagram', () => port],
    ['ask for a name', () => ''],
    ['ask a name server', () => ''],
    ['make a socket of the system', () => ''],
    ['listen', () => ''],
    ['connect to an address that nobody has looked up', () => port],
  ])('it cannot %s (%#)', async (attempt, target) => {
    const count = received.length
    await expect(run(attempt, target())).rejects.toThrow()
    expect(received.length).toBe(count)
  })

  test('of the environment it has what its manifest names', async () => {
    expect(JSON.parse(JSON.parse((await run('see its environment')) ?? ''))).toEqual({
      HOSTILE_MAY_SEE: 'this',
    })
  })

  test.each([
    'take memory beside the heap',
    'take memory of the heap',
    'exit',
    'abort',
    'loop',
    'block after a while',
  ])('%s: its call ends, and what follows works', async (attempt) => {
    await expect(run(attempt)).rejects.toThrow()
    await isFine()
  })

  test.each(['send what is no frame', 'announce a frame without end', 'send a message of the wrong shape'])(
    '%s: its process is ended',
    async (attempt) => {
      await expect(run(attempt)).rejects.toMatchObject({ code: 'STEP_FAILED' })
      await isFine()
    },
  )

  test('when it blocks its event loop, a call beside it is done again in a process of its own', async () => {
    const beside = hosts[0]?.run(
      { type: 'hostile', input: { attempt: 'never answer' } },
      true,
      contextOf(AbortSignal.timeout(8000)),
    )
    beside?.catch(() => undefined)
    const again = hosts[0]?.run({ type: 'slow', input: {} }, true, contextOf())
    await expect(run('block')).rejects.toMatchObject({ code: 'STEP_FAILED' })
    expect(await again).toBe('"slow"')
  })

  test('a call that has sent something is not done again, since nobody knows what became of it', async () => {
    const sent = hosts[0]?.run({ type: 'sends-and-waits', input: { target: port } }, false, contextOf())
    await expect.poll(() => received.includes('POST /sent'), { timeout: 10_000 }).toBe(true)
    const blocking = run('block')
    await expect(sent).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await expect(blocking).rejects.toThrow()
    expect(received.filter((it) => it === 'POST /sent')).toHaveLength(1)
    received.length = 0
  })

  test('never answering ends with the time of the step, and its process takes no other call', async () => {
    const aborter = new AbortController()
    const running = run('never answer', '', contextOf(aborter.signal))
    aborter.abort(new Error('late'))
    await isFine()
    void running?.catch(() => undefined)
  })

  test('an output of 64 MiB is refused', async () => {
    await expect(run('give back very much')).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE' })
    await isFine()
  })

  // The memory of the worker would be full long before the bytes were counted.
  test.each([
    ['give back pieces of nothing', 'RESPONSE_TOO_LARGE'],
    ['send a body of pieces of nothing', 'STEP_FAILED'],
    ['write to a connection that nobody reads', 'INTERRUPTED'],
  ])('%s: its call ends', async (attempt, code) => {
    await expect(run(attempt, port)).rejects.toMatchObject({ code })
    await isFine()
  })

  test('nothing of its data reaches a prototype here', async () => {
    const lines: unknown[] = []
    const output = await run('pollute prototypes', '', contextOf(undefined, lines))
    expect(JSON.parse(output ?? '').constructor.prototype.polluted).toBe(1)
    expect(lines).toHaveLength(1)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('it answers for no call but its own', async () => {
    expect(await run('answer in the name of another call', 'aaaa')).toBe('"said"')
    await isFine()
  })

  test('a request of the wrong shape is sent as far as it has one, or refused', async () => {
    await run('send a request of the wrong shape', port)?.catch(() => undefined)
    await isFine()
  })

  test('of what it logs without end, the first lines are kept', async () => {
    const lines: unknown[] = []
    expect(await run('log without end', '', contextOf(undefined, lines))).toBe('"logged"')
    expect(lines).toHaveLength(10_000)
  })

  test('when the host is closed, no process of it is left', async () => {
    const [package_] = findPackages(packages)
    if (!package_) throw new Error('The fixture is not there.')
    const host = new PluginHost(package_, { secretPaths: [folder], env: {}, hold, timing })
    await host.describe()
    const running = host.run({ type: 'hostile', input: { attempt: 'never answer' } }, false, contextOf())
    const refused = expect(running).rejects.toThrow()
    await host.close()
    await refused
  })
})
