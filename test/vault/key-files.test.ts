import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { loadRootKey, openWorkspaceKey, type RootKey } from '../../src/vault/opening.ts'
import { createWorkspaceKey } from '../../src/vault/sealing.ts'
import fixtures from './fixtures/key-files.json' with { type: 'json' }
import { certificateIn, rootKeyPem } from './frozen-format.ts'

interface KeyFile {
  base64: string
  passphrase?: string
}

const { 'EC key': ecKey, 'RC2 in PBES2': unsupported, ...rest } = fixtures.files
const files: Record<string, KeyFile> = rest
const plainPem = Buffer.from(fixtures.files['PKCS#8'].base64, 'base64').toString()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-key-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function load(content: string | Buffer, passphrase?: string, mode = 0o600): Promise<RootKey> {
  const file = join(folder, 'key')
  await writeFile(file, content)
  await chmod(file, mode)
  return loadRootKey(file, passphrase === undefined ? undefined : new Sensitive(passphrase))
}

/** The message of the refusal, which quotes neither the content nor the passphrase. */
async function refusal(content: string | Buffer, passphrase?: string, mode?: number): Promise<string> {
  const error: unknown = await load(content, passphrase, mode).catch((it: unknown) => it)
  expect(error).toMatchObject({ code: 'INVALID_CONFIG' })
  const shown = inspect(error, { depth: 9, showHidden: true })
  if (passphrase) expect(shown).not.toContain(passphrase)
  const lines = content.toString('latin1').split(/\s+/)
  for (const line of lines.filter((it) => it.length > 20)) expect(shown).not.toContain(line)
  return String(error)
}

describe.each(Object.entries(files))('%s', (_form, { base64, passphrase }) => {
  const content = Buffer.from(base64, 'base64')

  test('loads and opens data for its certificate', async () => {
    const loaded = await load(content, passphrase)
    expect(loaded.certificate.fingerprint).toBe(fixtures.fingerprint)
    const key = await createWorkspaceKey('ws-1', [loaded.certificate])
    await expect(openWorkspaceKey(loaded, 'ws-1', key.kid, key.sealedPrivateKey)).resolves.toBeDefined()
  })

  test('does not load when it is truncated', async () => {
    for (const share of [0.9, 0.5, 0.1])
      await refusal(content.subarray(0, content.length * share), passphrase)
  })
})

const encrypted = Object.entries(files).filter(([, { passphrase }]) => passphrase !== undefined)
test.each(encrypted)('%s does not load with another passphrase or none', async (_form, { base64 }) => {
  const content = Buffer.from(base64, 'base64')
  expect(await refusal(content, 'wrong horse')).toMatch('the passphrase is wrong')
  expect(await refusal(content)).toMatch('needs')
})

describe('refused', () => {
  test.each([
    ['an empty file', '', 'holds nothing'],
    ['a file that is no key', 'correct horse battery staple, the secret', 'holds no key that can be read'],
    [
      'a certificate without its key',
      certificateIn(rootKeyPem),
      'holds a certificate without its private key',
    ],
    ['two keys', plainPem + rootKeyPem, 'holds 2 private keys, and one is needed'],
    [
      'a key without its certificate',
      plainPem.slice(0, plainPem.indexOf('-----BEGIN CERT')),
      'holds no certificate',
    ],
    [
      'a key with the certificate of another',
      plainPem.slice(0, plainPem.indexOf('-----BEGIN CERT')) + certificateIn(rootKeyPem),
      'no certificate that belongs to its private key',
    ],
    ['an EC key', Buffer.from(ecKey.base64, 'base64'), 'is not RSA'],
    ['a file over 1 MiB', plainPem + ' '.repeat(1024 * 1024), 'over 1 MiB'],
  ])('%s', async (_what, content, message) => {
    expect(await refusal(content)).toContain(message)
  })

  test('an unsupported cipher, with the command that writes the key again', async () => {
    const content = Buffer.from(unsupported.base64, 'base64')
    expect(await refusal(content, unsupported.passphrase)).toMatch(/not supported \(`openssl pkcs8 -topk8/)
  })

  test('a file that does not exist', async () => {
    await expect(loadRootKey(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: `The root key file ${join(folder, 'absent')} does not exist.`,
    })
  })

  test('a folder', async () => {
    await expect(loadRootKey(folder)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/is not a regular file|cannot be read/),
    })
  })
})

test('of several certificates the one for the key is used', async () => {
  const chain = certificateIn(rootKeyPem) + plainPem
  expect((await load(chain)).certificate.fingerprint).toBe(fixtures.fingerprint)
})

describe.skipIf(process.platform === 'win32')('permissions', () => {
  test.each([0o600, 0o400, 0o700])('%o is only for the owner and accepted', async (mode) => {
    await expect(load(plainPem, undefined, mode)).resolves.toBeDefined()
    await rm(join(folder, 'key'))
  })

  test.each([0o644, 0o640, 0o604, 0o660, 0o620, 0o602, 0o777])(
    '%o is refused with the solution',
    async (mode) => {
      const rights = mode.toString(8).padStart(4, '0')
      const file = join(folder, 'key')
      expect(await refusal(plainPem, undefined, mode)).toBe(
        `AppError: Group or others have rights on the root key file ${file} (${rights}): chmod 600 ${file}`,
      )
    },
  )
})
