import { createPrivateKey } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRootKey, openWorkspaceKey, rewrapWorkspaceKey } from '../../src/vault/opening.ts'
import { createSoftwareRootKey, type RootKey } from '../../src/vault/root-key.ts'
import { createWorkspaceKey, type GeneralJwe } from '../../src/vault/sealing.ts'
import { certificateIn, recoveryKey, rootKey } from './frozen-format.ts'

const workspace = 'ws-1'
let keys: RootKey[]

beforeAll(async () => {
  const made = await Promise.all([1, 2].map(() => createRootKey()))
  const others = made.map(({ pem }) =>
    createSoftwareRootKey(createPrivateKey(pem.reveal()), certificateIn(pem.reveal())),
  )
  keys = [rootKey, recoveryKey, ...others]
})

const seal = (recipients: readonly RootKey[]) =>
  createWorkspaceKey(
    workspace,
    recipients.map((it) => it.certificate),
  )
const rewrap = (kid: string, sealed: GeneralJwe, hand: readonly RootKey[], to: readonly RootKey[]) =>
  rewrapWorkspaceKey(
    hand,
    workspace,
    kid,
    sealed,
    to.map((it) => it.certificate),
  )
const kidsOf = (sealed: GeneralJwe) => sealed.recipients.map((it) => it.header.kid)
const opens = (key: RootKey, kid: string, sealed: GeneralJwe) =>
  openWorkspaceKey(key, workspace, kid, sealed).then(
    () => true,
    () => false,
  )

test('after any sequence of changes exactly the wanted keys open, and the sealed data keep every byte', async () => {
  const subset = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(subset, fc.array(subset, { minLength: 1, maxLength: 4 }), async (first, changes) => {
      const pick = (indexes: readonly number[]) => keys.filter((_it, index) => indexes.includes(index))
      const { kid, sealedPrivateKey } = await seal(pick(first))
      let [sealed, holders] = [sealedPrivateKey, pick(first)]
      for (const change of changes) {
        // Like in a rotation, the current key stays until another one has replaced it.
        const [hand] = holders
        const wanted = [...new Set([...pick(change), ...(hand ? [hand] : [])])]
        sealed = (await rewrap(kid, sealed, hand ? [hand] : [], wanted))?.sealed ?? sealed
        holders = wanted
      }
      const { recipients: _before, ...was } = sealedPrivateKey
      const { recipients: _after, ...is } = sealed
      expect(is).toEqual(was)
      for (const key of keys) expect(await opens(key, kid, sealed)).toBe(holders.includes(key))
    }),
    { numRuns: 15 },
  )
})

test('an envelope that is sealed for exactly the wanted keys is not changed, and the private key is not used', async () => {
  const { kid, sealedPrivateKey } = await seal([rootKey, recoveryKey])
  const unusable: RootKey = { ...rootKey, unwrap: () => Promise.reject(new Error('used')) }
  expect(await rewrap(kid, sealedPrivateKey, [unusable], [recoveryKey, rootKey])).toBeUndefined()
})

test('the result says who was added and removed, and keeps the entries of the others', async () => {
  const [, , third] = keys
  if (!third) throw new Error('there is no third key')
  const { kid, sealedPrivateKey } = await seal([rootKey, recoveryKey])
  const result = await rewrap(kid, sealedPrivateKey, [rootKey], [rootKey, third])
  expect(result).toMatchObject({
    added: [third.certificate.fingerprint],
    removed: [recoveryKey.certificate.fingerprint],
  })
  expect(result?.sealed.recipients[0]).toEqual(sealedPrivateKey.recipients[0])
  expect(await opens(third, kid, result?.sealed ?? sealedPrivateKey)).toBe(true)
  expect(await opens(recoveryKey, kid, result?.sealed ?? sealedPrivateKey)).toBe(false)
})

test('the key that opened the envelope is never removed, so one tested key always remains', async () => {
  const { kid, sealedPrivateKey } = await seal([rootKey])
  const result = await rewrap(kid, sealedPrivateKey, [rootKey], [recoveryKey])
  expect(kidsOf(result?.sealed ?? sealedPrivateKey)).toEqual([
    rootKey.certificate.fingerprint,
    recoveryKey.certificate.fingerprint,
  ])
  expect(result?.removed).toEqual([])
})

test('the first of several keys that opens the envelope is used', async () => {
  const { kid, sealedPrivateKey } = await seal([recoveryKey])
  const result = await rewrap(kid, sealedPrivateKey, [rootKey, recoveryKey], [recoveryKey, rootKey])
  expect(await opens(rootKey, kid, result?.sealed ?? sealedPrivateKey)).toBe(true)
})

describe('it refuses', () => {
  const broken: [string, (sealed: GeneralJwe) => GeneralJwe][] = [
    ['of another workspace', (sealed) => ({ ...sealed, protected: 'e30' })],
    [
      'whose ciphertext was altered',
      (sealed) => ({ ...sealed, ciphertext: `AAAA${sealed.ciphertext.slice(4)}` }),
    ],
    ['without recipients', (sealed) => ({ ...sealed, recipients: [] })],
  ]
  test.each(broken)('an envelope %s, so that nothing is dropped from it', async (_what, change) => {
    const { kid, sealedPrivateKey } = await seal([rootKey, recoveryKey])
    const rewrapping = rewrap(kid, change(sealedPrivateKey), [rootKey], [rootKey])
    await expect(rewrapping).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  test('a key that the envelope is not sealed for', async () => {
    const { kid, sealedPrivateKey } = await seal([recoveryKey])
    await expect(rewrap(kid, sealedPrivateKey, [rootKey], [rootKey])).rejects.toThrow('not sealed for')
  })

  test('an empty list of recipients', async () => {
    const { kid, sealedPrivateKey } = await seal([rootKey])
    await expect(rewrap(kid, sealedPrivateKey, [rootKey], [])).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    })
  })
})
