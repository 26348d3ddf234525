import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, compactDecrypt } from 'jose'
import { expect, test } from 'vitest'
import { anywhere } from '../../src/secret/policy.ts'
import { decryptValue } from '../../src/vault/decrypt-value.ts'
import { sealInNode } from '../../src/vault/seal-in-node.ts'
import { type PublicJwk, sealValue } from '../../src/vault/seal-value.ts'

const at = { workspace: 'acme', name: 'STRIPE_KEY' }
const policy = { ...anywhere, hosts: ['api.example.com'] }

async function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const jwk = publicKey.export({ format: 'jwk' }) as unknown as PublicJwk
  const kid = await calculateJwkThumbprint(jwk, 'sha256')
  return { key: { kid, jwk }, open: privateKey }
}

test.each(['', 'sk_live_4eC39Hq', '\uFEFFwith a mark at its start', 'ключ 🔑', 'x'.repeat(300_000)])(
  'what Node seals, jose opens, and what jose seals, Node opens (%#)',
  async (value) => {
    const { key, open } = await keyPair()
    const { plaintext, protectedHeader } = await compactDecrypt(
      await sealInNode(key, at, value, policy),
      open,
    )
    expect(Buffer.from(plaintext).toString()).toBe(value)

    const opened = await decryptValue(await sealValue(key, at, value, policy), open)
    expect(opened.text).toBe(value)
    expect(opened.pol).toEqual(protectedHeader['pol'])
  },
)

test('both ways of sealing write the same header, but for the ephemeral key', async () => {
  const { key } = await keyPair()
  const headerOf = (sealed: string) => {
    const { epk, ...header } = JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString())
    return [Object.keys(header).toSorted((a, b) => a.localeCompare(b)), header, Object.keys(epk).length]
  }
  const [node, browser] = await Promise.all([
    sealInNode(key, at, 'v', policy),
    sealValue(key, at, 'v', policy),
  ])
  expect(headerOf(node)).toEqual(headerOf(browser))
})

test.each(['sealInNode', 'sealValue'] as const)('%s refuses what cannot be opened again', async (way) => {
  const seal = { sealInNode, sealValue }[way]
  const { key } = await keyPair()
  await expect(seal(key, at, 'half \uD800')).rejects.toMatchObject({ code: 'INVALID_VALUE' })
  await expect(seal(key, { workspace: '', name: 'A' }, 'v')).rejects.toMatchObject({ code: 'INVALID_NAME' })
  const { key: other } = await keyPair()
  await expect(seal({ ...key, kid: other.kid }, at, 'v')).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
})

test('a changed bit of each part, and the key of another, open nothing', async () => {
  const { key, open } = await keyPair()
  const parts = (await sealInNode(key, at, 'value-of-a-test', policy)).split('.')
  for (const index of [2, 3, 4]) {
    const bytes = Buffer.from(parts[index] ?? '', 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const changed = parts.with(index, bytes.toString('base64url')).join('.')
    await expect(decryptValue(changed, open)).rejects.toThrow()
  }
  await expect(decryptValue(parts.join('.'), (await keyPair()).open)).rejects.toThrow()
})
