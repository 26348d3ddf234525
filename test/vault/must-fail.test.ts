import { createCipheriv, createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { CompactEncrypt } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { createOpener } from '../../src/vault/opening.ts'
import { createWorkspaceKey, sealInNode } from '../../src/vault/sealing.ts'
import { recoveryKey, rootKey } from './frozen-format.ts'

const value = 'sk_live_do_not_show'
const at = { workspace: 'ws-1', name: 'API_KEY' }
const key = await createWorkspaceKey(at.workspace, [rootKey.certificate])
const sealed = await sealInNode(key, at, value)
const parts = sealed.split('.')

const unwrap = vi.fn(rootKey.unwrap)
const workspaceKey = vi.fn(async () => key.sealedPrivateKey)

/** The error of opening with a fresh opener. The value never shows in it. */
async function refusal(text: string, place = at): Promise<string> {
  unwrap.mockClear()
  workspaceKey.mockClear()
  const opener = createOpener({ rootKey: { ...rootKey, unwrap }, workspaceKey })
  const error: unknown = await opener.open(place, text).then(
    () => 'it opened',
    (it: unknown) => it,
  )
  expect(error).toMatchObject({ code: 'SECRET_UNREADABLE' })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(value)
  return String(error)
}

type Header = Record<string, unknown>
const header: Header & { epk: { x: string } } = JSON.parse(
  Buffer.from(parts[0] ?? '', 'base64url').toString(),
)
const { epk } = header

function withPart(index: number, part: string): string {
  return parts.with(index, part).join('.')
}

function withHeader(changes: Header): string {
  const changed = Object.entries({ ...header, ...changes }).filter(([, it]) => it !== undefined)
  return withPart(0, Buffer.from(JSON.stringify(Object.fromEntries(changed))).toString('base64url'))
}

const headerText = JSON.stringify(header)
const withHeaderText = (text: string): string => withPart(0, Buffer.from(text).toString('base64url'))

/** The same bytes in another spelling: the last character has unused bits. */
function spareBits(part = ''): string {
  const other = part.slice(0, -1) + alphabet[alphabet.indexOf(part.slice(-1)) + 1]
  expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(part, 'base64url'))
  return other
}
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('a foreign header is refused before any key is used', () => {
  test.each<[string, string, string]>([
    ['alg none', withHeader({ alg: 'none' }), 'alg must be'],
    ['alg dir', withHeader({ alg: 'dir' }), 'alg must be'],
    ['alg RSA-OAEP-256', withHeader({ alg: 'RSA-OAEP-256' }), 'alg must be'],
    ['alg RSA1_5', withHeader({ alg: 'RSA1_5' }), 'alg must be'],
    ['alg ECDH-ES+A256KW', withHeader({ alg: 'ECDH-ES+A256KW' }), 'alg must be'],
    ['alg PBES2', withHeader({ alg: 'PBES2-HS512+A256KW', p2c: 2 ** 31, p2s: 'AAAA' }), 'alg must be'],
    ['no alg', withHeader({ alg: undefined }), 'alg must be'],
    ['alg as a list', withHeader({ alg: ['ECDH-ES'] }), 'alg must be'],
    ['enc A128GCM', withHeader({ enc: 'A128GCM' }), 'enc must be'],
    ['enc A128CBC-HS256', withHeader({ enc: 'A128CBC-HS256' }), 'enc must be'],
    ['no enc', withHeader({ enc: undefined }), 'enc must be'],
    ['zip', withHeader({ zip: 'DEF' }), 'exactly alg'],
    ['crit', withHeader({ crit: ['exp'] }), 'exactly alg'],
    ['b64', withHeader({ b64: false, crit: ['b64'] }), 'exactly alg'],
    ['cty', withHeader({ cty: 'JWT' }), 'exactly alg'],
    ['jwk', withHeader({ jwk: epk }), 'exactly alg'],
    ['x5c', withHeader({ x5c: ['AAAA'] }), 'exactly alg'],
    ['apu', withHeader({ apu: 'AAAA' }), 'exactly alg'],
    ['apv', withHeader({ apv: 'AAAA' }), 'exactly alg'],
    ['jku', withHeader({ jku: 'https://evil.example' }), 'exactly alg'],
    ['no kid', withHeader({ kid: undefined }), 'exactly alg'],
    ['no epk', withHeader({ epk: undefined }), 'exactly alg'],
    ['a kid that is no thumbprint', withHeader({ kid: "' OR 1=1 --" }), 'kid must be'],
    ['a kid that is no string', withHeader({ kid: 7 }), 'kid must be'],
    ['epk on P-256', withHeader({ epk: { kty: 'EC', crv: 'P-256', x: epk.x, y: epk.x } }), 'epk must be'],
    ['epk on X448', withHeader({ epk: { ...epk, crv: 'X448' } }), 'epk must be'],
    ['epk Ed25519', withHeader({ epk: { ...epk, crv: 'Ed25519' } }), 'epk must be'],
    ['a short epk', withHeader({ epk: { ...epk, x: 'AAAA' } }), 'epk must be'],
    ['an oversized epk', withHeader({ epk: { ...epk, x: 'A'.repeat(4000) } }), 'epk must be'],
    ['an epk with a private part', withHeader({ epk: { ...epk, d: epk.x } }), 'epk must be'],
    ['epk null', withHeader({ epk: null }), 'epk must be'],
    ['another workspace', withHeader({ ws: 'ws-2' }), 'ws must be'],
    ['another name', withHeader({ name: 'OTHER' }), 'name must be'],
    ['a member twice', withHeaderText(`{"alg":"none",${headerText.slice(1)}`), 'JSON object'],
    [
      'a member twice, once escaped',
      withHeaderText(headerText.replace('{', '{"\\u0061lg":"none",')),
      'JSON object',
    ],
    ['a member of epk twice', withHeaderText(headerText.replace('"kty"', '"kty":"EC","kty"')), 'JSON object'],
    ['a __proto__', withHeaderText(`{"__proto__":{},${headerText.slice(1)}`), 'exactly alg'],
    ['a trailing comma', withHeaderText(headerText.replace(/}$/, ',}')), 'JSON object'],
    ['a comment', withHeaderText(`/**/${headerText}`), 'JSON object'],
    ['a byte order mark', withHeaderText(`\uFEFF${headerText}`), 'JSON object'],
    ['a padded header', withPart(0, `${parts[0]}=`), 'JSON object'],
    ['bits that the tag does not need', withPart(4, spareBits(parts[4])), 'initialization vector or tag'],
    ['bits that the ciphertext does not need', withPart(3, spareBits(parts[3])), 'not base64url'],
    ['a huge header', withHeader({ name: 'A'.repeat(200_000) }), 'header is too large'],
    ['a header that is an array', withPart(0, Buffer.from('[]').toString('base64url')), 'JSON object'],
    ['a header that is no JSON', withPart(0, Buffer.from(value).toString('base64url')), 'JSON object'],
    [
      'a header that is no UTF-8',
      withPart(0, Buffer.from([0x7b, 0xff]).toString('base64url')),
      'JSON object',
    ],
    ['an encrypted key', withPart(1, 'AAAA'), 'encrypted key'],
    ['a short iv', withPart(2, 'AAAA'), 'initialization vector or tag'],
    ['a short tag', withPart(4, 'AAAA'), 'initialization vector or tag'],
    ['base64 for base64url', withPart(3, 'a+/='), 'ciphertext is not base64url'],
    ['a line break', `${sealed}\n`, 'initialization vector or tag'],
    ['four parts', parts.slice(0, 4).join('.'), 'five parts'],
    ['six parts', `${sealed}.AAAA`, 'five parts'],
    ['nothing', '', 'five parts'],
    ['plain text', value, 'five parts'],
    ['a JSON serialization', JSON.stringify({ protected: parts[0], ciphertext: parts[3] }), 'five parts'],
    ['a size beyond any bound', 'A'.repeat(50 * 1024 * 1024), 'too large'],
  ])('%s', async (_what, text, reason) => {
    const message = await refusal(text)
    expect(message).toContain('The sealed value API_KEY of workspace ws-1 cannot be opened: ')
    expect(message).toContain(reason)
    expect([unwrap.mock.calls.length, workspaceKey.mock.calls.length]).toEqual([0, 0])
  })
})

describe('a valid JWE of another kind is refused although its key would open it', () => {
  test.each([
    ['enc A128GCM', { alg: 'ECDH-ES', enc: 'A128GCM' }],
    ['enc A256CBC-HS512', { alg: 'ECDH-ES', enc: 'A256CBC-HS512' }],
    ['key wrapping', { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }],
    ['zip', { alg: 'ECDH-ES', enc: 'A256GCM', zip: 'DEF' }],
  ])('%s', async (_what, kind) => {
    const encryption = new CompactEncrypt(new TextEncoder().encode(value))
    encryption.setProtectedHeader({ ...kind, kid: key.kid, ws: at.workspace, name: at.name })
    await refusal(await encryption.encrypt({ ...key.jwk }))
    expect(unwrap).not.toHaveBeenCalled()
  })

  test('a value that is not UTF-8', async () => {
    const encryption = new CompactEncrypt(Uint8Array.of(0x61, 0xff))
    encryption.setProtectedHeader({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: key.kid,
      ws: at.workspace,
      name: at.name,
    })
    expect(await refusal(await encryption.encrypt({ ...key.jwk }))).toContain('not UTF-8')
  })
})

describe('swapped parts do not open', () => {
  test('a sealed value moved to another name', async () => {
    expect(await refusal(sealed, { ...at, name: 'OTHER' })).toContain('name must be')
  })

  test('a sealed value moved to another workspace', async () => {
    expect(await refusal(sealed, { ...at, workspace: 'ws-2' })).toContain('ws must be')
  })

  test('a header rewritten for the row that it was moved to', async () => {
    expect(await refusal(withHeader({ name: 'OTHER' }), { ...at, name: 'OTHER' })).toContain('altered')
  })

  test('parts of another sealed value of the same row', async () => {
    const other = (await sealInNode(key, at, 'another value, the same row')).split('.')
    for (const index of [0, 2, 3, 4])
      expect(await refusal(withPart(index, other[index] ?? ''))).toContain('altered')
  })

  test('a value sealed for another key under our kid', async () => {
    const other = await createWorkspaceKey(at.workspace, [rootKey.certificate])
    const foreign = (await sealInNode(other, at, value)).split('.')
    const head: Header = JSON.parse(Buffer.from(foreign[0] ?? '', 'base64url').toString())
    const renamed = Buffer.from(JSON.stringify({ ...head, kid: key.kid })).toString('base64url')
    expect(await refusal(foreign.with(0, renamed).join('.'))).toContain('altered')
  })

  test('a kid that the workspace does not have', async () => {
    const opener = createOpener({ rootKey, workspaceKey: async () => undefined })
    const message = `The sealed value API_KEY of workspace ws-1 cannot be opened: Workspace ws-1 has no key ${key.kid}.`
    await expect(opener.open(at, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE', message })
  })

  test('a worker with another root key', async () => {
    const opener = createOpener({ rootKey: recoveryKey, workspaceKey: async () => key.sealedPrivateKey })
    const message = expect.stringContaining(
      `not sealed for the root key ${recoveryKey.certificate.fingerprint}`,
    )
    await expect(opener.open(at, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE', message })
  })
})

/** All points of small order on Curve25519 and its twist, and the same without the reduction modulo p. */
const lowOrderPoints = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

/** Seals as RFC 7518 (sections 4.6.2 and 5.3) says, with a given agreed secret. */
function sealWithSecret(secret: Buffer, protectedHeader: string): string {
  const uint32 = (number: number) => Buffer.from(Uint32Array.of(number).buffer).swap32()
  const info = [uint32(7), Buffer.from('A256GCM'), uint32(0), uint32(0), uint32(256)]
  const contentKey = createHash('sha256')
    .update(Buffer.concat([uint32(1), secret, ...info]))
    .digest()
  const iv = Buffer.alloc(12, 7)
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(protectedHeader))
  const ciphertext = Buffer.concat([cipher.update(value), cipher.final()])
  const encoded = [iv, ciphertext, cipher.getAuthTag()].map((it) => it.toString('base64url'))
  return [protectedHeader, '', ...encoded].join('.')
}

describe('altered parts do not open', () => {
  test('any one character anywhere', async () => {
    const place = fc.nat({ max: sealed.length - 1 })
    const property = fc.asyncProperty(
      place,
      fc.constantFrom(...alphabet, '.', '='),
      async (index, character) => {
        fc.pre(sealed[index] !== character)
        await refusal(sealed.slice(0, index) + character + sealed.slice(index + 1))
      },
    )
    await fc.assert(property, { numRuns: 400 })
  })

  test('a text truncated anywhere', async () => {
    for (let length = 0; length < sealed.length; length++) await refusal(sealed.slice(0, length))
  })

  test.each(lowOrderPoints)(
    'a value sealed with the low-order point %s, whose agreed key is publicly known',
    async (hex) => {
      const x = Buffer.from(hex, 'hex').toString('base64url')
      const protectedHeader = Buffer.from(JSON.stringify({ ...header, epk: { ...epk, x } })).toString(
        'base64url',
      )
      expect(await refusal(sealWithSecret(Buffer.alloc(32), protectedHeader))).toContain('altered')
    },
  )

  test('the same code with a properly agreed key makes a value that opens', async () => {
    const pair = generateKeyPairSync('x25519')
    const { x } = pair.publicKey.export({ format: 'jwk' })
    const publicKey = createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
    const secret = diffieHellman({ privateKey: pair.privateKey, publicKey })
    const protectedHeader = Buffer.from(JSON.stringify({ ...header, epk: { ...epk, x } })).toString(
      'base64url',
    )
    const opener = createOpener({ rootKey, workspaceKey })
    expect((await opener.open(at, sealWithSecret(secret, protectedHeader))).reveal()).toBe(value)
  })

  test('arbitrary text', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.string(), { minLength: 5, maxLength: 5 }).map((it) => it.join('.')),
    )
    await fc.assert(fc.asyncProperty(text, async (it) => void (await refusal(it))))
  })
})
