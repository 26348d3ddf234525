import { describe, expect, test } from 'vitest'
import { addRecovery, removeRecovery } from '../../src/keys/recovery-certificates.ts'
import { loadRootKey } from '../../src/vault/opening.ts'
import { readCertificate } from '../../src/vault/sealing.ts'
import * as documents from '../support/documents.ts'
import { makeCertificate, unfit, writePem } from './certificates.ts'
import { KeyWorld } from './key-world.ts'

const world = new KeyWorld()
const pair = makeCertificate()
const { fingerprint } = readCertificate(pair.certificate)

test('a recovery certificate opens every workspace key, also new ones, until it is removed', async () => {
  const root = await world.rootKey()
  const file = await writePem(world.file('recovery.pem'), pair.certificate)
  const key = await loadRootKey(await writePem(world.file('recovery-key.pem'), pair.key, pair.certificate))
  expect(await addRecovery(world.command(), file)).toBe(0)
  expect(await world.opens(key)).toBe(2)
  const [workspace] = world.workspaces
  await workspace?.admin.mutate(documents.createWorkspace, { input: { id: 'later', name: 'Later' } })
  expect(await world.opens(key)).toBe(3)
  // Each workspace can see in its own log which keys can open it now.
  const audit = await world.app.database.query(
    `select workspace_id, actor, detail from audit_event where action = 'key.rewrap' order by 1`,
  )
  const event = { actor: 'lockstep keys (test)', detail: { added: [fingerprint], removed: [] } }
  expect(audit).toEqual([
    { workspace_id: 'acme', ...event },
    { workspace_id: 'globex', ...event },
  ])

  const before = await world.rows()
  expect(await addRecovery(world.command(), file)).toBe(0)
  expect(await world.rows()).toEqual(before)

  expect(await removeRecovery(world.command(), fingerprint.slice(0, 12).toUpperCase())).toBe(0)
  expect(world.said.join('\n')).toContain('There is no recovery certificate now')
  expect(await world.opens(key)).toBe(0)
  expect(await world.opens(root)).toBe(3)
  expect(await world.recipients()).toEqual([[root.certificate.fingerprint]])

  // A certificate that was removed by mistake can be added again.
  expect(await addRecovery(world.command(), file)).toBe(0)
  expect(await world.opens(key)).toBe(3)
  expect(await removeRecovery(world.command(), fingerprint.replaceAll(/(..)(?=.)/g, '$1:'))).toBe(0)
})

test('an interrupted addition is finished by running it again', async () => {
  const other = makeCertificate()
  const file = await writePem(world.file('stopped.pem'), other.certificate)
  const key = await loadRootKey(await writePem(world.file('stopped-key.pem'), other.key, other.certificate))
  const stopped = AbortSignal.abort()
  await expect(addRecovery(world.command({}, { stopping: stopped }), file)).rejects.toThrow()
  expect(await world.opens(key)).toBe(0)
  expect(await addRecovery(world.command(), file)).toBe(0)
  expect(await world.opens(key)).toBe((await world.envelopes()).length)
  await removeRecovery(world.command(), key.certificate.fingerprint)
})

describe('refused, with nothing changed', () => {
  test.each(unfit)('a certificate %s', async (_what, make, reason) => {
    const file = await writePem(world.file('unfit.pem'), make())
    await refuses(() => addRecovery(world.command(), file), 'INVALID_CONFIG', reason)
  })

  test('a missing file', async () => {
    await refuses(() => addRecovery(world.command(), world.file('none.pem')), 'INVALID_CONFIG', 'ENOENT')
  })

  test('a certificate with its private key beside it, which must stay offline', async () => {
    const file = await writePem(world.file('both.pem'), pair.certificate, pair.key)
    await refuses(() => addRecovery(world.command(), file), 'INVALID_CONFIG', 'private key')
  })

  test('the root certificate itself, which would recover nothing', async () => {
    const { pem } = (await world.rootKey()).certificate
    const file = await writePem(world.file('root.pem'), pem)
    await refuses(
      () => addRecovery(world.command(), file),
      'INVALID_CONFIG',
      'is a root key of this database',
    )
  })

  test('without the root key, or with another one', async () => {
    const file = await writePem(world.file('fit.pem'), makeCertificate().certificate)
    const missing = world.command({ LOCKSTEP_ROOT_KEY_FILE: world.file('missing.pem') })
    await refuses(() => addRecovery(missing, file), 'INVALID_CONFIG', 'There is no root key at')
    const wrong = await writePem(world.file('wrong.pem'), pair.key, pair.certificate)
    const withWrong = world.command({ LOCKSTEP_ROOT_KEY_FILE: wrong })
    await refuses(() => addRecovery(withWrong, file), 'KEY_MISMATCH', fingerprint)
  })

  test.each([
    ['ffffffffff', 'No recovery certificate begins so'],
    ['ab', '8 characters or more'],
    ['', '8 characters or more'],
  ])('to remove "%s"', async (given, reason) => {
    await refuses(() => removeRecovery(world.command(), given), 'NOT_FOUND', reason)
  })

  async function refuses(work: () => Promise<number>, code: string, reason: string): Promise<void> {
    const before = await world.rows()
    await expect(work()).rejects.toMatchObject({ code, message: expect.stringContaining(reason) })
    expect(await world.rows()).toEqual(before)
  }
})
