import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { addRecovery } from '../../src/keys/recovery-certificates.ts'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { makeCertificate, writePem } from '../keys/certificates.ts'
import { KeyWorld } from '../keys/key-world.ts'
import { type CommandResult, runCommand, runLockstep } from '../support/command.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import type { TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()
const { certificate, key } = makeCertificate()
let folder: string
let running: LockstepProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-backup-'))
  await writePem(at('recovery-key.pem'), key)
  await addRecovery(world.command(), await writePem(at('recovery.pem'), certificate))
})
afterEach(async () => {
  await Promise.all(running.map((it) => it.stop()))
  running = []
})
afterAll(() => rm(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

const settings = (database: TestDatabase): NodeJS.ProcessEnv => ({
  DATABASE_URL: database.url.reveal(),
  LOCKSTEP_DATA: world.app.config.dataFolder,
  LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
  LOCKSTEP_WORKER_PORT: '0',
})

const backup = (name: string, ...options: string[]): Promise<CommandResult> =>
  runLockstep(['backup', name === '-' ? name : at(name), ...options], settings(world.app.database))

const restore = (database: TestDatabase, file: string, ...options: string[]): Promise<CommandResult> =>
  runLockstep(['restore', file, ...options], settings(database))

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase('template0')
  onTestFinished(() => database.drop())
  return database
}

const tablesOf = (database: TestDatabase) =>
  database.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p') and not relispartition order by 1`,
  )

type Rows = Record<string, string[]>

/** Every row of the tables that a backup has, as text in order. */
async function rowsOf(database: TestDatabase): Promise<Rows> {
  const found: Rows = {}
  for (const { name } of await tablesOf(database)) {
    const rows = await database.query<{ row: string }>(`select t::text as row from "${name}" t order by 1`)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

const notInABackup = [
  'auth_session',
  'auth_verification',
  'instance',
  'mikro_orm_migrations',
  'run_clock',
  'run_worker',
  'worker',
]

function expectSameRows(one: Rows, other: Rows): void {
  expect(Object.keys(one)).toEqual(Object.keys(other))
  for (const [name, rows] of Object.entries(one)) {
    // The resumed original and its copy differ in what happens there.
    if (!notInABackup.includes(name)) expect(other[name], name).toEqual(rows)
  }
}

const withoutBusy = (rows: string[] = []) => rows.filter((row) => !row.includes('test.busy'))

/** No row of any table, whatever tables there are. */
async function expectEmpty(database: TestDatabase): Promise<void> {
  const { mikro_orm_migrations: _, ...rows } = await rowsOf(database)
  expect(Object.values(rows).flat()).toEqual([])
}

async function runsInto(
  database: TestDatabase,
  file: string,
  message: RegExp,
  options: string[] = [],
  code = 78,
): Promise<void> {
  const result = await restore(database, file, ...options)
  expect(result).toMatchObject({ code, stderr: expect.stringMatching(message) })
  await expectEmpty(database)
}

test('a backup of a busy instance restores elsewhere: nothing runs before resume, then each waiting run once', async () => {
  const { app } = world
  const [acme] = world.workspaces as [TestWorkspace]
  const steps = [
    { key: 'told', type: 'set-values', fields: { values: { text: 'line\\nbreak\ttab "quoted" \\. ü' } } },
  ]
  const { id } = await acme.createAutomation('waits', steps)
  await app.stopWorker()
  const input = { automation: id, input: { text: 'a\nb\\.\n\\N' } }
  const { run } = await acme.admin.mutate(documents.runAutomation, { input })
  const before = await rowsOf(app.database)
  // What is written while the backup reads is not in it.
  const stop = new AbortController()
  const writer = (async () => {
    for (let n = 0; !stop.signal.aborted; n++) {
      await app.database.query(
        `insert into audit_event (workspace_id, id, at, actor, action, target)
         values ('acme', gen_random_uuid(), now(), 'busy', 'test.busy', $1)`,
        [String(n)],
      )
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const saved = await backup('busy.backup')
  stop.abort()
  await writer
  expect(saved).toMatchObject({ code: 0, stdout: '' })
  expect(saved.stderr).toMatch(/Saved: \d+ rows of \d+ tables, as they were at 2/)
  expect(saved.stderr).toMatch(/The root key is NOT in it/)
  expect((await stat(at('busy.backup'))).mode & 0o777).toBe(0o600)

  const database = await emptyDatabase()
  const restored = await restore(database, at('busy.backup'))
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expect(restored.stdout).toMatch(
    /! pause: [\s\S]*Every secret opens \(2\)\.[\s\S]*Everything works\.[\s\S]*lockstep resume/,
  )
  const after = await rowsOf(database)
  for (const rows of [before, after]) rows['audit_event'] = withoutBusy(rows['audit_event'])
  expectSameRows(before, after)
  expect(after['auth_session']).toEqual([])
  const [secret] = await app.database.query<{ it: string }>('select auth_secret as it from instance')
  expect(String(after['instance'])).not.toContain(secret?.it)

  const worker = startLockstep([main, 'worker'], settings(database), app.log.splice(app.log.length))
  running.push(worker)
  await worker.untilSays(/"level":"warn".*restored or copied/)
  const beat = async () =>
    (await database.query<{ at: string }>('select seen_at::text as at from run_worker'))[0]?.at
  const first = await beat()
  await vi.waitUntil(async () => (await beat()) !== first, { timeout: 30_000, interval: 100 })
  const statuses = () => database.query('select status from run where id = $1', [run.id.split('.')[1]])
  expect(await statuses()).toEqual([{ status: 'QUEUED' }])
  expect(await runLockstep(['resume'], settings(database))).toMatchObject({ code: 0 })
  await expect.poll(statuses, { timeout: 60_000 }).toEqual([{ status: 'SUCCEEDED' }])
})

test('through pipes and encrypted: only the recovery key opens it, and no value stands in it', async () => {
  const program = `set -o pipefail; "$NODE" "$MAIN" backup - --encrypt > "$FILE"`
  const env = { ...settings(world.app.database), NODE: process.execPath, MAIN: main, FILE: at('piped') }
  const saved = await runCommand('bash', ['-c', program], env)
  expect(saved).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Only the keys of 1 recovery certificates'),
  })
  const database = await emptyDatabase()
  await runsInto(database, at('piped'), /This backup is encrypted\. Name the private key/)
  const stranger = makeCertificate()
  const file = await writePem(at('stranger.pem'), stranger.key, stranger.certificate)
  await runsInto(database, at('piped'), /cannot open this backup: its certificate is/, ['--key', file])

  const bytes = await readFile(at('piped'))
  const end = bytes.indexOf(10) + 1
  const changes: [string, Buffer][] = [
    ['its last chunk is missing', bytes.subarray(0, bytes.length - 20_000)],
    ['its end is cut', bytes.subarray(0, bytes.length - 1)],
    [
      'a byte is changed',
      Buffer.concat([bytes.subarray(0, end + 5000), Buffer.from('!'), bytes.subarray(end + 5001)]),
    ],
    [
      'its first line is changed',
      Buffer.concat([bytes.subarray(0, end - 2), Buffer.from(' }\n'), bytes.subarray(end)]),
    ],
    ['its chunks are missing', bytes.subarray(0, end)],
  ]
  for (const [what, content] of changes) {
    await writeFile(at('changed'), content)
    const result = await restore(database, at('changed'), '--key', at('recovery-key.pem'))
    expect(result, what).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/cannot be restored.*Nothing was changed/s),
    })
    await expectEmpty(database)
  }

  const restored = await runLockstep(
    ['restore', '-', '--key', at('recovery-key.pem')],
    settings(database),
    bytes,
  )
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expectSameRows(await rowsOf(world.app.database), await rowsOf(database))
})

test('a backup has no value, no session and no private key in it, and any tar opens it', async () => {
  expect((await backup('plain.backup')).code).toBe(0)
  const archive = zstdDecompressSync(await readFile(at('plain.backup')))
  const text = archive.toString('latin1')
  const redactor = createRedactor({ inPlace: true })
  for (const { id } of world.workspaces) redactor.learn(['CANARY'], new Sensitive(world.valueIn(id)))
  expect(text).toContain('acme')
  expect(redactor.find(text)).toEqual([])
  expect(text).not.toContain('PRIVATE KEY')
  const [session] = await world.app.database.query<{ token: string }>(
    'select token from auth_session limit 1',
  )
  const [instance] = await world.app.database.query<{ it: string }>('select auth_secret as it from instance')
  for (const secret of [session?.token, instance?.it]) {
    expect(secret).toBeDefined()
    expect(text).not.toContain(secret)
  }
  await writeFile(at('plain.tar'), archive)
  const { stdout } = await promisify(execFile)('tar', ['-tf', at('plain.tar')])
  expect(stdout).toMatch(
    /^lockstep-backup\.json\n[\s\S]*tables\/\d\d-secret\/000001\.copy\n[\s\S]*manifest\.json\n$/,
  )
})

describe('restore refuses, and changes nothing', () => {
  let good: Buffer
  beforeAll(async () => {
    await backup('good.backup')
    good = await readFile(at('good.backup'))
  })

  const withArchive = (change: (archive: Buffer) => Buffer): Buffer =>
    zstdCompressSync(change(Buffer.from(zstdDecompressSync(good))))

  /** Replaces a text by one of the same length, so that the archive stays one. */
  const replaced = (from: string, to: string) =>
    withArchive((archive) => {
      const index = archive.indexOf(from)
      expect(index).toBeGreaterThan(0)
      archive.write(to, index)
      return archive
    })

  test('files that are damaged, foreign or of a newer version', async () => {
    const database = await emptyDatabase()
    const cases: [RegExp, () => Buffer][] = [
      [/its end is missing/, () => good.subarray(0, good.length / 2)],
      [/its end is missing/, () => good.subarray(0, good.length - 200)],
      [/it is no backup of Lockstep/, () => Buffer.from('-- PostgreSQL database dump')],
      [/it is no backup of Lockstep/, () => Buffer.alloc(0)],
      [/its end is missing|no backup/, () => zstdCompressSync(Buffer.from('something else'))],
      [/the rows of secret are not those that were saved/, () => replaced('acme\tKEY\t', 'acme\tKAY\t')],
      [/do not belong together/, () => replaced('"lockstep": "0.1.0"', '"lockstep": "0.2.0"')],
      [/a newer Lockstep \(0\.1\.0\) made it, in format 7/, () => replaced('"format": 1', '"format": 7')],
      [
        /a newer Lockstep made it/,
        () => replaced('Migration20261123052852_initial', 'Migration29990123052852_initial'),
      ],
      [/its tables are not those of its migrations/, () => replaced('"name": "secret"', '"name": "sikret"')],
      [/its tables are not those of its migrations/, () => replaced('"sealed_policy"', '"sealed\\"olicy"')],
    ]
    for (const [message, make] of cases) {
      await writeFile(at('bad'), make())
      await runsInto(database, at('bad'), message)
    }
    await runsInto(database, at('nowhere'), /nowhere cannot be read \(ENOENT\)/)
    expect((await restore(database, at('good.backup'))).code).toBe(0)
  })

  test('a database that has something in it', async () => {
    const database = world.app.database
    const before = await rowsOf(database)
    const result = await restore(database, at('good.backup'))
    expect(result).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/not empty: there are rows in .*createdb/s),
    })
    expectSameRows(before, await rowsOf(database))
  })

  test('and a restore that is killed leaves an empty database, which takes the backup again', async () => {
    await world.app.database.query(
      `insert into audit_event (workspace_id, id, at, actor, action, target)
       select 'acme', gen_random_uuid(), now(), 'a', 'test.large',
              (select string_agg(gen_random_uuid()::text || n || m, '') from generate_series(1, 500) m) from generate_series(1, 400) n`,
    )
    await backup('large.backup')
    const large = await readFile(at('large.backup'))
    const database = await emptyDatabase()
    const first = spawn(process.execPath, [main, 'restore', '-'], {
      env: { ...process.env, ...settings(database) },
    })
    first.stdin.on('error', () => undefined)
    // The rest never comes: it is in the middle of a table.
    first.stdin.write(large.subarray(0, large.length * 0.8))
    const copying = () =>
      database.query(
        `select 1 from pg_stat_progress_copy where datname = current_database() and tuples_processed > 0`,
      )
    await vi.waitUntil(async () => (await copying()).length > 0, { timeout: 60_000, interval: 20 })
    first.kill('SIGKILL')
    await vi.waitUntil(async () => (await copying()).length === 0, { timeout: 30_000, interval: 20 })
    await expectEmpty(database)
    expect(await restore(database, at('large.backup'))).toMatchObject({ code: 0, stderr: '' })
    expectSameRows(await rowsOf(world.app.database), await rowsOf(database))
  })

  test('a backup does not replace a file, and leaves none that is not whole', async () => {
    expect(await backup('good.backup')).toMatchObject({ code: 78, stderr: expect.stringContaining('exists') })
    expect(await readFile(at('good.backup'))).toEqual(good)
    const nowhere = await runLockstep(['backup', '/nowhere/file'], settings(world.app.database))
    expect(nowhere).toMatchObject({ code: 78, stderr: expect.stringContaining('ENOENT') })
    const none = await runLockstep(['backup', at('none')], settings(await emptyDatabase()))
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to back up') })
    for (const name of ['none', 'none.partial'])
      expect(await stat(at(name)).catch(() => undefined)).toBeUndefined()
  })
})
