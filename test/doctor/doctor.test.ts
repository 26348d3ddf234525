import { chmod, copyFile, rename } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import type { Finding } from '../../src/doctor/check.ts'
import { examine } from '../../src/doctor/doctor.ts'
import { addRecovery } from '../../src/keys/recovery-certificates.ts'
import { runCommand, runDoctor } from '../drills/key-process.ts'
import { makeCertificate, writePem } from '../keys/certificates.ts'
import { KeyWorld } from '../keys/key-world.ts'
import { createTestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()

const query = (sql: string, params: unknown[] = []) => world.app.database.query(sql, params)

async function findings(env: NodeJS.ProcessEnv = {}): Promise<Finding[]> {
  const found = await examine(world.command(env))
  // No finding may contain a value.
  for (const { id } of world.workspaces) expect(JSON.stringify(found)).not.toContain(world.valueIn(id))
  return found
}

// The processes of tests use the superuser, of which another test is.
const problems = async (env?: NodeJS.ProcessEnv) =>
  (await findings(env)).filter((it) => it.status !== 'ok' && it.check !== 'api role')
const about = (found: readonly Finding[], check: string) => found.filter((it) => it.check === check)

/** Breaks something while `work` runs. */
async function while_(breaking: string, mending: string, work: () => Promise<void>): Promise<void> {
  await query(breaking)
  await work().finally(() => query(mending))
}

test('without a recovery certificate doctor warns and exits with 0', async () => {
  expect(await problems()).toEqual([
    {
      check: 'recovery',
      status: 'warning',
      message: expect.stringContaining('There is no recovery certificate'),
    },
  ])
  const { code, ok } = await runDoctor(world.app)
  expect([code, ok]).toEqual([0, true])
  const { certificate } = makeCertificate()
  await addRecovery(world.command(), await writePem(world.file('recovery.pem'), certificate))
  expect(await problems()).toEqual([])
  const inLines = await runCommand(world.app, ['doctor'])
  expect(inLines).toMatchObject({ code: 0, said: expect.stringContaining('Every secret opens (2).') })
})

test('doctor warns of certificates that have expired or soon will', async () => {
  for (const until of [59, 61]) {
    const { certificate } = makeCertificate({ until })
    await addRecovery(world.command(), await writePem(world.file(`${until}.pem`), certificate))
  }
  expect(about(await problems(), 'certificates')).toMatchObject([
    { status: 'warning', message: expect.stringContaining('expires on') },
  ])
  // In use since it was valid.
  const { certificate } = makeCertificate({ from: -30, until: -1 })
  const insert = `insert into root_certificate (fingerprint, kind, pem, created_at) values ('e', 'RECOVERY', '${certificate}', now())`
  await while_(insert, `delete from root_certificate where fingerprint = 'e'`, async () =>
    expect(about(await problems(), 'certificates')).toMatchObject([
      { status: 'warning', message: expect.stringContaining('expires on') },
      { status: 'warning', message: expect.stringContaining('expired on') },
    ]),
  )
})

test('doctor names a moved secret and an altered workspace key with the reason, and exits with 1', async () => {
  await query(`insert into secret (workspace_id, name, sealed, kid, policy, created_at, updated_at)
    select workspace_id, 'MOVED', sealed, kid, policy, created_at, updated_at from secret where workspace_id = 'acme'`)
  const { code, findings: found } = await runDoctor(world.app)
  expect(code).toBe(1)
  const item = { workspace: 'acme', name: 'MOVED', reason: expect.stringContaining('its name must be') }
  expect(found.find((it) => it.check === 'secrets')).toMatchObject({ status: 'error', items: [item] })
  await query(`delete from secret where name = 'MOVED'`)

  const [key] = await world.envelopes()
  await query(
    `update workspace_key set sealed_private_key = jsonb_set(sealed_private_key, '{tag}', '"AAAA"') where kid = $1`,
    [key?.kid],
  )
  expect(about(await problems(), 'workspace keys')).toMatchObject([
    {
      status: 'error',
      items: [{ workspace: 'acme', name: key?.kid, reason: expect.stringContaining('malformed') }],
    },
  ])
  expect(about(await problems(), 'secrets')).toMatchObject([{ items: [{ workspace: 'acme', name: 'KEY' }] }])
  await query('update workspace_key set sealed_private_key = $1 where kid = $2', [
    JSON.stringify(key?.sealed),
    key?.kid,
  ])
})

test('doctor finds a workspace without a key in use, and a rotation that has not ended', async () => {
  const retire = `update workspace_key set retired_at = now() where workspace_id = 'acme'`
  await while_(retire, `update workspace_key set retired_at = null`, async () => {
    expect(about(await problems(), 'workspace keys')).toMatchObject([{ items: [{ workspace: 'acme' }] }])
  })
  const { fingerprint } = (await world.rootKey()).certificate
  const next = `insert into root_certificate select repeat('0', 64), 'NEXT_ROOT', pem, now() from root_certificate where fingerprint = '${fingerprint}'`
  await while_(next, `delete from root_certificate where kind = 'NEXT_ROOT'`, async () => {
    expect(about(await problems(), 'rotation')).toMatchObject([
      { message: expect.stringContaining('has not ended') },
    ])
  })
})

test('doctor reports a root key that is missing, readable for others, or of another database', async () => {
  const { rootKeyFile } = world.app.config
  const missing = { LOCKSTEP_ROOT_KEY_FILE: world.file('missing.pem') }
  expect(about(await problems(missing), 'root key')).toMatchObject([
    { status: 'error', message: expect.stringContaining('There is no root key at') },
  ])
  const open = world.file('open.pem')
  await copyFile(rootKeyFile, open)
  await chmod(open, 0o644)
  expect(about(await problems({ LOCKSTEP_ROOT_KEY_FILE: open }), 'root key')).toMatchObject([
    { status: 'error', message: expect.stringContaining('chmod 600') },
  ])
  const { certificate, key } = makeCertificate()
  const other = { LOCKSTEP_ROOT_KEY_FILE: await writePem(world.file('other.pem'), key, certificate) }
  expect(about(await problems(other), 'root key')).toMatchObject([
    { status: 'error', message: expect.stringContaining('is not the key of this database') },
  ])
  await chmod(world.folder, 0o777)
  await copyFile(rootKeyFile, world.file('closed.pem'))
  await chmod(world.file('closed.pem'), 0o600)
  expect(
    about(await problems({ LOCKSTEP_ROOT_KEY_FILE: world.file('closed.pem') }), 'key file'),
  ).toMatchObject([{ status: 'warning', message: expect.stringContaining('may write into') }])
  await chmod(world.folder, 0o700)
})

test('doctor finds jobs that wait too long, were given up or are gone, and a missing worker', async () => {
  const run = `insert into run (workspace_id, id, steps, status, created_at) values ('acme', '01990000-0000-7000-8000-000000000000', '[]', 'QUEUED', now())`
  await while_(run, `delete from run where status = 'QUEUED'`, async () => {
    expect(about(await problems(), 'queue')).toMatchObject([
      { message: expect.stringContaining('have no job') },
    ])
  })
  const job = `insert into run_job (workspace_id, run, due_at, given_up_at)
    values ('none', '01990000-0000-7000-8000-000000000000', 'infinity', now() - interval '1 hour')`
  await while_(job, `delete from run_job where workspace_id = 'none'`, async () => {
    expect(about(await problems(), 'queue')).toMatchObject([
      { status: 'error', message: expect.stringContaining('given up') },
    ])
  })
  await while_('alter table worker rename to gone', 'alter table gone rename to worker', async () => {
    await query('create table worker (like gone)')
    const found = await findings().finally(() => query('drop table worker'))
    expect(about(found, 'workers')).toMatchObject([
      { status: 'warning', message: expect.stringContaining('No worker runs') },
    ])
  })
})

test('doctor reports an old schema or an unreachable database with what to do', async () => {
  const empty = await createTestDatabase('template0')
  try {
    const old = await runDoctor(world.app, { DATABASE_URL: empty.url.reveal() })
    expect(old).toMatchObject({ code: 1, ok: false, findings: [{ check: 'database', status: 'error' }] })
    expect(old.findings[0]?.message).toContain('lockstep migrate')
  } finally {
    await empty.drop()
  }
  const away = await runDoctor(world.app, { DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none' })
  expect(away).toMatchObject({
    code: 1,
    findings: [{ message: expect.stringContaining('cannot be reached') }],
  })
  expect(JSON.stringify(away)).not.toContain('hunter2')
})

test('doctor reports a missing database, in JSON too, and creates none', async () => {
  const folder = world.file('nothing-here')
  const { code, findings: found } = await runDoctor(world.app, { DATABASE_URL: '', LOCKSTEP_DATA: folder })
  expect(code).toBe(1)
  expect(found).toMatchObject([
    { check: 'database', message: expect.stringContaining('There is no database') },
  ])
  await expect(rename(folder, `${folder}-made`)).rejects.toThrow('ENOENT')
})
