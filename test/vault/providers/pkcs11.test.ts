import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Sensitive } from '../../../src/sensitive.ts'
import {
  createOpener,
  openRootKeyUri,
  openWorkspaceKey,
  type RootKey,
  signWorkspaceKey,
} from '../../../src/vault/opening.ts'
import * as padding from '../../../src/vault/providers/oaep-padding.ts'
import { createWorkspaceKey, readWorkspaceKeyStatement, sealInNode } from '../../../src/vault/sealing.ts'
import { createSoftHsm, type SoftHsm, withoutSoftHsm } from '../../support/soft-hsm.ts'
import { rootKey as frozenKey, recoveryKeyPem, rootKeyPem } from '../frozen-format.ts'

const pkcs8 = (pem: string): string =>
  createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' }).toString()

test.runIf(withoutSoftHsm)(
  'without pkcs11js or SoftHSM, a token is refused with what to install',
  async () => {
    const uri = 'pkcs11:token=none;object=root?module-path=/nowhere/libnone.so'
    await expect(openRootKeyUri(uri, new Sensitive('1234'))).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/npm install --no-save pkcs11js|cannot be loaded/),
    })
  },
)

describe.skipIf(withoutSoftHsm)(`a token of SoftHSM 2${withoutSoftHsm ? ` (${withoutSoftHsm})` : ''}`, () => {
  let hsm: SoftHsm

  beforeAll(async () => {
    hsm = await createSoftHsm(pkcs8(rootKeyPem))
    await hsm.importKey(pkcs8(recoveryKeyPem), 'other', '02')
    await hsm.importKey(pkcs8(recoveryKeyPem), 'twice', '03')
    await hsm.importKey(pkcs8(recoveryKeyPem), 'twice', '04')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    await hsm.importKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 'short', '05')
  })
  afterAll(() => hsm.remove())

  const open = (uri = hsm.uri, pin: string | undefined = hsm.pin, known?: string): Promise<RootKey> =>
    openRootKeyUri(uri, pin === undefined ? undefined : new Sensitive(pin), known)

  /** The message of the refusal. The PIN never shows in it. */
  async function refusal(opening: Promise<unknown>, pin = hsm.pin): Promise<string> {
    const error: unknown = await opening.catch((it: unknown) => it)
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(pin)
    return String(error)
  }

  test('opens data for the certificate in the database', async () => {
    const ours = vi.spyOn(padding, 'removeOaepPadding')
    const rootKey = await open(hsm.uri, hsm.pin, frozenKey.certificate.pem)
    expect(rootKey.certificate).toEqual(frozenKey.certificate)
    const key = await createWorkspaceKey('ws-1', [frozenKey.certificate])
    const at = { workspace: 'ws-1', name: 'API_KEY' }
    const opener = createOpener({ rootKey, workspaceKey: async () => key.sealedPrivateKey })
    expect((await opener.open(at, await sealInNode(key, at, 'the value'))).reveal()).toBe('the value')
    // This token supports OAEP only with SHA-1.
    expect(ours).toHaveBeenCalled()
  })

  test('vouches for a key with signatures by the token, many at once', async () => {
    const { certificate, sign } = await open(hsm.uri, hsm.pin, frozenKey.certificate.pem)
    if (!sign) throw new Error('it cannot sign')
    const kids = Array.from({ length: 5 }, (_, index) => `kid-${index}`)
    const signed = kids.map((kid) =>
      signWorkspaceKey({ certificate, sign }, { workspace: 'ws-1', kid, generation: 1 }),
    )
    for (const [index, statement] of (await Promise.all(signed)).entries()) {
      const at = { workspace: 'ws-1', kid: kids[index] ?? '' }
      expect(await readWorkspaceKeyStatement(certificate, at, statement)).toBe(1)
    }
    await hsm.endSessions()
    await expect(sign(Buffer.from('after'))).resolves.toHaveLength(384)
  })

  test('at a first start a certificate is issued for the key in the token', async () => {
    const { certificate } = await open()
    expect(createPublicKey(certificate.pem).equals(createPublicKey(rootKeyPem))).toBe(true)
    expect((await open(hsm.uri, hsm.pin, certificate.pem)).certificate).toEqual(certificate)
  })

  test('opens many at once, one after another and correctly', async () => {
    const rootKey = await open(hsm.uri, hsm.pin, frozenKey.certificate.pem)
    const keys = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createWorkspaceKey(`ws-${index}`, [frozenKey.certificate])),
    )
    const opened = keys.map((key, index) =>
      openWorkspaceKey(rootKey, `ws-${index}`, key.kid, key.sealedPrivateKey),
    )
    // A failure does not block the next request.
    await expect(rootKey.unwrap(Buffer.alloc(256, 1))).rejects.toThrow()
    expect(await Promise.all(opened)).toHaveLength(20)
  })

  test('data for another key do not open, with an error that says so', async () => {
    const rootKey = await open(hsm.uri, hsm.pin, frozenKey.certificate.pem)
    const key = await createWorkspaceKey('ws-1', [frozenKey.certificate])
    const [recipient] = key.sealedPrivateKey.recipients
    if (recipient) recipient.encrypted_key = Buffer.alloc(256, 1).toString('base64url')
    await expect(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey)).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      message: expect.stringMatching(/does not open it, or it was altered/),
    })
  })

  test('the key is found by its id, and the token by its attributes', async () => {
    const uri = `pkcs11:id=%01;token=lockstep;manufacturer=SoftHSM%20project?module-path=${hsm.module}`
    await expect(open(uri)).resolves.toBeDefined()
  })

  test.each([
    ['a token that is not there', 'token=absent;object=root', 'exactly one token must match, 0 found'],
    [
      'a key that is not there',
      'token=lockstep;object=absent',
      'exactly one RSA private key must match, 0 found',
    ],
    [
      'two keys of one name',
      'token=lockstep;object=twice',
      'exactly one RSA private key must match, 2 found',
    ],
    ['a key of 1024 bits', 'token=lockstep;object=short', 'must have 2048 to 16384 bits, not 1024'],
  ])('%s is refused', async (_what, path, says) => {
    expect(await refusal(open(`pkcs11:${path}?module-path=${hsm.module}`))).toContain(says)
  })

  test('a session that the token ended is opened again', async () => {
    const rootKey = await open(hsm.uri, hsm.pin, frozenKey.certificate.pem)
    const key = await createWorkspaceKey('ws-1', [frozenKey.certificate])
    for (let round = 0; round < 3; round++) {
      await hsm.endSessions()
      await expect(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey)).resolves.toBeDefined()
    }
  })

  test('a missing PIN is refused, and a wrong one is tried only once so that the token is not locked', async () => {
    await hsm.endSessions()
    expect(await refusal(openRootKeyUri(hsm.uri))).toContain('0 found without a PIN')
    expect(await refusal(open(hsm.uri, 'wrong-pin-5519'), 'wrong-pin-5519')).toMatch(
      /CKR_PIN_INCORRECT: check LOCKSTEP_ROOT_KEY_PASSPHRASE; a token locks after/,
    )
    await expect(open()).resolves.toBeDefined()
  })

  test('a missing library is refused', async () => {
    const uri = 'pkcs11:token=lockstep;object=root?module-path=/nowhere/libnone.so'
    expect(await refusal(open(uri))).toContain('The PKCS#11 library /nowhere/libnone.so cannot be loaded')
  })
})
