import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { createRootKey } from '../../src/vault/opening.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestDatabase } from '../support/database.ts'
import * as documents from '../support/documents.ts'
import { startEchoServer } from '../support/echo-server.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import { runCommand, runDoctor, startCommand } from './key-process.ts'
import { drillSize, secretValue, seed } from './seed.ts'

/** The drill of a lost root key: `npm run drills -- recovery`. */
const size = drillSize()
const passphrase = 'passphrase of the safe 8820'

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 1_200_000 })

const tablesOf = async (database: TestDatabase) =>
  (
    await database.query<{ name: string }>(
      // The rows of a partition are those of its table.
      `select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace
          and relkind in ('r', 'p') and not relispartition and relname <> 'mikro_orm_migrations'`,
    )
  ).map(({ name }) => name)

/** Writes every row of a database into a file as JSON, like a dump, using only npm packages. */
async function dump(database: TestDatabase, file: string): Promise<void> {
  const tables: Record<string, unknown> = {}
  for (const table of await tablesOf(database)) {
    const [row] = await database.query<{ rows: string }>(
      `select coalesce(json_agg(t), '[]')::text as rows from ${table} t`,
    )
    tables[table] = row?.rows
  }
  await writeFile(file, JSON.stringify(tables))
}

async function restore(file: string, database: TestDatabase): Promise<void> {
  const tables: Record<string, string> = JSON.parse(await readFile(file, 'utf8'))
  const names = Object.keys(tables)
  expect(new Set(names)).toEqual(new Set(await tablesOf(database)))
  await database.query(`truncate ${names.join(', ')}`)
  for (const [table, rows] of Object.entries(tables)) {
    // Foreign keys hold again once every table is filled.
    await database.query(`alter table ${table} disable trigger all`)
    await database.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      rows,
    ])
    await database.query(`alter table ${table} enable trigger all`)
  }
}

/** Runs an instance with a recovery certificate. Only a dump remains of it at the end. */
async function runThenLose(folder: string, url: string) {
  const app = await startTestApp({ worker: false, rootKey: false })
  onTestFinished(() => app.close())
  const worker = await startWorkerProcess(app)
  const { admin, names } = await seed(app, size.workspaces, size.secrets)
  const certificate = join(folder, 'recovery-certificate.pem')
  const added = await runCommand(app, ['keys', 'add-recovery', certificate])
  expect(added).toMatchObject({ code: 0 })
  const headers = names.slice(0, 2).map((name) => ({ name: `x-${name}`, value: `{{ secrets.${name} }}` }))
  const steps = [{ key: 'send', type: 'custom-http', fields: { method: 'GET', url, headers } }]
  const { id } = await admin.createAutomation('Use', steps)
  expect(await admin.run(id)).toMatchObject({ status: 'SUCCEEDED' })
  const input = { workspace: admin.id, name: 'after the disaster', role: 'MEMBER' }
  const { token } = await admin.admin.mutate(documents.createApiToken, { input })
  await worker.stop()
  await dump(app.database, join(folder, 'dump.json'))
  return { automation: id, token: token as string, oldKey: await readFile(app.config.rootKeyFile) }
}

async function expectNoWorkerStarts(app: TestApp): Promise<void> {
  const refused = await runCommand(app, ['worker'], { LOCKSTEP_WORKER_PORT: '0' })
  expect(refused).toMatchObject({ code: 78, said: expect.stringContaining('lockstep keys recover') })
  const { code, findings } = await runDoctor(app)
  expect(code).toBe(1)
  expect(findings.find((it) => it.status === 'error')?.message).toContain('There is no root key at')
}

test('with only a dump and the offline key, an empty machine runs the automations again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-drill-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const service = await startEchoServer()
  onTestFinished(() => service.close())
  const { pem, certificate } = await createRootKey({
    subject: 'Recovery drill',
    passphrase: new Sensitive(passphrase),
  })
  await writeFile(join(folder, 'recovery-certificate.pem'), certificate.pem)
  // Only the private key, as it is stored offline. Its certificate is in the database.
  const [keyAlone = ''] = pem.reveal().split('-----BEGIN CERTIFICATE-----')
  await writeFile(join(folder, 'offline-key.pem'), keyAlone, { mode: 0o600 })
  await writeFile(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 })
  const { automation, token, oldKey } = await runThenLose(folder, service.url)

  const app = await startTestApp({ worker: false, rootKey: false })
  onTestFinished(() => app.close())
  await restore(join(folder, 'dump.json'), app.database)
  await expectNoWorkerStarts(app)

  const args = ['--key', join(folder, 'offline-key.pem'), '--passphrase-file', join(folder, 'passphrase')]
  for (let kills = 0; kills < size.kills; kills++) {
    const killed = startCommand(app, ['keys', 'recover', ...args])
    await Promise.race([killed.ended, delay(500 + Math.random() * 3000)])
    await killed.kill()
  }
  const recovered = await runCommand(app, ['keys', 'recover', ...args])
  process.stdout.write(`drill: ${recovered.said}\n`)
  // If the command was killed at its very end, it had done everything.
  if (recovered.code !== 0) expect(recovered.said).toContain('there is nothing to recover')
  expect((await readFile(app.config.rootKeyFile)).equals(oldKey)).toBe(false)

  const report = await runDoctor(app)
  expect(report.findings.filter((it) => it.status === 'error')).toEqual([])
  expect(report).toMatchObject({ code: 0, ok: true })

  // It is another database than the one that was lost.
  expect((await runCommand(app, ['resume'])).code).toBe(0)
  const worker = await startWorkerProcess(app)
  service.received.length = 0
  const member = app.withToken(token)
  const { run } = await member.mutate(documents.runAutomation, { input: { automation } })
  await vi.waitUntil(async () => (await member.graphql(documents.run, { id: run.id })).data.run.finishedAt, {
    timeout: 60_000,
  })
  expect((await member.graphql(documents.run, { id: run.id })).data.run).toMatchObject({
    status: 'SUCCEEDED',
  })
  expect(service.received[0]?.headers['x-secret_0']).toBe(secretValue('drill-0', 'SECRET_0'))
  await worker.stop()

  const lost = join(folder, 'lost.pem')
  await writeFile(lost, oldKey, { mode: 0o600 })
  const refused = await runCommand(app, ['worker'], {
    LOCKSTEP_ROOT_KEY_FILE: lost,
    LOCKSTEP_WORKER_PORT: '0',
  })
  expect(refused.code).toBe(78)
  await app.expectNoCanary(passphrase, secretValue('drill-0', 'SECRET_0'))
})
