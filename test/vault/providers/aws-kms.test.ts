import { createPublicKey } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openRootKeyUri, openWorkspaceKey, type RootKey } from '../../../src/vault/opening.ts'
import { createWorkspaceKey } from '../../../src/vault/sealing.ts'
import { type KmsServer, startKmsServer } from '../../support/kms-server.ts'
import { rootKey as frozenKey, recoveryKeyPem, rootKeyPem } from '../frozen-format.ts'

// Tests against the service's wire protocol. Nothing here has talked to AWS.

let kms: KmsServer
const environment = { ...process.env }

beforeAll(async () => {
  kms = await startKmsServer(rootKeyPem)
  Object.assign(process.env, kms.env)
})
beforeEach(() => {
  kms.troubles.length = 0
  for (const name of Object.keys(kms.publicKey)) delete kms.publicKey[name]
})
afterAll(async () => {
  for (const name of Object.keys(kms.env)) {
    if (environment[name] === undefined) delete process.env[name]
    else process.env[name] = environment[name]
  }
  await kms.close()
})

const open = (known?: string): Promise<RootKey> => openRootKeyUri(`awskms:${kms.arn}`, undefined, known)

/** The error of opening. The credentials never show in it. */
async function refusal(opening: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await opening.catch((it: unknown) => it)
  const secret = kms.env.AWS_SECRET_ACCESS_KEY
  expect(inspect(error, { depth: 9 })).not.toContain(secret)
  const { code, message } = error as { code: string; message: string }
  return { code, message }
}

test('opens data for its certificate, naming the algorithm', async () => {
  const rootKey = await open(frozenKey.certificate.pem)
  expect(rootKey.certificate).toEqual(frozenKey.certificate)
  const key = await createWorkspaceKey('ws-1', [rootKey.certificate])
  await expect(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey)).resolves.toBeDefined()
  const { headers, body } = kms.requests.at(-1) ?? {}
  expect(headers).toMatchObject({
    'x-amz-target': 'TrentService.Decrypt',
    'content-type': 'application/x-amz-json-1.1',
    authorization: expect.stringContaining('/eu-central-1/kms/aws4_request'),
  })
  expect(JSON.parse(body ?? '')).toMatchObject({ KeyId: kms.arn, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' })
})

test('at a first start a certificate is issued for the public key', async () => {
  const { certificate } = await open()
  expect(createPublicKey(certificate.pem).equals(createPublicKey(rootKeyPem))).toBe(true)
  expect(certificate.subject).toBe('CN=Lockstep root key')
  expect((await open(certificate.pem)).certificate).toEqual(certificate)
})

test('the certificate of another key is not used', async () => {
  const { certificate } = await open(recoveryKeyPem.slice(recoveryKeyPem.indexOf('-----BEGIN CERT')))
  expect(createPublicKey(certificate.pem).equals(createPublicKey(rootKeyPem))).toBe(true)
})

test('throttling and a failure of the service are tried again', async () => {
  const throttled = { status: 400, type: 'ThrottlingException' }
  kms.troubles.push(throttled, { status: 500, type: 'KMSInternalException' }, { reset: true })
  await expect(open()).resolves.toBeDefined()
})

test.each([
  ['throttled for long', { status: 400, type: 'ThrottlingException' }, /\(ThrottlingException\)/],
  ['failing', { status: 500, type: 'KMSInternalException' }, /\(KMSInternalException\)/],
  ['broken off', { reset: true } as const, /\(ECONNRESET\)/],
])('%s, the key is unavailable, and another start may succeed', async (_what, trouble, says) => {
  kms.troubles.push(...Array.from({ length: 4 }, () => trouble))
  expect(await refusal(open())).toMatchObject({
    code: 'ROOT_KEY_UNAVAILABLE',
    message: expect.stringMatching(says),
  })
})

test('a request to a service that does not answer times out', { timeout: 90_000 }, async () => {
  kms.troubles.push(...Array.from({ length: 4 }, () => ({ hang: true }) as const))
  expect(await refusal(open())).toMatchObject({
    code: 'ROOT_KEY_UNAVAILABLE',
    message: expect.stringContaining('(ETIMEDOUT)'),
  })
})

describe('refused for good, with what to do', () => {
  test.each([
    ['AccessDeniedException', 'allow this worker kms:GetPublicKey and kms:Decrypt'],
    ['NotFoundException', 'check the account, the region'],
    ['DisabledException', 'enable the key'],
    ['KMSInvalidStateException', 'not enabled, or about to be deleted'],
    ['UnrecognizedClientException', 'credentials are not valid'],
    ['UnsupportedOperationException', 'UnsupportedOperationException'],
  ])('%s', async (type, way) => {
    kms.troubles.push({ status: 400, type, message: 'quotes the-request' })
    const { code, message } = await refusal(open())
    expect(code).toBe('INVALID_CONFIG')
    expect(message).toContain(way)
    expect(message).not.toContain('the-request')
  })

  test.each([
    ['a key that signs', { KeyUsage: 'SIGN_VERIFY' }, /RSA_2048 for SIGN_VERIFY/],
    ['a key without RSA-OAEP-256', { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1'] }, /RSAES_OAEP_SHA_256/],
    ['another public key', () => ({ PublicKey: spki(recoveryKeyPem) }), /does not decrypt with RSA-OAEP-256/],
  ])('%s', async (_what, fields, says) => {
    Object.assign(kms.publicKey, typeof fields === 'function' ? fields() : fields)
    expect(await refusal(open())).toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(says),
    })
  })

  test.each(['awskms:', 'awskms:alias/root', 'awskms:arn:aws:s3:::bucket', 'awskms:arn:aws:kms:eu:1:key/x'])(
    '%s is not the ARN of a key',
    async (uri) => {
      const asked = kms.asked.length
      expect(await refusal(openRootKeyUri(uri))).toMatchObject({
        code: 'INVALID_CONFIG',
        message: expect.stringContaining('needs the ARN'),
      })
      expect(kms.asked).toHaveLength(asked)
    },
  )
})

describe('while it works', () => {
  test('a workspace key that was sealed for another key is reported as altered or foreign', async () => {
    const rootKey = await open(frozenKey.certificate.pem)
    const key = await createWorkspaceKey('ws-1', [frozenKey.certificate])
    const [recipient] = key.sealedPrivateKey.recipients
    if (recipient) recipient.encrypted_key = Buffer.alloc(256, 1).toString('base64url')
    const { code, message } = await refusal(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey))
    expect(code).toBe('SECRET_UNREADABLE')
    expect(message).toMatch(/does not open it, or it was altered/)
  })

  test('an outage is not reported as a wrong key', async () => {
    const rootKey = await open(frozenKey.certificate.pem)
    const key = await createWorkspaceKey('ws-1', [frozenKey.certificate])
    kms.troubles.push(...Array.from({ length: 4 }, () => ({ status: 503, type: 'ServiceUnavailable' })))
    const { code, message } = await refusal(openWorkspaceKey(rootKey, 'ws-1', key.kid, key.sealedPrivateKey))
    expect(code).toBe('SECRET_UNREADABLE')
    expect(message).toMatch(/AWS KMS does not answer .*will ask again/)
    expect(message).not.toMatch(/altered/)
  })
})

const spki = (pem: string): string =>
  createPublicKey(pem).export({ format: 'der', type: 'spki' }).toString('base64')
