import { copyFile, readdir, rename, stat } from 'node:fs/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { cancelRotation } from '../../src/keys/cancel-rotation.ts'
import { recover } from '../../src/keys/recover.ts'
import { openRootKey } from '../../src/keys/root-key.ts'
import { rotateRoot } from '../../src/keys/rotate-root.ts'
import { loadRootKey } from '../../src/vault/opening.ts'
import { runCommand, startCommand } from '../drills/key-process.ts'
import * as documents from '../support/documents.ts'
import { makeCertificate, unfit, writePem } from './certificates.ts'
import { KeyWorld } from './key-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()

const resolves = () => Promise.all(world.workspaces.map((it) => world.use(it)))
const succeeded = ['SUCCEEDED', 'SUCCEEDED']

test('while a worker runs, the new key replaces the old one, which opens nothing afterwards', async () => {
  const { rootKeyFile: file } = world.app.config
  const old = await world.rootKey()
  const secrets = () =>
    world.app.database.query('select name, sealed, updated_at from secret order by workspace_id')
  const before = await secrets()
  expect(await rotateRoot(world.command(), {})).toBe(0)
  const key = await world.rootKey()
  expect(key.certificate.fingerprint).not.toBe(old.certificate.fingerprint)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await world.recipients()).toEqual([[key.certificate.fingerprint]])
  expect([await world.opens(old), await world.opens(key)]).toEqual([0, 2])
  // No secret was changed.
  expect(await secrets()).toEqual(before)
  expect(await resolves()).toEqual(succeeded)
  expect(world.app.log.some((line) => line.includes('took up the new root key'))).toBe(true)
  const kept = `${file}.${old.certificate.fingerprint.slice(0, 12)}.old`
  expect((await loadRootKey(kept)).certificate.fingerprint).toBe(old.certificate.fingerprint)
  expect((await stat(kept)).mode & 0o777).toBe(0o600)
  // It still reads an older backup, but not this database.
  const held = await runCommand(world.app, ['worker'], {
    LOCKSTEP_ROOT_KEY_FILE: kept,
    LOCKSTEP_WORKER_PORT: '0',
  })
  expect(held.code).toBe(78)
})

test('with --to, both keys open everything until the operator has put the new one in its place', async () => {
  const { rootKeyFile: file } = world.app.config
  const old = await world.rootKey()
  const to = world.file('new/root.pem')
  expect(await rotateRoot(world.command(), { to })).toBe(75)
  const key = await loadRootKey(to)
  const [workspace] = world.workspaces
  await workspace?.admin.mutate(documents.createWorkspace, { input: { id: 'between', name: 'Between' } })
  const both = [old.certificate.fingerprint, key.certificate.fingerprint]
  expect(new Set((await world.recipients()).flat())).toEqual(new Set(both))
  expect([await world.opens(old), await world.opens(key)]).toEqual([3, 3])
  // A worker may start with either key.
  for (const place of [file, to]) {
    const { store, config, log } = world.command({ LOCKSTEP_ROOT_KEY_FILE: place })
    expect(both).toContain((await openRootKey(store, config, log)).certificate.fingerprint)
  }
  expect(await rotateRoot(world.command(), { to })).toBe(75)
  expect(world.said.join('\n')).toContain('Both keys open everything now')
  await copyFile(to, `${file}.copy`)
  await rename(`${file}.copy`, file)
  expect(await rotateRoot(world.command(), {})).toBe(0)
  expect([await world.opens(old), await world.opens(key)]).toEqual([0, 3])
  expect(await resolves()).toEqual(succeeded)
})

test('only a certificate is enough for a key that is held elsewhere, and the rotation can be cancelled', async () => {
  const old = await world.rootKey()
  const { certificate, key } = makeCertificate()
  const to = await writePem(world.file('hsm.pem'), certificate)
  expect(await rotateRoot(world.command(), { to })).toBe(75)
  const held = await loadRootKey(await writePem(world.file('hsm-key.pem'), key, certificate))
  expect(await world.opens(held)).toBe(await world.opens(old))
  // Another key is not used for the rotation that is under way.
  const other = rotateRoot(world.command(), { to: world.file('another.pem') })
  await expect(other).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('--cancel'),
  })
  expect(await cancelRotation(world.command(), false)).toBe(0)
  expect(await world.recipients()).toEqual([[old.certificate.fingerprint]])
  await expect(cancelRotation(world.command(), false)).rejects.toMatchObject({ code: 'CONFLICT' })
})

describe('a worker on another machine that holds only the old key', () => {
  const report = (fingerprint: string, seen: string) =>
    world.app.database.query(
      `insert into worker values (gen_random_uuid(), 'far-away', $1, now(), now() - $2::interval)`,
      [fingerprint, seen],
    )

  test('is waited for and named, and a forced end leaves it to end with 78', async () => {
    const old = await world.rootKey()
    const far = await writePem(world.file('far.pem'))
    await copyFile(world.app.config.rootKeyFile, far)
    const worker = startCommand(world.app, ['worker'], {
      LOCKSTEP_ROOT_KEY_FILE: far,
      LOCKSTEP_WORKER_PORT: '0',
      LOCKSTEP_LOG: 'info',
    })
    onTestFinished(() => worker.kill())
    await worker.untilSays(/worker takes runs/)
    expect(await rotateRoot(world.command(), { wait: 10 })).toBe(75)
    expect(world.said.join('\n')).toMatch(/old root key is still held by a worker on/)
    expect(await world.opens(old)).toBe((await world.envelopes()).length)
    expect(await rotateRoot(world.command(), { force: true })).toBe(0)
    expect(await world.opens(old)).toBe(0)
    expect(await worker.ended).toBe(78)
    expect(worker.output.join('\n')).toContain('three ways out')
  })

  test('does not count half a minute after its last report', async () => {
    const { fingerprint } = (await world.rootKey()).certificate
    await report(fingerprint, '40 seconds')
    expect(await rotateRoot(world.command(), { wait: 30 })).toBe(0)
  })
})

test('a workspace key that does not open stops the rotation, unless it is left behind', async () => {
  const old = await world.rootKey()
  const [first] = await world.envelopes()
  const break_ = (tag: string) =>
    world.app.database.query(
      `update workspace_key set sealed_private_key = jsonb_set(sealed_private_key, '{tag}', to_jsonb($1::text)) where kid = $2`,
      [tag, first?.kid],
    )
  await break_('A'.repeat(22))
  expect(await rotateRoot(world.command(), {})).toBe(1)
  expect(world.said.join('\n')).toContain(first?.kid)
  expect((await world.rootKey()).certificate.fingerprint).toBe(old.certificate.fingerprint)
  expect(await rotateRoot(world.command(), { leaveUnreadable: true, wait: 30 })).toBe(1)
  // It keeps the recipient that may open it one day.
  const [broken] = (await world.envelopes()).filter(({ kid }) => kid === first?.kid)
  expect(broken?.sealed.recipients.map((it) => it.header.kid)).toContain(old.certificate.fingerprint)
  await break_(first?.sealed.tag ?? '')
  expect(await world.opens(old)).toBe(1)
  // After its repair, it is sealed for the new key with the help of the old one.
  const kept = `${world.app.config.rootKeyFile}.${old.certificate.fingerprint.slice(0, 12)}.old`
  expect(await recover(world.command(), { key: kept })).toBe(0)
  expect([await world.opens(old), await world.opens(await world.rootKey())]).toEqual([0, 3])
})

describe('refused, with nothing changed', () => {
  test.each(unfit)('a new root certificate %s', async (_what, make, reason) => {
    const to = await writePem(world.file('unfit.pem'), make())
    await refuses({ to }, 'INVALID_CONFIG', reason)
  })

  test('a recovery key, the current key, or its own place, as the new one', async () => {
    const { rootKeyFile } = world.app.config
    await refuses({ to: rootKeyFile }, 'INVALID_CONFIG', 'where the root key in use is')
    await copyFile(rootKeyFile, world.file('same.pem'))
    await refuses({ to: world.file('same.pem') }, 'INVALID_CONFIG', 'a root key of this database already')
  })

  test('without the root key', async () => {
    const command = world.command({ LOCKSTEP_ROOT_KEY_FILE: world.file('missing.pem') })
    await expect(rotateRoot(command, {})).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
    expect((await readdir(world.folder)).filter((name) => name.startsWith('missing'))).toEqual([])
  })

  async function refuses(options: { to: string }, code: string, reason: string): Promise<void> {
    const before = await world.rows()
    await expect(rotateRoot(world.command(), options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
    })
    expect(await world.rows()).toEqual(before)
  }
})

test('of two simultaneous rotations, one waits for the other to end or is refused', async () => {
  const outcomes = await Promise.allSettled([
    rotateRoot(world.command(), { wait: 30 }),
    rotateRoot(world.command(), { wait: 30 }),
  ])
  const failures = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
  expect(failures.every((it) => it.code === 'CONFLICT')).toBe(true)
  expect(failures.length).toBeLessThan(2)
  const { fingerprint } = (await world.rootKey()).certificate
  expect(await world.recipients()).toEqual([[fingerprint]])
})
