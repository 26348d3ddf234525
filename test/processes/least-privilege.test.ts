import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { runLockstep } from '../support/command.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { freePort } from '../support/free-port.ts'
import { freePorts, type Instance, startInstance } from '../support/instance.ts'
import { probeEnvironment, runInApi } from '../support/probe.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { forbiddenStatements } from './forbidden-statements.ts'
import { makeOldDatabaseFolder } from './old-database-folder.ts'
import { writePostingPlugin } from './plugins.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const value = 'sk_test_least_privilege_0123456789'

let folder: string
let data: string
let settings: NodeJS.ProcessEnv
let probe: number
let echo: EchoServer
let instance: Instance
let acme: TestWorkspace
let api: pg.Client

/** One instance for the whole file, on a data folder of the time before the database had roles. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-privilege-'))
  data = join(folder, 'data')
  await makeOldDatabaseFolder(join(data, 'postgres'))
  echo = await startEchoServer()
  probe = await freePort()
  settings = {
    ...(await freePorts()),
    ...probeEnvironment(probe),
    LOCKSTEP_DATA: data,
    LOCKSTEP_ROOT_KEY_FILE: join(data, 'keys.pem'),
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_SIGN_UP: 'open',
    // The API loads both when it starts. The plugin lies beside the data folder.
    LOCKSTEP_PLUGINS: await writePostingPlugin(folder),
    OTEL_EXPORTER_OTLP_ENDPOINT: echo.url,
    AWS_SECRET_ACCESS_KEY: 'of the cloud that may hold a root key',
  }
  instance = await startInstance(settings)
  acme = await createTestWorkspace(instance.people, 'acme')
  await acme.createSecret('KEY', value)
  const { value: url } = await inApi('return process.env.LOCKSTEP_API_DATABASE_URL')
  api = new pg.Client({ connectionString: String(url) })
  api.on('error', () => undefined)
  await api.connect()
})
afterAll(async () => {
  await api.end()
  await instance.process.stop()
  await echo.close()
  await rm(folder, { recursive: true, maxRetries: 5 })
})

const inApi = (body: string) => runInApi(probe, body)
const read = (file: string) => inApi(`return node('fs').readFileSync(${JSON.stringify(file)}, 'utf8')`)

/** A connection as a role of the instance. */
async function ask(role: 'owner' | 'worker', sql: string): Promise<pg.QueryResult> {
  const connectionString = await findEmbeddedPostgres(join(data, 'postgres'), role)
  const client = new pg.Client(connectionString)
  await client.connect()
  return client.query(sql).finally(() => client.end())
}

describe('an instance on a data folder from before there were roles', () => {
  test('works: a secret is stored and used, and doctor finds no right too many', async () => {
    const fields = { url: echo.url, headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }] }
    const { id } = await acme.createAutomation('Call', [{ key: 'call', type: 'custom-http', fields }])
    expect(await acme.run(id)).toMatchObject({ status: 'SUCCEEDED' })
    expect(echo.received.at(-1)?.headers['x-key']).toBe(value)
    const env = { LOCKSTEP_DATA: data, LOCKSTEP_ROOT_KEY_FILE: settings['LOCKSTEP_ROOT_KEY_FILE'] }
    const doctor = await runLockstep(['doctor'], env)
    expect(doctor.stdout).toContain("✓ api role: The API's database role lockstep_api has no right that it")
    expect(doctor.code).toBe(0)
  })

  test('has nothing that belongs to the superuser, nor a role with more than its rights', async () => {
    const owned = `select relname from pg_class where relnamespace = 'public'::regnamespace and relowner = 10
      union select proname from pg_proc where pronamespace = 'public'::regnamespace and proowner = 10
      union select datname from pg_database where datname = 'lockstep' and datdba = 10`
    expect((await ask('owner', owned)).rows).toEqual([])
    const roles = `select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as strong,
        rolconfig, exists (select from pg_auth_members where member = pg_roles.oid) as member
      from pg_roles where rolname ~ '^lockstep_' order by 1`
    const plain = { strong: false, rolconfig: null, member: false }
    expect((await ask('owner', roles)).rows).toEqual(
      ['lockstep_api', 'lockstep_owner', 'lockstep_worker'].map((rolname) => ({ rolname, ...plain })),
    )
  })

  test('keeps the addresses of the roles for its own user, with new passwords, and none of the superuser', async () => {
    for (const name of ['database-url', 'api-database-url', 'worker-database-url']) {
      const file = join(data, 'postgres', name)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await readFile(file, 'utf8')).toMatch(/^postgres:\/\/lockstep_(?:owner|api|worker):/)
    }
    const rules = await readFile(join(data, 'postgres/cluster/pg_hba.conf'), 'utf8')
    const methods = rules.split('\n').flatMap((line) => /^(?:local|host)\s.*\s(\S+)$/.exec(line)?.[1] ?? [])
    expect(new Set(methods)).toEqual(new Set(['scram-sha-256']))
    const { pathname, host } = new URL((await findEmbeddedPostgres(join(data, 'postgres'))) ?? '')
    for (const password of ['none', 'kept', '']) {
      const stranger = new pg.Client(`postgres://lockstep_api:${password}@${host}${pathname}`)
      await expect(stranger.connect()).rejects.toThrow(/password/)
    }
  })
})

describe("from inside the API's process", () => {
  test('nothing in the environment leads to the root key or to another role', async () => {
    const { value: env } = await inApi('return process.env')
    const names = Object.keys(env as object)
    expect(names.filter((it) => /ROOT_KEY|SIGNING_KEY|AWS_|LOCKSTEP_DATA$/.test(it))).toEqual([])
    expect(names.filter((it) => /DATABASE_URL/.test(it))).toEqual(['LOCKSTEP_API_DATABASE_URL'])
    const lockstep = JSON.stringify(env)
    expect(lockstep).not.toContain(data)
  })

  test('no file of the data folder can be read, nor the environment of another process, by any way that Node has', async () => {
    const key = join(data, 'keys.pem')
    const worker = (await instance.processes()).find(({ command }) => /main\.js worker/.test(command))?.pid
    const files = [
      ...[key, join(data, 'postgres/cluster/lockstep-password'), join(data, 'postgres/database-url')],
      ...[`/proc/${worker}/environ`, `/proc/${worker}/mem`, '/proc/self/environ', '/etc/passwd', '.env'],
      join(process.cwd(), 'src/../../../../../../../..', key),
    ]
    for (const file of files) expect([file, await read(file)]).toEqual([file, { error: 'ERR_ACCESS_DENIED' }])
    const ways = [
      'fs.statSync(key)',
      'fs.existsSync(key)',
      'fs.readdirSync(data)',
      'fs.opendirSync(data)',
      'fs.readFileSync(Buffer.from(key))',
      'fs.promises.readFile(key)',
      'fs.openAsBlob(key)',
      'fs.copyFileSync(key, key + 2)',
      'fs.linkSync(key, process.cwd() + "/src/link")',
      'fs.symlinkSync(key, process.cwd() + "/src/link")',
      'process.loadEnvFile(key)',
      'node("module").createRequire(key)(key)',
      'import("file://" + key)',
      'process.binding("fs")',
      'new (node("wasi").WASI)({ version: "preview1", preopens: { "/": "/" } })',
    ]
    for (const way of ways) {
      const body = `const fs = node('fs'), data = ${JSON.stringify(data)}, key = ${JSON.stringify(key)}; return await ${way}`
      expect([way, await inApi(body)]).toEqual([way, { error: 'ERR_ACCESS_DENIED' }])
    }
    // This module of Node opens files past its permissions.
    expect(await inApi(`return node('sqlite') ?? null`)).toEqual({ value: null })
  })

  test.each([
    ['starts a program', `node('child_process').spawn('id')`],
    ['starts a program and waits for it', `node('child_process').execFileSync('id')`],
    ['starts another Node', `node('child_process').fork('x')`],
    ['becomes another program', `process.execve('/usr/bin/id', ['id'], {})`],
    ['starts a thread', `new (node('worker_threads').Worker)('1', { eval: true })`],
    ['opens a debugger', `node('inspector').open(0)`],
    ['writes into the code', `node('fs').writeFileSync(process.cwd() + '/src/written.ts', '')`],
    [
      'writes what Node has compiled',
      `node('fs').writeFileSync(process.cwd() + '/node_modules/.cache/lockstep/x', '')`,
    ],
    ['writes a temporary file', `node('fs').mkdtempSync(node('os').tmpdir() + '/x')`],
    ['writes a report', `process.report.writeReport('/tmp/report.json')`],
    ['writes its memory', `node('v8').writeHeapSnapshot()`],
  ])('it is refused that it %s', async (_what, body) => {
    expect(await inApi(`return ${body}`)).toEqual({ error: 'ERR_ACCESS_DENIED' })
  })

  test('native code cannot be loaded', async () => {
    const body = `process.dlopen({ exports: {} }, process.execPath)`
    expect(await inApi(body)).toEqual({ error: 'ERR_DLOPEN_DISABLED' })
  })

  test('no other process can be opened for a debugger', async () => {
    const all = (await instance.processes()).filter(({ command }) =>
      /main\.js (?:start|worker)/.test(command),
    )
    expect(all).toHaveLength(2)
    for (const { command } of all) expect(command).toContain('--disable-sigusr1')
    process.kill(instance.process.pid, 'SIGUSR1')
    await expect(fetch('http://127.0.0.1:9229/json/list')).rejects.toThrow()
    expect(instance.process.output.join('\n')).not.toContain('Debugger listening')
  })
})

const DENIED = '42501'

describe("over the API's own connection", () => {
  test.each(forbiddenStatements)('it is refused: %s', async (sql) => {
    const error: unknown = await api.query(sql).then(
      () => 'it was done',
      (it: unknown) => it,
    )
    // Some of these do not exist in this build of PostgreSQL, or are asked for before rights are.
    const absent = ['42883', '42704', '0A000', '58P01', '42501']
    if (/pg_logdir_ls|plperlu|event trigger/.test(sql))
      expect(absent).toContain((error as pg.DatabaseError).code)
    else expect(error).toMatchObject({ code: DENIED })
  })

  test('a right that it gives itself is none', async () => {
    await api.query('grant select on secret to lockstep_api with grant option')
    await expect(api.query('select sealed from secret')).rejects.toMatchObject({ code: DENIED })
  })

  test('the message of a broken rule shows nothing of a sealed value', async () => {
    const [row] = (await ask('worker', 'select sealed from secret')).rows
    const failing = api.query('update secret set created_at = null')
    const error: unknown = await failing.catch((it: unknown) => it)
    expect(error).toMatchObject({ code: '23502' })
    expect(JSON.stringify(error)).not.toContain(row.sealed.slice(0, 20))
  })

  test('statistics show nothing of a sealed value', async () => {
    await ask('owner', 'analyze secret, workspace_key')
    const { rows } = await api.query(
      `select attname from pg_stats where attname in ('sealed', 'sealed_private_key') and schemaname = 'public'`,
    )
    expect(rows).toEqual([])
  })

  test('no other database lets it in, where it could hold the lock of the server', async () => {
    const connectionString = await inApi('return process.env.LOCKSTEP_API_DATABASE_URL')
    for (const name of ['postgres', 'template1']) {
      const url = new URL(String(connectionString.value))
      url.pathname = name
      const client = new pg.Client(url.href)
      await expect(client.connect()).rejects.toMatchObject({ code: DENIED })
    }
  })

  test('of what is sealed it reads only what it passes on without a key', async () => {
    const { rows } = await api.query<{ name: string }>(
      `select relname || '.' || attname as name from pg_attribute join pg_class on pg_class.oid = attrelid
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
          and attnum > 0 and attname ~ 'sealed' and has_column_privilege(attrelid, attnum, 'select') order by 1`,
    )
    // A run's input and outputs are sealed for the worker; a sealed policy is signed with its value.
    expect(rows.map(({ name }) => name)).toEqual([
      'run.sealed_input',
      // Of a file in which no secret is, the worker has stored the key.
      'run_file_chunk.sealed',
      'secret.sealed_policy',
      'step_run.sealed_output',
    ])
  })

  test('functions that run with the rights of the owner look for names where no other role can make any', async () => {
    const { rows } = await ask(
      'owner',
      `select proname, coalesce((select it from unnest(proconfig) as it where it like 'search_path=%'), '') as path
         from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { path } of rows) expect(path).toMatch(/^search_path=(?:pg_catalog, )?public, pg_temp$/)
  })

  test('a function that runs with the rights of the owner is for none but who is named', async () => {
    const { rows } = await ask(
      'owner',
      `select proname, coalesce(array_agg(grantee::regrole::text order by 1), '{}') as for
         from pg_proc left join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) on grantee <> proowner
        where pronamespace = 'public'::regnamespace and prosecdef group by proname`,
    )
    expect(rows).toContainEqual({ proname: 'drop_partition', for: ['lockstep_worker'] })
    // A grant to everybody shows as "-".
    for (const { for: named } of rows) for (const role of named) expect(role).toMatch(/^lockstep_/)
  })
})
