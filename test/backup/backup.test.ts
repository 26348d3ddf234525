import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { addRecovery } from '../../src/keys/recovery-certificates.ts'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { makeCertificate, writePem } from '../keys/certificates.ts'
import { runCommand, runLockstep } from '../support/command.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { startWorkerHere, type WorkerHere } from '../support/worker-here.ts'
import type { TestWorkspace } from '../support/workspace.ts'
import { BackupWorld, createEmptyDatabase, expectEmpty, expectSameRows, rowsOf } from './backup-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new BackupWorld()
const { certificate, key } = makeCertificate()
let running: WorkerHere[] = []

beforeAll(async () => {
  await writePem(world.file('recovery-key.pem'), key)
  await addRecovery(world.command(), await writePem(world.file('recovery.pem'), certificate))
})
afterEach(async () => {
  await Promise.all(running.map((it) => it.stop()))
  running = []
})

const withoutBusy = (rows: string[] = []) => rows.filter((row) => !row.includes('test.busy'))

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
  const saved = await world.backup(world.file('busy.backup'))
  stop.abort()
  await writer
  expect(saved).toMatchObject({ code: 0, stdout: '' })
  expect(saved.stderr).toMatch(/Saved: \d+ rows of \d+ tables, as they were at 2/)
  expect(saved.stderr).toMatch(/The root key is NOT in it/)
  expect((await stat(world.file('busy.backup'))).mode & 0o777).toBe(0o600)

  const database = await createEmptyDatabase()
  const restored = await world.restore(database, world.file('busy.backup'))
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expect(restored.stdout).toMatch(
    /! pause: [\s\S]*Every secret opens \(2\)\.[\s\S]*Everything works\.[\s\S]*lockstep resume/,
  )
  const after = await rowsOf(database)
  for (const rows of [before, after]) rows['audit_event'] = withoutBusy(rows['audit_event'])
  expectSameRows(before, after)
  await world.expectLogsVerify(database)
  expect(after['auth_session']).toEqual([])
  const [secret] = await app.database.query<{ it: string }>('select auth_secret as it from instance')
  expect(String(after['instance'])).not.toContain(secret?.it)

  const worker = await startWorkerHere(world.settings(database))
  running.push(worker)
  await worker.untilSays(/"level":"warn".*restored or copied/)
  const beat = async () =>
    (await database.query<{ at: string }>('select seen_at::text as at from run_worker'))[0]?.at
  const first = await beat()
  await vi.waitUntil(async () => (await beat()) !== first, { timeout: 30_000, interval: 100 })
  const statuses = () => database.query('select status from run where id = $1', [run.id.split('.')[1]])
  expect(await statuses()).toEqual([{ status: 'QUEUED' }])
  expect(await runLockstep(['resume'], world.settings(database))).toMatchObject({ code: 0 })
  await expect.poll(statuses, { timeout: 60_000 }).toEqual([{ status: 'SUCCEEDED' }])
})

test('through pipes and encrypted: only the recovery key opens it, and no value stands in it', async () => {
  const program = `set -o pipefail; "$NODE" "$MAIN" backup - --encrypt > "$FILE"`
  const env = {
    ...world.settings(world.app.database),
    NODE: process.execPath,
    MAIN: main,
    FILE: world.file('piped'),
  }
  const saved = await runCommand('bash', ['-c', program], env)
  expect(saved).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Only the keys of 1 recovery certificates'),
  })
  const database = await createEmptyDatabase()
  await world.expectRefused(database, world.file('piped'), /This backup is encrypted\. Name the private key/)
  const stranger = makeCertificate()
  const file = await writePem(world.file('stranger.pem'), stranger.key, stranger.certificate)
  await world.expectRefused(database, world.file('piped'), /cannot open this backup: its certificate is/, [
    '--key',
    file,
  ])

  const bytes = await readFile(world.file('piped'))
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
    await writeFile(world.file('changed'), content)
    const result = await world.restore(
      database,
      world.file('changed'),
      '--key',
      world.file('recovery-key.pem'),
    )
    expect(result, what).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/cannot be restored.*Nothing was changed/s),
    })
    await expectEmpty(database)
  }

  const restored = await runLockstep(
    ['restore', '-', '--key', world.file('recovery-key.pem')],
    world.settings(database),
    bytes,
  )
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expectSameRows(await rowsOf(world.app.database), await rowsOf(database))
  await world.expectLogsVerify(database)
})

test('a backup has no value, no session and no private key in it, and any tar opens it', async () => {
  expect((await world.backup(world.file('plain.backup'))).code).toBe(0)
  const archive = zstdDecompressSync(await readFile(world.file('plain.backup')))
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
  await writeFile(world.file('plain.tar'), archive)
  const { stdout } = await promisify(execFile)('tar', ['-tf', world.file('plain.tar')])
  expect(stdout).toMatch(
    /^lockstep-backup\.json\n[\s\S]*tables\/\d\d-secret\/000001\.copy\n[\s\S]*manifest\.json\n$/,
  )
})
