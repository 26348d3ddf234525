import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { anywhere, type Policy, readPolicy } from '../../src/secret/policy.ts'
import { createOpener } from '../../src/vault/opening.ts'
import { checkSealedValue, createWorkspaceKey, sealInNode } from '../../src/vault/sealing.ts'
import { rootKey, values, workspace, workspaceKey } from './frozen-format.ts'

const at = { workspace: 'ws-1', name: 'API_KEY' }
const key = await createWorkspaceKey(at.workspace, [rootKey.certificate])
const opener = () => createOpener({ rootKey, workspaceKey: async () => key.sealedPrivateKey })

const policy = readPolicy({
  hosts: ['api.example.com', 'http://*.example.org:81'],
  methods: ['POST'],
  paths: ['/v1/'],
  places: ['header:authorization', 'query:ü'],
})

describe('a value is sealed with its policy', () => {
  test.each<[string, Policy | undefined, object | undefined]>([
    ['with all of it', policy, policy],
    ['with anything, explicitly', anywhere, {}],
    ['with hosts alone', { ...anywhere, hosts: ['a.com'] }, { hosts: ['a.com'] }],
    ['without one', undefined, undefined],
  ])('%s, and opens with what the ciphertext authenticates', async (_what, given, claim) => {
    const sealed = await sealInNode(key, at, 'value', given)
    expect(decodeProtectedHeader(sealed)['pol']).toEqual(claim)
    expect(checkSealedValue(at, key.kid, sealed)).toEqual(given)
    const { value, policy: opened } = await opener().openWithPolicy(at, sealed)
    expect([value.reveal(), opened]).toEqual(['value', given])
  })

  test('of the maximum length', async () => {
    const name = (index: number) => `${String(index).padStart(3, '0')}${'x'.repeat(50)}`
    const hosts = Array.from({ length: 100 }, (_, i) => `${Array(4).fill(name(i)).join('.')}.com`)
    const long = readPolicy({
      hosts: hosts.flatMap((it) => [it, `http://${it}`]),
      methods: Array.from({ length: 100 }, (_, i) => `${i}`.padStart(20, 'M')),
      paths: Array.from({ length: 100 }, (_, i) => `/${i}`.padEnd(256, 'p')),
      places: Array.from({ length: 100 }, (_, i) => `query:${`${i}`.padStart(128, '語')}`),
    })
    const place = { workspace: '語'.repeat(256), name: '語'.repeat(256) }
    const wide = await createWorkspaceKey(place.workspace, [rootKey.certificate])
    const sealed = await sealInNode(wide, place, 'value', long)
    expect(checkSealedValue(place, wide.kid, sealed)).toEqual(long)
  })
})

/** Seals as a client without our code does. */
async function sealWith(header: object): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode('value'))
    .setProtectedHeader({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: key.kid,
      ws: at.workspace,
      name: at.name,
      ...header,
    })
    .encrypt(await importJWK({ ...key.jwk }, 'ECDH-ES'))
}

describe('a policy in another form is refused before any key is used', () => {
  test.each([
    [null],
    [[]],
    ['any'],
    [{ hosts: [] }],
    [{ hosts: 'a.com' }],
    [{ hosts: [''] }],
    [{ hosts: [1] }],
    [{ hosts: [['a.com']] }],
    [{ hosts: ['a'.repeat(301)] }],
    [{ hosts: Array(201).fill('a.com') }],
    [{ methods: Array(101).fill('GET') }],
    [{ host: ['a.com'] }],
    [{ hosts: ['a.com'], constructor: ['x'] }],
    [JSON.parse('{"__proto__": ["x"]}')],
  ])('%j', async (pol) => {
    const sealed = await sealWith({ pol })
    expect(() => checkSealedValue(at, key.kid, sealed)).toThrow(/its pol must be an object of hosts/)
    const untouched = createOpener({
      rootKey,
      workspaceKey: () => Promise.reject(new Error('a key was asked for')),
    })
    await expect(untouched.openWithPolicy(at, sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })
})

describe('a sealed value does not allow anybody to make another policy for it', () => {
  const change = (sealed: string, changes: (header: Record<string, unknown>) => Record<string, unknown>) => {
    const [, ...parts] = sealed.split('.')
    const header = JSON.stringify(changes(decodeProtectedHeader(sealed) as Record<string, unknown>))
    return [Buffer.from(header).toString('base64url'), ...parts].join('.')
  }

  test.each<[string, (header: Record<string, unknown>) => Record<string, unknown>]>([
    ['dropping it', ({ pol: _dropped, ...rest }) => rest],
    ['allowing anything', (header) => ({ ...header, pol: {} })],
    ['adding a host', (header) => ({ ...header, pol: { ...policy, hosts: [...policy.hosts, 'evil.test'] } })],
    ['dropping a member', (header) => ({ ...header, pol: { hosts: policy.hosts } })],
    ['another order of the members', ({ pol, alg, ...rest }) => ({ pol, alg, ...rest })],
  ])('by %s', async (_what, changes) => {
    const sealed = await sealInNode(key, at, 'value', policy)
    const changed = change(sealed, changes)
    expect(changed).not.toBe(sealed)
    await expect(opener().openWithPolicy(at, changed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
    // The same opener, which has cached the value by then.
    const warm = opener()
    await warm.openWithPolicy(at, sealed)
    await expect(warm.openWithPolicy(at, changed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  test('by putting another header before its ciphertext', async () => {
    const [sealed, free] = [
      await sealInNode(key, at, 'value', policy),
      await sealInNode(key, at, 'x', anywhere),
    ]
    const mixed = [free.split('.')[0], ...sealed.split('.').slice(1)].join('.')
    await expect(opener().openWithPolicy(at, mixed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  test('by sealing it again, which needs the value', async () => {
    const sealed = await sealInNode(key, at, 'value', policy)
    const wrapped = await sealInNode(key, at, sealed, anywhere)
    const { value } = await opener().openWithPolicy(at, wrapped)
    expect(value.reveal()).toBe(sealed)
    // The public key alone does not open it.
    const publicKey = await importJWK({ ...key.jwk }, 'ECDH-ES')
    await expect(compactDecrypt(sealed, publicKey)).rejects.toThrow()
  })
})

test.each(values)('$name, sealed in format 1, opens without a policy', async ({ name, value, sealed }) => {
  const frozen = createOpener({ rootKey, workspaceKey: async () => workspaceKey.sealedPrivateKey })
  const opened = await frozen.openWithPolicy({ workspace, name }, sealed)
  expect([opened.value.reveal(), opened.policy]).toEqual([value, undefined])
})
