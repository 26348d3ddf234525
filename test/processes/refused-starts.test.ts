import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { loadStepTypes } from '../../src/processes/step-types.ts'
import { createRootKey } from '../../src/vault/create-root-key.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'
import { freePorts, main, statusOf } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'
import { untilSigned } from '../support/until-signed.ts'
import { createTestWorkspace } from '../support/workspace.ts'

const value = 'value-behind-a-lost-key-4417'

vi.setConfig({ testTimeout: 60_000 })

let folder: string
let app: TestApp

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-refused-'))
  app = await startTestApp()
  const workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('KEY', value)
})
afterAll(async () => {
  await app.expectNoCanary(value)
  await app.close()
  await rm(folder, { recursive: true })
})

const onDatabase = (extra: NodeJS.ProcessEnv) => ({
  DATABASE_URL: app.database.url.reveal(),
  LOCKSTEP_DATA: folder,
  LOCKSTEP_WORKER_PORT: '0',
  ...extra,
})

/**
 * The versions of all rows of our tables, which change with any write. The app's own worker reports every few seconds
 * and strikes the clock every minute: of what it writes by that, only which rows there are counts.
 */
const WRITTEN_BY_WORKERS: readonly string[] = ['worker', 'run_worker', 'run_clock']

async function versions(): Promise<string[]> {
  const tables = await app.database.query<{ name: string }>(
    `select format('%I', table_name) as name from information_schema.tables where table_schema = 'public'`,
  )
  const rows = tables.map(({ name }) => {
    const version = WRITTEN_BY_WORKERS.includes(name) ? 'id' : `ctid || ' ' || xmin`
    return app.database.query<{ at: string }>(`select '${name} ' || ${version} as at from ${name} order by 1`)
  })
  return (await Promise.all(rows)).flat().map(({ at }) => at)
}

describe('a root key that does not belong to the database', () => {
  let file: string
  let fingerprints: string[]

  beforeAll(async () => {
    const { pem } = await createRootKey({})
    file = join(folder, 'wrong-key.pem')
    await writeFile(file, pem.reveal(), { mode: 0o600 })
    const { loadRootKey } = await import('../../src/vault/opening.ts')
    const stored = await app.database.query<{ fingerprint: string }>(
      'select fingerprint from root_certificate',
    )
    fingerprints = [(await loadRootKey(file)).certificate.fingerprint, stored[0]?.fingerprint ?? '']
  })

  test('ends the worker with 78, names both fingerprints and the solutions, and writes nothing', async () => {
    await untilSigned(app.database)
    const before = await versions()
    const worker = startLockstep([main, 'worker'], onDatabase({ LOCKSTEP_ROOT_KEY_FILE: file }))
    expect(await worker.ended).toBe(78)
    const said = worker.output.join('\n')
    for (const fingerprint of fingerprints) expect(said).toContain(fingerprint)
    expect(said).toMatch(/three ways out/)
    for (const way of [
      /1\. Put the database's key back/,
      /2\. .*check DATABASE_URL/,
      /3\. .*lockstep keys recover/,
    ])
      expect(said).toMatch(way)
    expect(said).toContain(file)
    expect(said).not.toContain('PRIVATE KEY')
    expect(await versions()).toEqual(before)
    expect(before.length).toBeGreaterThan(5)
  })

  test('ends a whole instance with 78 and the reason in the log', async () => {
    const ports = await freePorts()
    const env = onDatabase({ ...ports, LOCKSTEP_ROOT_KEY_FILE: file })
    const instance = startLockstep([main, 'start'], env)
    const line = await instance.untilSays(/The worker refuses to start/)
    for (const fingerprint of fingerprints) expect(JSON.parse(line).msg).toContain(fingerprint)
    expect(await instance.ended).toBe(78)
    expect(instance.output.filter((it) => it.includes('"role":"worker"')).length).toBeLessThan(10)
  })
})

test('a missing root key is not replaced with a new one if the database has one', async () => {
  const file = join(folder, 'missing', 'key.pem')
  const before = await versions()
  const worker = startLockstep([main, 'worker'], onDatabase({ LOCKSTEP_ROOT_KEY_FILE: file }))
  expect(await worker.ended).toBe(78)
  const said = worker.output.filter((line) => !line.startsWith('{')).join('\n')
  expect(said).toContain(`There is no root key at ${file}`)
  expect(said).toMatch(/backup.*\n.*recover/)
  expect(existsSync(file)).toBe(false)
  expect(await versions()).toEqual(before)
})

test('the worker starts once the key is back', async () => {
  const { rootKeyFile } = app.config
  await mkdir(join(folder, 'back'))
  await rename(rootKeyFile, join(folder, 'back/key.pem'))
  const env = onDatabase({ LOCKSTEP_ROOT_KEY_FILE: join(folder, 'back/key.pem') })
  const worker = startLockstep([main, 'worker'], env)
  await worker.untilSays(/worker takes runs/)
  expect(await worker.stop()).toBe(0)
})

describe('a port that another program listens on', () => {
  let port: number
  const other = createServer()

  beforeAll(async () => {
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    port = (other.address() as AddressInfo).port
  })
  afterAll(() => void other.close())

  test.each([
    ['api', 'PORT'],
    ['worker', 'LOCKSTEP_WORKER_PORT'],
    // A whole instance ends as each of its processes does; that of a worker is above.
    ['start', 'PORT'],
  ])('ends %s with 78 and names %s', async (role, variable) => {
    const key = { LOCKSTEP_ROOT_KEY_FILE: inject('rootKeyFile') }
    const env = onDatabase({ ...(await freePorts()), ...key, [variable]: String(port) })
    const running = startLockstep([main, role], env)
    expect(await running.ended).toBe(78)
    expect(running.output.join('\n')).toContain(
      `${variable} is ${port}, but another program listens there on 127.0.0.1. ` +
        `Stop it, or set ${variable} to another port.`,
    )
    // It does not open first what it would have to close again.
    if (role !== 'start') expect(running.output.join('\n')).not.toContain('"msg":"API is ready"')
  })
})

describe('while the database is unreachable', () => {
  const password = 'password-of-nobody'
  const url = `postgres://somebody:${password}@127.0.0.1:1/nothing`

  test.each(['api', 'worker'])(
    'the %s is alive and not ready, logs it once, and ends in order',
    async (role) => {
      const ports = await freePorts()
      const running = startLockstep([main, role], { ...onDatabase(ports), DATABASE_URL: url })
      const line = await running.untilSays(/"msg":"waiting: /)
      expect(JSON.parse(line)).toMatchObject({
        role,
        level: 'warn',
        msg: 'waiting: the database cannot be reached',
      })
      const origin = `http://127.0.0.1:${role === 'api' ? ports.PORT : ports.LOCKSTEP_WORKER_PORT}`
      expect(await statusOf(`${origin}/healthz`)).toBe(200)
      // It looks again every second without logging it.
      const lines = running.output.length
      await new Promise((resolve) => setTimeout(resolve, 2500))
      expect(running.output.slice(lines)).toEqual([])
      expect(await statusOf(`${origin}/readyz`)).toBe(503)
      expect(await running.stop()).toBe(0)
      expect(running.output.join('\n')).not.toContain(password)
    },
  )

  test('an instance is alive and not ready, each process logs it once, and it ends in order', async () => {
    const ports = await freePorts()
    const running = startLockstep([main, 'start'], { ...onDatabase(ports), DATABASE_URL: url })
    for (const role of ['migrate', 'worker', 'api']) {
      await running.untilSays(new RegExp(`"role":"${role}","msg":"waiting: the database cannot be reached"`))
    }
    for (const port of [ports.PORT, ports.LOCKSTEP_WORKER_PORT]) {
      expect(await statusOf(`http://127.0.0.1:${port}/readyz`)).toBe(503)
    }
    expect(await running.stop()).toBe(0)
    const waiting = running.output.filter((line) => line.includes('waiting'))
    expect(waiting).toHaveLength(3)
    expect(running.output.join('\n')).not.toContain(password)
  })
})

describe('a start that cannot succeed ends with 78 and says what to change', () => {
  test.each([
    ['throws on import', 'throw new Error("no such thing as a flux capacitor")', /flux capacitor/],
    ['exports nothing', 'export const it = 1', /must export a step type/],
    ['has a step type without run', 'export default { type: "half" }', /half/],
    ['takes a type that is there', 'import it from "PLUGINS"; export default it[0]', /custom-http.*twice/],
  ])('a plugin that %s', async (what, source, reason) => {
    // A module that was imported once is not read again.
    const file = join(folder, `${what.replaceAll(' ', '-')}.mjs`)
    await writeFile(file, source.replace('PLUGINS', join(process.cwd(), 'plugins/index.ts')))
    const config = readConfig({ LOCKSTEP_PLUGINS: file })
    const refusal = await loadStepTypes(config, createLogger('silent', 'test')).catch(
      (error: unknown) => error,
    )
    expect(refusal).toMatchObject({ code: 'INVALID_STEP_TYPE', message: expect.stringMatching(reason) })
    expect(refusal).toMatchObject({ message: expect.stringContaining(file) })
  })

  test.each(['api', 'worker'])('a plugin of the %s that cannot be used', async (role) => {
    const file = join(folder, 'useless.mjs')
    await writeFile(file, 'export const it = 1')
    const running = startLockstep([main, role], onDatabase({ PORT: '0', LOCKSTEP_PLUGINS: file }))
    expect(await running.ended).toBe(78)
    const said = running.output.find((line) => line.startsWith('lockstep: '))
    expect(said).toContain(file)
    expect(said).toMatch(/must export a step type/)
    expect(running.output.filter((line) => line.includes('must export a step type'))).toHaveLength(1)
  })

  test('a plugin that the operator has not configured, told once', async () => {
    const file = join(folder, 'asks.mjs')
    await writeFile(
      file,
      `import { defineStep, field } from '@lockstep/steps'
      const config = {
        key: field.text({ label: 'Key', required: true, secrets: true }),
        region: field.choice({ label: 'Region', options: ['eu', 'us'] }),
      }
      const named = { type: 'asks', title: 'Asks', description: 'Asks.' }
      export default defineStep({ ...named, fields: {}, config, output: {}, run: () => null })`,
    )
    await writeFile(join(folder, 'package.json'), '{"name": "asks"}')
    const ports = await freePorts()
    const wrong = { ...ports, LOCKSTEP_PLUGINS: file, LOCKSTEP_PLUGIN_ASKS__REGION: 'asia' }
    const running = startLockstep([main, 'start'], onDatabase(wrong))
    expect(await running.ended).toBe(78)
    const said = running.output.filter((line) => line.includes('LOCKSTEP_PLUGIN_'))
    expect(said).toEqual([expect.stringContaining('__KEY is not set. The plugin asks needs it')])
    expect(said[0]).toContain('__REGION, for the plugin asks, has to be one of eu, us')
    expect(said[0]).not.toContain('asia')
  })

  test.each([
    ['PORT', 'forty'],
    ['LOCKSTEP_LOG', 'loud'],
    ['LOCKSTEP_EGRES_ALLOW', '10.0.0.0/8'],
    ['LOCKSTEP_EGRESS_ALLOW', 'not a host!'],
    ['DATABASE_URL', 'mysql://root:hunter2@localhost'],
  ])('for a bad %s, which it names', async (name, bad) => {
    const running = startLockstep([main, 'worker'], onDatabase({ [name]: bad }))
    expect(await running.ended).toBe(78)
    const said = running.output.find((line) => line.startsWith('lockstep: '))
    expect(said).toContain(name)
    expect(said).not.toContain('hunter2')
  })
})

test('several processes can migrate an empty database at once, and again', async () => {
  const database = await createTestDatabase('template0')
  try {
    const env = { DATABASE_URL: database.url.reveal(), LOCKSTEP_DATA: folder }
    const migrate = () => startLockstep([main, 'migrate'], env).ended
    expect(await Promise.all([migrate(), migrate(), migrate()])).toEqual([0, 0, 0])
    const state = () =>
      database.query(`select (select count(*)::int from mikro_orm_migrations) as migrations,
      (select count(*)::int from instance) as instances, (select auth_secret from instance) as secret`)
    const before = await state()
    expect(before).toMatchObject([{ migrations: expect.any(Number), instances: 1 }])
    expect(await migrate()).toBe(0)
    expect(await state()).toEqual(before)
  } finally {
    await database.drop()
  }
})
