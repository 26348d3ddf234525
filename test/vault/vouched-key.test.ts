import { createHmac, createSign } from 'node:crypto'
import { base64url, CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  readRecipients,
  signNeighbour,
  signRecipients,
  signWorkspaceKey,
} from '../../src/vault/key-statements.ts'
import { createRootKey, parseRootKey } from '../../src/vault/opening.ts'
import type { Signer } from '../../src/vault/statement.ts'
import { trustedSigners } from '../../src/vault/succession.ts'
import { checkSealingKey, type Pin, type SealingKey, type Trust } from '../../src/vault/vouched-key.ts'
import { makeCertificate } from '../keys/certificates.ts'

interface TestSigner extends Signer {
  pem: string
  fingerprint: string
  keyPem: string
}

let root: TestSigner
let other: TestSigner
let key: SealingKey
let statement: string

async function makeSigner(): Promise<TestSigner> {
  const { certificate, key } = makeCertificate()
  const { certificate: read, sign } = parseRootKey('test', Buffer.from(certificate + key))
  if (!sign) throw new Error('it cannot sign')
  return { certificate: read, sign, pem: read.pem, fingerprint: read.fingerprint, keyPem: key }
}

async function makeKey(): Promise<Pick<SealingKey, 'kid' | 'jwk'>> {
  const { x = '' } = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'X25519' })).publicKey)
  const jwk = { kty: 'OKP', crv: 'X25519', x } as const
  return { kid: await calculateJwkThumbprint(jwk), jwk }
}

beforeAll(async () => {
  ;[root, other] = [await makeSigner(), await makeSigner()]
  const made = await makeKey()
  statement = await signWorkspaceKey(root, { workspace: 'acme', kid: made.kid, generation: 2 })
  key = { ...made, signature: statement, rootCertificate: root.pem, successions: [] }
})

const pinned = (pin: Partial<Pin> = {}): Trust => ({
  pin: { fingerprint: root.fingerprint, kid: key.kid, generation: 2, ...pin },
})
const check = (change: Partial<SealingKey>, trust: Trust = {}, workspace = 'acme') =>
  checkSealingKey(workspace, { ...key, ...change }, trust)
const encode = (value: object) => base64url.encode(JSON.stringify(value))
const payloadOf = (jws: string) => jws.split('.')[1] ?? ''

test('a signed key is trusted on first use, and by clients that pinned its signer', async () => {
  const pin = { fingerprint: root.fingerprint, kid: key.kid, generation: 2 }
  expect(await check({})).toEqual(pin)
  expect(await check({}, pinned())).toEqual(pin)
  expect(await check({}, { given: root.fingerprint })).toEqual(pin)
  expect(await check({}, { others: [root.fingerprint] })).toEqual(pin)
})

test('an unsigned key is accepted only by clients that have never seen a signed one', async () => {
  const unsigned = { signature: null, rootCertificate: null }
  expect(await check(unsigned)).toBeUndefined()
  const trusts = [pinned(), { given: root.fingerprint }, { others: [root.fingerprint] }]
  for (const trust of trusts) {
    await expect(check(unsigned, trust)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  }
})

describe('refused, on first use too', () => {
  const resign = async (
    header: object,
    payload: string,
    sign: (input: string) => Uint8Array | Promise<Uint8Array>,
  ) => {
    const input = `${encode(header)}.${payload}`
    return `${input}.${base64url.encode(await sign(input))}`
  }
  const header = (change: object = {}) => ({
    alg: 'PS256',
    kid: root.fingerprint,
    typ: 'lockstep-workspace-key',
    ...change,
  })
  const bySigner = (input: string) => root.sign(Buffer.from(input))

  const forged: [string, () => Promise<string> | string][] = [
    ['a cut signature', () => statement.slice(0, -8)],
    ['no signature', () => `${statement.split('.').slice(0, 2).join('.')}.`],
    ['two parts', () => statement.split('.').slice(0, 2).join('.')],
    ['alg none', () => resign(header({ alg: 'none' }), payloadOf(statement), () => new Uint8Array())],
    [
      'RS256 by the right key',
      () =>
        resign(header({ alg: 'RS256' }), payloadOf(statement), (input) =>
          createSign('sha256').update(input).sign(root.keyPem),
        ),
    ],
    [
      'RS256 that calls itself PS256',
      () =>
        resign(header(), payloadOf(statement), (input) =>
          createSign('sha256').update(input).sign(root.keyPem),
        ),
    ],
    [
      'HS256 with the certificate as its key',
      () =>
        resign(header({ alg: 'HS256' }), payloadOf(statement), (input) =>
          createHmac('sha256', root.pem).update(input).digest(),
        ),
    ],
    [
      "another key's signature under the right fingerprint",
      () => resign(header(), payloadOf(statement), (input) => other.sign(Buffer.from(input))),
    ],
    [
      'a header with one member more',
      () => resign(header({ jku: 'https://evil.example' }), payloadOf(statement), bySigner),
    ],
    ['a statement of another kind', () => signRecipients(root, { recipients: [], version: 1 })],
    [
      'the payload of one kind in another',
      () => resign(header(), payloadOf(statement).replace(/.{4}$/, ''), bySigner),
    ],
    ['another workspace', () => signWorkspaceKey(root, { workspace: 'globex', kid: key.kid, generation: 2 })],
    ['another key', () => signWorkspaceKey(root, { workspace: 'acme', kid: 'A'.repeat(43), generation: 2 })],
    ['no generation', () => signWorkspaceKey(root, { workspace: 'acme', kid: key.kid, generation: 0 })],
    [
      'more than it should say',
      () => resign(header(), encode({ kid: key.kid, ws: 'acme', generation: 2, iat: 1, exp: 1 }), bySigner),
    ],
    ['nothing', () => ''],
  ]

  test.each(forged)('%s', async (_what, forge) => {
    const signature = await forge()
    for (const trust of [{}, pinned(), { given: root.fingerprint }]) {
      await expect(check({ signature }, trust)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    }
  })

  test('one that jose makes in the same way is accepted, so each refusal has its own reason', async () => {
    const { importPKCS8 } = await import('jose')
    const signature = await new CompactSign(base64url.decode(payloadOf(statement)))
      .setProtectedHeader(header())
      .sign(await importPKCS8(root.keyPem, 'PS256'))
    expect(await check({ signature })).toMatchObject({ generation: 2 })
  })

  test("a key under another key's kid", async () => {
    const { jwk } = await makeKey()
    await expect(check({ jwk }, pinned())).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  })

  test.each([
    ['none', () => 'no certificate'],
    ['two', () => root.pem + other.pem],
    ['another one', () => other.pem],
  ])('a certificate that is %s', async (_what, pem) => {
    await expect(check({ rootCertificate: pem() })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  })
})

describe('another signer', () => {
  const swapped = async (generation = 3): Promise<SealingKey> => {
    const made = await makeKey()
    const signature = await signWorkspaceKey(other, { workspace: 'acme', kid: made.kid, generation })
    return { ...made, signature, rootCertificate: other.pem, successions: [] }
  }

  test('with a matching key and certificate is refused with both fingerprints', async () => {
    const attack = await swapped()
    for (const trust of [pinned(), { given: root.fingerprint }, { others: [root.fingerprint] }]) {
      const refusal = await checkSealingKey('acme', attack, trust).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ code: 'KEY_MISMATCH' })
      expect(String(refusal)).toContain(root.fingerprint)
      expect(String(refusal)).toContain(other.fingerprint)
    }
  })

  test('that the pinned one named is followed, but only by statements that it signed', async () => {
    const after = await swapped()
    const link = async (by: Signer, to: string, pem = by.certificate.pem) => ({
      certificate: pem,
      statement: await signNeighbour(by, 'lockstep-successor', to),
    })
    const last = await makeSigner()
    const chain = [await link(root, last.fingerprint), await link(last, other.fingerprint)]
    for (const successions of [chain, chain.toReversed()]) {
      const met = await checkSealingKey('acme', { ...after, successions }, pinned())
      expect(met?.fingerprint).toBe(other.fingerprint)
    }
    const broken = [
      chain.slice(1),
      chain.slice(0, 1),
      [await link(other, other.fingerprint, root.pem)],
      [await link(other, root.fingerprint)],
      [
        {
          certificate: root.pem,
          statement: await signNeighbour(root, 'lockstep-predecessor', other.fingerprint),
        },
      ],
    ]
    for (const successions of broken) {
      await expect(checkSealingKey('acme', { ...after, successions }, pinned())).rejects.toMatchObject({
        code: 'KEY_MISMATCH',
      })
    }
    // A fingerprint from a person is trusted.
    const given = { given: root.fingerprint }
    await expect(checkSealingKey('acme', { ...after, successions: chain }, given)).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
    })
  })

  test('is accepted when a person gives its fingerprint, whatever was pinned', async () => {
    const trust = { ...pinned({ generation: 9 }), given: other.fingerprint }
    expect(await checkSealingKey('acme', await swapped(1), trust)).toMatchObject({ generation: 1 })
  })
})

describe('generations', () => {
  test('a newer key is accepted; a replaced one, and another key with the same number, are refused', async () => {
    const { kid: older } = await makeKey()
    expect(await check({}, pinned({ kid: older, generation: 1 }))).toMatchObject({ generation: 2 })
    for (const generation of [2, 3]) {
      await expect(check({}, pinned({ kid: older, generation }))).rejects.toThrow(/not a newer one/)
    }
  })
})

describe('the recipients', () => {
  test('are exactly those that the key signed', async () => {
    const signed = await signRecipients(root, { recipients: ['b', 'a', 'b'], version: 3 })
    expect(await readRecipients(root.certificate, signed)).toEqual({ recipients: ['a', 'b'], version: 3 })
    for (const forged of [signed.slice(0, -4), statement]) {
      await expect(readRecipients(root.certificate, forged)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    }
    await expect(readRecipients(other.certificate, signed)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    // Stops a certificate under the fingerprint of the right one.
    const mixed = { pem: other.pem, fingerprint: root.fingerprint }
    const byOther = await signRecipients({ ...other, certificate: mixed }, { recipients: [], version: 4 })
    await expect(readRecipients(mixed, byOther)).rejects.toThrow(/another fingerprint/)
  })
})

describe('the keys that a process trusts', () => {
  const row = (
    signer: TestSigner,
    statements: Partial<Record<'endorsement' | 'predecessor' | 'recipients', string>>,
  ) => ({
    pem: signer.pem,
    fingerprint: signer.fingerprint,
    endorsement: null,
    predecessor: null,
    recipients: 'in force',
    ...statements,
  })
  const names = async (rows: ReturnType<typeof row>[], own: TestSigner) => [
    ...(await trustedSigners(rows, own.certificate)).keys(),
  ]

  test('are its own key, the keys that it named, and those that they named', async () => {
    const endorsement = await signNeighbour(root, 'lockstep-successor', other.fingerprint)
    const rows = [row(root, {}), row(other, { endorsement })]
    expect(await names(rows, root)).toEqual([root.fingerprint, other.fingerprint])
    // A statement by another key about us makes no key trusted, because any key can make it.
    expect(await names(rows, other)).toEqual([other.fingerprint])
    const predecessor = await signNeighbour(other, 'lockstep-predecessor', root.fingerprint)
    expect(await names([row(root, {}), row(other, { endorsement, predecessor })], other)).toEqual([
      other.fingerprint,
      root.fingerprint,
    ])
  })

  test('include none because of a row that its key did not sign', async () => {
    const endorsement = await signNeighbour(other, 'lockstep-successor', other.fingerprint)
    const predecessor = await signNeighbour(other, 'lockstep-predecessor', other.fingerprint)
    const rows = [row(other, { endorsement }), row(root, { predecessor, endorsement })]
    expect(await names(rows, root)).toEqual([root.fingerprint])
  })
})

test('a new root key can sign', async () => {
  const { pem } = await createRootKey()
  const made = parseRootKey('test', Buffer.from(pem.reveal()))
  const signer = made.sign && { certificate: made.certificate, sign: made.sign }
  if (!signer) throw new Error('it cannot sign')
  const signature = await signWorkspaceKey(signer, { workspace: 'acme', kid: key.kid, generation: 1 })
  const { pem: rootCertificate, fingerprint } = made.certificate
  expect(await check({ signature, rootCertificate })).toMatchObject({ fingerprint })
})
