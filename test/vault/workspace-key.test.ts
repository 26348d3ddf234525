import { createPublicKey } from 'node:crypto'
import { inspect } from 'node:util'
import { calculateJwkThumbprint, exportJWK, GeneralEncrypt, generateKeyPair } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { openWorkspaceKey } from '../../src/vault/opening.ts'
import type { RootKey } from '../../src/vault/root-key.ts'
import { createWorkspaceKey, type GeneralJwe } from '../../src/vault/sealing.ts'
import { recoveryKey, rootKey } from './frozen-format.ts'

const workspace = 'ws-1'
const recipients = [rootKey.certificate, recoveryKey.certificate]
const key = await createWorkspaceKey(workspace, recipients)
const sealed = key.sealedPrivateKey
const other = await createWorkspaceKey(workspace, recipients)

test('the kid is the RFC 7638 thumbprint of the public key', async () => {
  expect(key.kid).toBe(await calculateJwkThumbprint({ ...key.jwk }))
  expect(Object.keys(key.jwk)).toEqual(['kty', 'crv', 'x'])
})

test.each([rootKey, recoveryKey])('each recipient can open it alone', async (it) => {
  const opened = await openWorkspaceKey(it, workspace, key.kid, sealed)
  expect(opened).toMatchObject({ type: 'private', asymmetricKeyType: 'x25519' })
})

test('an envelope opens with its members in another order, as the database returns them', async () => {
  const { protected: encoded, ...rest } = sealed
  const reversed = rest.recipients
    .toReversed()
    .map(({ header: { kid, alg }, ...it }) => ({ ...it, header: { kid, alg } }))
  const reordered = {
    tag: rest.tag,
    recipients: reversed,
    iv: rest.iv,
    ciphertext: rest.ciphertext,
    protected: encoded,
  }
  await expect(openWorkspaceKey(rootKey, workspace, key.kid, reordered)).resolves.toBeDefined()
})

test('a recipient can be replaced without changing the sealed data', async () => {
  const first = await createWorkspaceKey(workspace, [rootKey.certificate])
  const [mine] = first.sealedPrivateKey.recipients
  const contentKey = await rootKey.unwrap(Buffer.from(mine?.encrypted_key ?? '', 'base64url'))
  const publicKey = await crypto.subtle.importKey(
    'spki',
    new Uint8Array(createPublicKey(recoveryKey.certificate.pem).export({ format: 'der', type: 'spki' })),
    { name: 'RSA-OAEP', hash: 'SHA-256' },
    false,
    ['encrypt'],
  )
  const wrapped = await crypto.subtle.encrypt('RSA-OAEP', publicKey, new Uint8Array(contentKey))
  const recipient = {
    header: { alg: 'RSA-OAEP-256' as const, kid: recoveryKey.certificate.fingerprint },
    encrypted_key: Buffer.from(wrapped).toString('base64url'),
  }
  const rewrapped = { ...first.sealedPrivateKey, recipients: [recipient] }
  await expect(openWorkspaceKey(recoveryKey, workspace, first.kid, rewrapped)).resolves.toBeDefined()
  await expect(openWorkspaceKey(rootKey, workspace, first.kid, rewrapped)).rejects.toThrow('not sealed for')
})

describe('making one is refused', () => {
  test.each([
    ['without a recipient', [], 'needs a root certificate'],
    ['with one certificate twice', [rootKey.certificate, rootKey.certificate], 'the same certificate twice'],
    ['with too many', Array.from({ length: 33 }, () => rootKey.certificate), 'at most 32'],
  ])('%s', async (_what, certificates, reason) => {
    const message = expect.stringContaining(reason)
    await expect(createWorkspaceKey(workspace, certificates)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message,
    })
  })
})

function withHeader(change: Record<string, unknown>): GeneralJwe {
  const header = JSON.parse(Buffer.from(sealed.protected, 'base64url').toString())
  return { ...sealed, protected: Buffer.from(JSON.stringify({ ...header, ...change })).toString('base64url') }
}

function withRecipient(change: object, header: object = {}): GeneralJwe {
  const [first, ...rest] = sealed.recipients
  const changed = { ...first, ...change, header: { ...first?.header, ...header } }
  return { ...sealed, recipients: [changed, ...rest] } as GeneralJwe
}

describe('a foreign envelope is refused before the root key is used', () => {
  const unwrap = vi.fn(rootKey.unwrap)
  const extra = {
    ...sealed.recipients[1],
    header: { alg: 'RSA-OAEP-256', kid: rootKey.certificate.fingerprint },
  }
  test.each<[string, unknown, string]>([
    ['of another workspace', withHeader({ ws: 'ws-2' }), 'its ws must be'],
    ['of another key of the workspace', other.sealedPrivateKey, 'its wk must be'],
    ['with a weaker enc', withHeader({ enc: 'A128GCM' }), 'its enc must be'],
    ['with another cty', withHeader({ cty: 'JWT' }), 'its cty'],
    ['with zip', withHeader({ zip: 'DEF' }), 'exactly enc'],
    ['with crit', withHeader({ crit: ['exp'] }), 'exactly enc'],
    ['with an alg in the protected header', withHeader({ alg: 'dir' }), 'exactly enc'],
    ['with aad', { ...sealed, aad: 'AAAA' }, 'exactly protected'],
    ['with an unprotected header', { ...sealed, unprotected: { zip: 'DEF' } }, 'exactly protected'],
    ['without a tag', { ...sealed, tag: '' }, 'malformed'],
    ['with a short tag', { ...sealed, tag: 'AAAA' }, 'malformed'],
    ['with a short iv', { ...sealed, iv: 'AAAA' }, 'malformed'],
    ['with an oversized ciphertext', { ...sealed, ciphertext: 'A'.repeat(8000) }, 'malformed'],
    ['without recipients', { ...sealed, recipients: [] }, '1 to 32 recipients'],
    ['with 33 recipients', { ...sealed, recipients: Array.from({ length: 33 }, () => extra) }, '1 to 32'],
    [
      'with a second entry for the root key',
      { ...sealed, recipients: [...sealed.recipients, extra] },
      'same kid',
    ],
    ['with alg RSA1_5', withRecipient({}, { alg: 'RSA1_5' }), 'each recipient'],
    ['with alg RSA-OAEP', withRecipient({}, { alg: 'RSA-OAEP' }), 'each recipient'],
    ['with alg dir', withRecipient({}, { alg: 'dir' }), 'each recipient'],
    ['with a zip in a recipient', withRecipient({}, { zip: 'DEF' }), 'each recipient'],
    ['with a kid that is no fingerprint', withRecipient({}, { kid: 'root' }), 'each recipient'],
    ['with an oversized encrypted key', withRecipient({ encrypted_key: 'A'.repeat(8000) }), 'each recipient'],
    ['that is null', null, 'exactly protected'],
    ['that is text', 'sealed', 'exactly protected'],
  ])('%s', async (_what, envelope, reason) => {
    const opening = openWorkspaceKey({ ...rootKey, unwrap }, workspace, key.kid, envelope as GeneralJwe)
    const message = expect.stringContaining(reason)
    await expect(opening).rejects.toMatchObject({ code: 'SECRET_UNREADABLE', message })
    expect(unwrap).not.toHaveBeenCalled()
  })
})

describe('an altered envelope does not open', () => {
  const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  const fresh = other.sealedPrivateKey
  test.each<[string, GeneralJwe]>([
    ['in its ciphertext', { ...sealed, ciphertext: flip(sealed.ciphertext) }],
    ['in its tag', { ...sealed, tag: flip(sealed.tag) }],
    ['in its iv', { ...sealed, iv: flip(sealed.iv) }],
    [
      'in its encrypted key',
      withRecipient({ encrypted_key: flip(sealed.recipients[0]?.encrypted_key ?? '') }),
    ],
    ['by the recipients of another key', { ...sealed, recipients: fresh.recipients }],
    ['by the ciphertext of another key', { ...fresh, protected: sealed.protected }],
  ])('%s', async (_what, envelope) => {
    const message = expect.stringContaining('does not open it, or it was altered')
    await expect(openWorkspaceKey(rootKey, workspace, key.kid, envelope)).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      message,
    })
  })

  test('with an added recipient, but the others still open it', async () => {
    const kid = 'ab'.repeat(32)
    const envelope = {
      ...sealed,
      recipients: [...sealed.recipients, { ...sealed.recipients[0], header: { alg: 'RSA-OAEP-256', kid } }],
    }
    await expect(openWorkspaceKey(rootKey, workspace, key.kid, envelope as GeneralJwe)).resolves.toBeDefined()
  })

  test('if the root key is another one with the same fingerprint', async () => {
    const wrong: RootKey = { certificate: rootKey.certificate, unwrap: recoveryKey.unwrap }
    await expect(openWorkspaceKey(wrong, workspace, key.kid, sealed)).rejects.toThrow('does not open it')
  })
})

async function sealForRoot(content: string): Promise<GeneralJwe> {
  const encryption = new GeneralEncrypt(new TextEncoder().encode(content))
  encryption.setProtectedHeader({ enc: 'A256GCM', cty: 'jwk+json', ws: workspace, wk: key.kid })
  const header = { alg: 'RSA-OAEP-256', kid: rootKey.certificate.fingerprint }
  encryption.addRecipient(createPublicKey(rootKey.certificate.pem)).setUnprotectedHeader(header)
  return (await encryption.encrypt()) as GeneralJwe
}

test.each([
  ['text', 'private-key-material'],
  ['a key on another curve', JSON.stringify({ kty: 'EC', crv: 'P-256', d: 'private-key-material' })],
  ['another X25519 key', JSON.stringify({ ...other.jwk, d: 'private-key-material' })],
  ['a public key alone', JSON.stringify(key.jwk)],
])(
  'an envelope forged for the public root key that contains %s does not open and is not quoted',
  async (_what, content) => {
    const error: unknown = await openWorkspaceKey(
      rootKey,
      workspace,
      key.kid,
      await sealForRoot(content),
    ).catch((it) => it)
    expect(error).toMatchObject({
      code: 'SECRET_UNREADABLE',
      message: expect.stringContaining('not that X25519 key'),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('private-key-material')
  },
)

test('an envelope forged for the public root key that contains another valid key does not open', async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  const foreign = await sealForRoot(JSON.stringify(await exportJWK(pair.privateKey)))
  await expect(openWorkspaceKey(rootKey, workspace, key.kid, foreign)).rejects.toThrow('not that X25519 key')
})
