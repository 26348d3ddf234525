import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRootKey } from '../../src/vault/opening.ts'
import { readCertificate, readStoredCertificate } from '../../src/vault/sealing.ts'
import fixtures from './fixtures/key-files.json' with { type: 'json' }
import { rootKey, rootKeyPem } from './frozen-format.ts'

const { usable, refused } = fixtures.certificates
const certificate = usable['no key usage']
const refusal = (reason: string) =>
  expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.stringContaining(reason) })

test.each(Object.entries(usable))('an RSA certificate with %s can be used', (_what, pem) => {
  expect(readCertificate(pem)).toMatchObject({ bits: 2048, subject: expect.stringMatching(/^CN=/) })
})

test('a certificate is parsed as OpenSSL shows it', () => {
  const x509 = new X509Certificate(certificate)
  expect(readCertificate(certificate)).toEqual({
    pem: x509.toString(),
    fingerprint: fixtures.fingerprint,
    subject: 'CN=rec',
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    bits: 2048,
  })
})

test('text around the certificate is dropped', () => {
  const wrapped = `Bag Attributes\r\n  friendlyName: x\r\n${certificate.replaceAll('\n', '\r\n')}\r\n`
  expect(readCertificate(wrapped)).toEqual(readCertificate(certificate))
})

describe('refused, with the rule', () => {
  test.each([
    ['an EC key', refused['EC key'], 'its key must be RSA, not ec'],
    ['an RSA-PSS key', refused['RSA-PSS key'], 'its key must be RSA, not rsa-pss'],
    ['a short key', refused['1024 bits'], 'must have 2048 to 16384 bits, not 1024'],
    ['a key for signing only', refused['signing only'], 'key usage does not include keyEncipherment'],
    ['nothing', '', 'exactly one PEM certificate is needed, 0 found'],
    ['text', 'my certificate', 'exactly one PEM certificate is needed, 0 found'],
    ['two certificates', certificate + certificate, '2 found'],
    ['a damaged certificate', certificate.replace('MII', 'MIX'), 'not a readable X.509 certificate'],
    ['a certificate with its private key', rootKeyPem, 'a private key stands next to it'],
    ['an endless text', 'A'.repeat(70_000), 'over 64 KiB'],
  ])('%s', (_what, pem, reason) => {
    expect(() => readCertificate(pem)).toThrow(refusal(reason))
  })
})

describe('the dates', () => {
  const { pem, notBefore, notAfter } = rootKey.certificate

  test('a certificate is accepted only while it is valid', () => {
    expect(() => readCertificate(pem, new Date(notBefore.getTime() - 1000))).toThrow(
      refusal('valid only from'),
    )
    expect(() => readCertificate(pem, new Date(notAfter.getTime() + 1000))).toThrow(refusal('it expired on'))
    expect(readCertificate(pem, notBefore)).toEqual(rootKey.certificate)
  })

  test('a certificate in use stays readable after it has expired, so that its secrets stay readable', async () => {
    const expired = await createRootKey({ now: new Date('2001-02-03T04:05:06Z'), years: 1 })
    expect(() => readCertificate(expired.certificate.pem)).toThrow(
      refusal('expired on 2002-02-03T04:05:06.000Z'),
    )
    expect(readStoredCertificate(expired.certificate.pem)).toEqual(expired.certificate)
  })
})
