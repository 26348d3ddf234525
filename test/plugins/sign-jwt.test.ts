import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { signJwt } from '../../plugins/sign-jwt/sign-jwt.ts'
import { checkFields } from '../../src/steps/index.ts'
import { errorOf, outcomeOf } from './outcome.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const ed = generateKeyPairSync('ed25519').privateKey
const pem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }))
const shared = randomBytes(48).toString('base64')

interface Signed {
  readonly token: string
  readonly expiresAt: string
}

const withKey = (fields: object) => ({ key: '{{ secrets.KEY }}', ...fields })
const sign = async (key: string, fields: object = {}) => {
  const { output, guarded, error } = await outcomeOf(signJwt, withKey(fields), { secrets: { KEY: key } })
  if (error !== undefined) throw error
  return { ...(output as Signed), guarded }
}
const refusal = (key: string, fields: object = {}) =>
  errorOf(signJwt, withKey(fields), { secrets: { KEY: key } })

describe('a token of', () => {
  test.each([
    ['RS256', rsa],
    ['RS384', rsa],
    ['RS512', rsa],
    ['PS256', rsa],
    ['PS384', rsa],
    ['PS512', rsa],
    ['ES256', p256],
    ['ES384', p384],
    ['EdDSA', ed],
  ])('%s is one that another library verifies, from PEM and from JWK', async (algorithm, key) => {
    for (const text of [pem(key), JSON.stringify(key.export({ format: 'jwk' }))]) {
      const { token } = await sign(text, { algorithm })
      const { protectedHeader } = await jwtVerify(token, createPublicKey(key))
      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT' })
    }
  })

  test.each([
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('%s has the HMAC of the shared secret', async (algorithm, hash) => {
    const { token } = await sign(shared, { algorithm })
    const [header, payload, signature] = token.split('.')
    const expected = createHmac(hash, shared).update(`${header}.${payload}`).digest('base64url')
    expect(signature).toBe(expected)
  })

  test('HS256 takes bytes as a JWK', async () => {
    const bytes = randomBytes(32)
    const { token } = await sign(JSON.stringify({ kty: 'oct', k: bytes.toString('base64url') }), {
      algorithm: 'HS256',
    })
    await expect(jwtVerify(token, bytes)).resolves.toBeDefined()
  })

  test.each([
    ['PKCS#1', String(rsa.export({ type: 'pkcs1', format: 'pem' }))],
    ['line breaks written as \\n', pem(rsa).replaceAll('\n', '\\n')],
    ['white space around', `\n  ${pem(rsa)}\n\n`],
    ['Windows line breaks', pem(rsa).replaceAll('\n', '\r\n')],
  ])('RS256 takes a key with %s', async (_what, text) => {
    const { token } = await sign(text)
    await expect(jwtVerify(token, createPublicKey(rsa))).resolves.toBeDefined()
  })
})

test('the claims are what the fields say', async () => {
  const fields = {
    keyId: 'key-1',
    issuer: 'lockstep',
    subject: '{{ trigger.user }}',
    audience: 'https://api.example.com',
    claims: { scope: ['read'], nbf: 5, user: '{{ trigger.user }}' },
    expiresInSeconds: 60,
  }
  const options = { secrets: { KEY: pem(rsa) }, trigger: { user: 'ann' } }
  const { output } = await outcomeOf(signJwt, withKey(fields), options)
  const { token, expiresAt } = output as Signed
  const { payload } = await jwtVerify(token, createPublicKey(rsa))
  const { iat = 0, exp = 0, ...claims } = payload
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  expect(exp - iat).toBe(60)
  expect(expiresAt).toBe(new Date(exp * 1000).toISOString())
  expect(claims).toEqual({
    iss: 'lockstep',
    sub: 'ann',
    aud: 'https://api.example.com',
    scope: ['read'],
    nbf: 5,
    user: 'ann',
  })
})

test('the token lives five minutes unless the step says otherwise', async () => {
  const { payload } = await jwtVerify((await sign(pem(rsa))).token, createPublicKey(rsa))
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
})

test('the token is protected, and its signature too, which makes one of known claims', async () => {
  const { token, guarded } = await sign(pem(rsa))
  expect(guarded).toContain(token)
  expect(guarded).toContain(token.split('.')[2])
})

test('the step itself sends nothing anywhere, so that a secret bound to hosts can sign', () => {
  expect(signJwt.destinations?.({})).toEqual([])
})

describe('a key is refused', () => {
  const weak = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const locked = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
  const lockedOld = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
  const publicPem = String(createPublicKey(rsa).export({ type: 'spki', format: 'pem' }))

  test.each([
    ['RS256', 'RSA of 1024 bits', weak, 'has 1024 bits, and RS256 needs 2048'],
    ['RS256', 'an EC key', pem(p256), 'is of another kind: RS256 wants an RSA private key'],
    ['RS256', 'text', 'CANARY-not-a-key', 'cannot be read. RS256 wants an RSA private key'],
    ['RS256', 'broken PEM', pem(rsa).slice(0, 900), 'cannot be read'],
    ['RS256', 'a passphrase', String(locked), 'is protected by a passphrase'],
    ['RS256', 'a passphrase of old', String(lockedOld), 'is protected by a passphrase'],
    ['RS256', 'a public key', publicPem, 'is the public half'],
    [
      'RS256',
      'a public JWK',
      JSON.stringify(createPublicKey(rsa).export({ format: 'jwk' })),
      'is the public half',
    ],
    ['RS256', 'a shared JWK', JSON.stringify({ kty: 'oct', k: 'Q0FOQVJZ' }), 'cannot be read'],
    [
      'RS256',
      'a JWK for PS256',
      JSON.stringify({ ...rsa.export({ format: 'jwk' }), alg: 'PS256' }),
      'is a JWK for another',
    ],
    ['RS256', 'half a JWK', '{"kty": "RSA", "d": "CANARY', 'begins like a JWK, but is not valid JSON'],
    ['ES256', 'the curve P-384', pem(p384), 'ES256 wants an EC private key on the curve P-256'],
    ['ES384', 'the curve P-256', pem(p256), 'ES384 wants an EC private key on the curve P-384'],
    ['EdDSA', 'an EC key', pem(p256), 'EdDSA wants an Ed25519 private key'],
    ['HS256', 'too short a secret', shared.slice(0, 31), 'has 248 bits, and HS256 needs 256'],
    ['HS512', 'too short a secret', shared.slice(0, 63), 'has 504 bits, and HS512 needs 512'],
    ['HS256', 'a secret with a line break behind', `${shared}\n`, 'begins or ends with white space'],
    [
      'HS256',
      'a public key, with which everybody could sign',
      publicPem,
      "is a key pair's, and HS256 wants a shared",
    ],
    ['HS256', 'an RSA JWK', JSON.stringify(rsa.export({ format: 'jwk' })), "is a key pair's"],
    ['HS256', 'a JWK without secret', '{"kty": "oct"}', 'is a JWK without its secret'],
  ])('by %s: %s', async (algorithm, _what, key, message) => {
    const error = await refusal(key, { algorithm })
    expect(error.code).toBe('INVALID_FIELD')
    expect(error.message).toMatch(/^field "key": /)
    expect(error.message).toContain(message)
    expect(error.cause).toBeUndefined()
  })
})

describe('claims are refused', () => {
  test.each([
    [{ claims: [] }, 'must be a JSON object'],
    [{ claims: '"text"' }, 'must be a JSON object'],
    [{ claims: { exp: 1 } }, '"exp" follows from the field "expiresInSeconds"'],
    [{ claims: { iat: 1 } }, '"iat" is always the time of signing'],
    [{ claims: { nbf: 'soon' } }, '"nbf" must be a number'],
    [{ claims: { iss: 'a' }, issuer: 'b' }, '"iss" is set by the field "issuer" too'],
    [{ claims: { sub: 'a' }, subject: 'b' }, '"sub" is set by the field "subject" too'],
    [{ claims: { aud: ['a'] }, audience: 'b' }, '"aud" is set by the field "audience" too'],
    [{ claims: { a: 'x'.repeat(5000) } }, 'is over 4 KiB'],
  ])('%j', async (fields, message) => {
    const error = await refusal(pem(rsa), fields)
    expect(error).toMatchObject({ code: 'INVALID_FIELD', message: expect.stringContaining(message) })
  })

  test.each(['issuer', 'subject', 'audience', 'keyId', 'claims'])(
    'with a secret in %s, which whoever gets the token can read',
    (field) => {
      const fields = withKey({ [field]: field === 'claims' ? ['{{ secrets.KEY }}'] : '{{ secrets.KEY }}' })
      const save = () => checkFields({ key: 'jwt', type: signJwt }, fields)
      expect(save).toThrow(expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }))
      expect(save).toThrow('these fields can: key')
    },
  )

  test.each([0, 86_401, 1.5])('with a life of %d seconds', (expiresInSeconds) => {
    const save = () => checkFields({ key: 'jwt', type: signJwt }, withKey({ expiresInSeconds }))
    expect(save).toThrow('must be a whole number from 1 to 86400')
  })
})
