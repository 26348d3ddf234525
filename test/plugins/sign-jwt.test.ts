import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { signJwt } from '../../plugins/sign-jwt/sign-jwt.ts'
import { checkFields, destinationsOf } from '../../src/steps/index.ts'
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

describe('a token with', () => {
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
  ])('%s is verified by another library, with a key from PEM and from JWK', async (algorithm, key) => {
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

  test('HS256 accepts bytes as a JWK', async () => {
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
  ])('RS256 accepts a key with %s', async (_what, text) => {
    const { token } = await sign(text)
    await expect(jwtVerify(token, createPublicKey(rsa))).resolves.toBeDefined()
  })
})

test('the claims are those of the fields', async () => {
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

test('the token expires after five minutes by default', async () => {
  const { payload } = await jwtVerify((await sign(pem(rsa))).token, createPublicKey(rsa))
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
})

test('the token is protected, and so is its signature alone', async () => {
  const { token, guarded } = await sign(pem(rsa))
  expect(guarded).toContain(token)
  expect(guarded).toContain(token.split('.')[2])
})

test('the step sends nothing, so a secret that is bound to hosts can sign', () => {
  expect(destinationsOf(signJwt, {})).toEqual([])
})

describe('a key is refused', () => {
  const weak = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const locked = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
  const lockedOld = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
  const publicPem = String(createPublicKey(rsa).export({ type: 'spki', format: 'pem' }))

  test.each([
    [
      'RS256',
      'RSA of 1024 bits',
      weak,
      'RS256 cannot sign with it. It wants an RSA private key of 2048 bits',
    ],
    ['RS256', 'an EC key', pem(p256), 'holds a key of the kind prime256v1'],
    ['RS256', 'text', 'CANARY-not-a-key', 'holds no key that can be read'],
    ['RS256', 'broken PEM', pem(rsa).slice(0, 900), 'is cut off'],
    ['RS256', 'a passphrase', String(locked), 'is encrypted and needs its passphrase'],
    ['RS256', 'a passphrase of old', String(lockedOld), 'is encrypted and needs its passphrase'],
    ['RS256', 'a public key', publicPem, 'holds a public key'],
    [
      'RS256',
      'a public JWK',
      JSON.stringify(createPublicKey(rsa).export({ format: 'jwk' })),
      'holds a public key',
    ],
    ['RS256', 'a shared JWK', JSON.stringify({ kty: 'oct', k: 'Q0FOQVJZ' }), 'holds a shared secret'],
    [
      'RS256',
      'a JWK for PS256',
      JSON.stringify({ ...rsa.export({ format: 'jwk' }), alg: 'PS256' }),
      'holds a JWK for another algorithm',
    ],
    ['RS256', 'half a JWK', '{"kty": "RSA", "d": "CANARY', 'is damaged or cut off'],
    ['ES256', 'the curve P-384', pem(p384), 'holds a key of the kind secp384r1'],
    ['ES384', 'the curve P-256', pem(p256), 'holds a key of the kind prime256v1'],
    ['EdDSA', 'an EC key', pem(p256), 'holds a key of the kind prime256v1'],
    [
      'HS256',
      'too short a secret',
      shared.slice(0, 31),
      'HS256 cannot sign with it. It wants a shared secret of 32 bytes',
    ],
    [
      'HS512',
      'too short a secret',
      shared.slice(0, 63),
      'HS512 cannot sign with it. It wants a shared secret of 64 bytes',
    ],
    ['HS256', 'a secret with a line break behind', `${shared}\n`, 'has white space around it'],
    ['HS256', 'a public key, with which everybody could sign', publicPem, 'holds a key of a pair'],
    ['HS256', 'an RSA JWK', JSON.stringify(rsa.export({ format: 'jwk' })), 'holds a key of a pair'],
    ['HS256', 'a JWK without secret', '{"kty": "oct"}', 'holds a JWK without its secret'],
  ])('by %s with the kind of the fault: %s', async (algorithm, _what, key, words) => {
    const error = await refusal(key, { algorithm })
    expect(error).toMatchObject({ code: 'INVALID_FIELD', message: expect.stringContaining(words) })
    expect(error.message).not.toContain('CANARY')
    expect(error.cause).toBeUndefined()
  })

  test.each([
    ['text behind a secret', '{{ secrets.KEY }}xxxxxxxx'],
    ['a value of the trigger behind it', '{{ secrets.KEY }}{{ trigger.pad }}'],
    ['a JWK around it', '{"kty":"oct","k":"{{ secrets.KEY }}AAAA"}'],
    ['a filter that makes it longer', '{{ secrets.KEY | base64 }}'],
    ['one that takes it as argument', '{{ trigger.none | default: secrets.KEY }}'],
  ])('with %s, because its length could be found by trying', async (_what, key) => {
    const fields = { key, algorithm: 'HS256' }
    const save = () => checkFields({ key: 'jwt', type: signJwt }, fields)
    const alone = { code: 'INVALID_FIELD', message: expect.stringContaining('secrets.KEY') }
    expect(save).toThrow(expect.objectContaining(alone))
    expect(await errorOf(signJwt, fields, { secrets: { KEY: shared } })).toMatchObject(alone)
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
    "with a secret in %s, because the token's receiver can read it",
    (field) => {
      const fields = withKey({ [field]: field === 'claims' ? ['{{ secrets.KEY }}'] : '{{ secrets.KEY }}' })
      const save = () => checkFields({ key: 'jwt', type: signJwt }, fields)
      expect(save).toThrow(expect.objectContaining({ code: 'SECRET_NOT_ALLOWED' }))
      expect(save).toThrow('these fields can: key')
    },
  )

  test.each([0, 86_401, 1.5])('with a lifetime of %d seconds', (expiresInSeconds) => {
    const save = () => checkFields({ key: 'jwt', type: signJwt }, withKey({ expiresInSeconds }))
    expect(save).toThrow('must be a whole number from 1 to 86400')
  })
})
