import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { packagesNow } from '../support/built.ts'
import { createClient } from '../support/client.ts'
import { createTestDatabase } from '../support/database.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { startHoldingServer } from '../support/holding-server.ts'
import { freePorts, statusOf } from '../support/instance.ts'
import { type LockstepProcess, startLockstep, startWorkerProcess } from '../support/lockstep-process.ts'
import { createTestWorkspace } from '../support/workspace.ts'

// Runs everything in examples/ as the README files say. Packages are linked instead of installed by npm.

const value = 'value-of-the-examples-that-nobody-sees-7731'
const root = process.cwd()
// As in a shell with the Node version that the libraries need.
const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let echo: EchoServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-examples-'))
  echo = await startEchoServer()
})
afterAll(async () => {
  await echo.close()
  await rm(folder, { recursive: true, force: true })
})

/** Runs Node. @returns what it printed, with the code it ended with. */
async function node(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const run = promisify(execFile)(process.execPath, [...args], {
    cwd,
    env: { PATH: path, HOME: folder, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
  })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, printed: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, printed: `${stdout}${stderr}` }),
  )
}

describe('the example plugin', () => {
  let plugin: string
  let tsc: string
  beforeAll(async () => {
    plugin = join(folder, 'plugin')
    await cp('examples/plugin', plugin, { recursive: true })
    await packagesNow()
    for (const scope of ['@types', '@lockstep'])
      await mkdir(join(plugin, 'node_modules', scope), { recursive: true })
    await symlink(join(root, 'packages/steps'), join(plugin, 'node_modules/@lockstep/steps'), 'junction')
    // Includes the packages that Node's types need.
    for (const name of ['@types/node', 'undici-types']) {
      await symlink(join(root, 'node_modules', name), join(plugin, 'node_modules', name), 'junction')
    }
    const { bin } = JSON.parse(await readFile('node_modules/typescript/package.json', 'utf8'))
    tsc = join(root, 'node_modules/typescript', bin.tsc)
  })

  test('requires this version of Lockstep, and its README has the commands that run here', async () => {
    const { peerDependencies, engines, scripts } = JSON.parse(
      await readFile(join(plugin, 'package.json'), 'utf8'),
    )
    const { version } = JSON.parse(await readFile('package.json', 'utf8'))
    expect(peerDependencies).toEqual({ '@lockstep/steps': `^${version}` })
    expect(engines).toEqual({ lockstep: `^${version}` })
    expect(scripts).toEqual({ test: 'node --test', types: 'tsc --noEmit', build: 'tsc' })
  })

  test('passes its tests, including the leak test', async () => {
    const { code, printed } = await node(['--test'], plugin)
    expect(printed).toContain('pass 2')
    expect(code).toBe(0)
  })

  test('has correct types and builds, and an instance loads it by name and opens a ticket', async () => {
    expect(await node([tsc], plugin)).toEqual({ code: 0, printed: '' })
    await symlink(plugin, join(plugin, 'node_modules/lockstep-step-open-ticket'), 'junction')
    const source = `
      const { loadStepTypes } = await import(${JSON.stringify(join(root, 'src/processes/step-types.ts'))})
      const { readConfig } = await import(${JSON.stringify(join(root, 'src/config.ts'))})
      const { createLogger } = await import(${JSON.stringify(join(root, 'src/log.ts'))})
      const config = readConfig({ LOCKSTEP_PLUGINS: 'lockstep-step-open-ticket' })
      const { registry, close } = await loadStepTypes(config, createLogger('silent', 'test'))
      await close()
      console.log(registry.get('open-ticket').title)`
    const { printed } = await node(['--input-type=module', '--eval', source], plugin)
    expect(printed).toBe('Open a ticket\n')
    await openTicket(join(plugin, 'dist/open-ticket.js'))
  })

  async function openTicket(module: string) {
    const app = await startTestApp({ worker: false, env: { LOCKSTEP_PLUGINS: module } })
    const worker = await startWorkerProcess(app)
    const acme = await createTestWorkspace(app, 'acme')
    await acme.createSecret('DESK_TOKEN', value)
    const fields = { server: echo.url, token: '{{ secrets.DESK_TOKEN }}', subject: 'It is down' }
    const { id } = await acme.createAutomation('Ticket', [{ key: 'ticket', type: 'open-ticket', fields }])
    expect(await acme.run(id)).toMatchObject({ status: 'SUCCEEDED', steps: [{ secrets: ['DESK_TOKEN'] }] })
    expect(echo.received.at(-1)).toMatchObject({
      url: '/tickets',
      headers: { authorization: `Bearer ${value}` },
    })
    await worker.stop()
    await app.expectNoCanary(value)
    await app.close()
  }
})

describe.skipIf(process.platform === 'win32')('the example with two workers', () => {
  let script: LockstepProcess | undefined
  afterEach(async () => void (await script?.stop()))

  /** The settings of the example, with ports and folder of this test. Each worker takes one run at a time. */
  async function writeSettings(ports: Record<string, string>) {
    const settings = { ...ports, DATA: join(folder, 'data'), LOCKSTEP_WORKER_CONCURRENCY: '1' }
    let text = await readFile('examples/two-workers/lockstep.env', 'utf8')
    for (const [name, it] of Object.entries(settings)) {
      expect(text).toMatch(new RegExp(`^${name}=`, 'm'))
      text = text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${it}`)
    }
    const file = join(folder, 'lockstep.env')
    await writeFile(file, `${text}LOCKSTEP_EGRESS_ALLOW=127.0.0.0/8\n`)
    return file
  }

  test('runs both workers on one database, gives the API no key, and ends all with the script', async () => {
    const [one, two] = [await freePorts(), await freePorts()]
    const settings = await writeSettings({
      PORT: one.PORT,
      WORKER_1_PORT: one.LOCKSTEP_WORKER_PORT,
      WORKER_2_PORT: two.LOCKSTEP_WORKER_PORT,
    })
    const database = await createTestDatabase()
    const service = await startHoldingServer()
    const env = { PATH: path, DATABASE_URL: database.url.reveal() }
    script = startLockstep([settings], env, [], join(root, 'examples/two-workers/start.sh'))
    await script.untilSays(/with two workers\.$/)
    const client = (headers: Record<string, string>) =>
      createClient(`http://127.0.0.1:${one.PORT}`, [], headers)
    const people = {
      signUp: async (name: string) => {
        const person = client({})
        await person.signUp(name)
        return person
      },
      withToken: (token: string) => client({ authorization: `Bearer ${token}` }),
    }
    const acme = await createTestWorkspace(people, 'acme')
    await acme.createSecret('KEY', value)
    const fields = { method: 'POST', url: service.url, bodyKind: 'text', body: '{{ secrets.KEY }}' }
    const { id } = await acme.createAutomation('Both', [{ key: 'call', type: 'custom-http', fields }])
    const runs = [acme.run(id), acme.run(id)]
    // Each worker takes one run at a time, so two simultaneous runs are in both.
    await service.untilReceived(2)
    service.release()
    for (const run of runs) expect((await run).status).toBe('SUCCEEDED')
    expect(service.received).toEqual([value, value])
    const keyOf = (name: string) => readFile(join(folder, 'data', name, 'root-key.pem'), 'utf8')
    expect(await keyOf('worker-2')).toBe(await keyOf('worker-1'))
    await expect(keyOf('api')).rejects.toThrow('ENOENT')
    expect(script.output.join('\n')).not.toContain(value)
    await script.stop()
    for (const port of [one.PORT, one.LOCKSTEP_WORKER_PORT, two.LOCKSTEP_WORKER_PORT]) {
      expect(await statusOf(`http://127.0.0.1:${port}/healthz`)).toBeUndefined()
    }
    await service.close()
    await database.drop()
  })
})
