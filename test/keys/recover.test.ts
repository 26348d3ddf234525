import { execFile } from 'node:child_process'
import { chmod, rename, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { examine } from '../../src/doctor/doctor.ts'
import { recover } from '../../src/keys/recover.ts'
import { addRecovery } from '../../src/keys/recovery-certificates.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { createRootKey } from '../../src/vault/opening.ts'
import { runCommand, startCommand } from '../drills/key-process.ts'
import { makeCertificate, writePem } from './certificates.ts'
import { KeyWorld } from './key-world.ts'

const passphrase = 'passphrase in the safe 6620'
vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()
let key: string
let passphraseFile: string
let lost: Awaited<ReturnType<typeof world.rootKey>>

beforeAll(async () => {
  const made = await createRootKey({ subject: 'Offline', passphrase: new Sensitive(passphrase) })
  key = await writePem(world.file('offline.pem'), made.pem.reveal())
  passphraseFile = world.file('passphrase')
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 })
  await addRecovery(world.command(), await writePem(world.file('certificate.pem'), made.certificate.pem))
  lost = await world.rootKey()
})

describe('refused, with nothing changed', () => {
  test('while the root key is in its place and works', async () => {
    await refuses({ key, passphraseFile }, 'CONFLICT', 'there is nothing to recover')
  })

  test('while a worker still holds the root key', async () => {
    await withoutRootKey(() =>
      refuses({ key, passphraseFile }, 'CONFLICT', 'holds the root key, so it is not lost'),
    )
  })

  test('with another key, naming the certificates that would work', async () => {
    const { certificate, key: pem } = makeCertificate()
    const wrong = { key: await writePem(world.file('wrong.pem'), pem, certificate) }
    await refuses(wrong, 'KEY_MISMATCH', 'Its recovery certificates are:')
    const alone = { key: await writePem(world.file('wrong-alone.pem'), pem) }
    await refuses(alone, 'KEY_MISMATCH', 'Its recovery certificates are:')
  })

  test('with a wrong passphrase, without one, and with a file that others may read', async () => {
    const wrong = world.file('wrong-passphrase')
    await writeFile(wrong, 'another passphrase', { mode: 0o600 })
    await refuses({ key, passphraseFile: wrong }, 'INVALID_CONFIG', 'the passphrase is wrong')
    await refuses({ key }, 'INVALID_CONFIG', 'is encrypted and needs its passphrase')
    await chmod(wrong, 0o644)
    await refuses({ key, passphraseFile: wrong }, 'INVALID_CONFIG', `chmod 600 ${wrong}`)
    await refuses({ key, passphraseFile: world.file('none') }, 'INVALID_CONFIG', 'does not exist')
    await refuses({ key: world.file('none'), passphraseFile }, 'INVALID_CONFIG', 'does not exist')
  })

  test('while the configuration places the root key elsewhere than in a file', async () => {
    const uri = 'pkcs11:object=root;pin-value=1234?module-path=/none'
    const elsewhere = { LOCKSTEP_ROOT_KEY_FILE: '', LOCKSTEP_ROOT_KEY_URI: uri }
    await refuses({ key, passphraseFile }, 'INVALID_CONFIG', 'LOCKSTEP_ROOT_KEY_URI is set', elsewhere)
    const variable = { LOCKSTEP_ROOT_KEY_FILE: '', LOCKSTEP_ROOT_KEY: 'any' }
    await refuses({ key, passphraseFile }, 'INVALID_CONFIG', 'LOCKSTEP_ROOT_KEY is set', variable)
  })

  async function refuses(
    options: Parameters<typeof recover>[1],
    code: string,
    reason: string,
    env?: NodeJS.ProcessEnv,
  ): Promise<void> {
    const before = await world.rows()
    const refusal: unknown = await recover(world.command(env), options).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(reason) })
    expect(String(refusal)).not.toContain(passphrase)
    expect(await world.rows()).toEqual(before)
  }
})

test('a passphrase is not accepted as an argument, and no argument of a running command contains it', async () => {
  const refused = await runCommand(world.app, ['keys', 'recover', '--key', key, '--passphrase', passphrase])
  expect(refused).toMatchObject({ code: 64, said: expect.stringContaining("unknown option '--passphrase'") })
  const running = startCommand(world.app, [
    'keys',
    'recover',
    '--key',
    key,
    '--passphrase-file',
    passphraseFile,
  ])
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'args='])
  expect(stdout).toContain('--passphrase-file')
  expect(stdout).not.toContain(passphrase)
  expect(await running.ended).toBe(1)
  expect(running.output.join('\n')).not.toContain(passphrase)
})

test('a file that is not the root key is not overwritten; without it the database gets a new root key', async () => {
  const { rootKeyFile } = world.app.config
  // A running worker reports that the key is not lost.
  await world.app.stopWorker()
  await withoutRootKey(async () => {
    const { certificate, key: pem } = makeCertificate()
    await writePem(rootKeyFile, pem, certificate)
    const inTheWay = recover(world.command(), { key, passphraseFile })
    await expect(inTheWay).rejects.toThrow('Move it away')
    await rename(rootKeyFile, world.file('moved-away.pem'))
    expect(await recover(world.command(), { key, passphraseFile })).toBe(0)
    expect(await world.opens(await world.rootKey())).toBe(2)
    expect(await world.opens(lost)).toBe(0)
    // The new key vouches, also for what the lost one vouched for, without a statement by the lost one.
    const { certificate: made } = await world.rootKey()
    const signatures = 'select fingerprint, endorsement from signer where retired_at is null'
    expect(await world.app.database.query(signatures)).toEqual([
      { fingerprint: made.fingerprint, endorsement: null },
    ])
    const signed = (await examine(world.command())).filter((it) => it.check === 'signatures')
    expect(signed.map((it) => it.status)).toEqual(['ok', 'ok'])
    expect(world.said.join('\n')).toContain(`vouched for by ${made.fingerprint} from now on`)
    await expect(recover(world.command(), { key, passphraseFile })).rejects.toThrow('nothing to recover')
    await rename(rootKeyFile, world.file('recovered.pem'))
  })
})

/** Removes the root key while `work` runs. */
async function withoutRootKey(work: () => Promise<void>): Promise<void> {
  const { rootKeyFile } = world.app.config
  await rename(rootKeyFile, world.file('taken-away.pem'))
  try {
    await work()
  } finally {
    await rename(world.file('taken-away.pem'), rootKeyFile)
  }
}
