import { execFile, spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import forge from 'node-forge'
import { describe, expect, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { assertFingerprint, createRootKey } from '../../src/vault/opening.ts'
import { readCertificate } from '../../src/vault/sealing.ts'
import { certificateIn, recoveryKey, rootKey, rootKeyOf } from './frozen-format.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe('a new root key', async () => {
  const now = new Date('2026-03-04T05:06:07.890Z')
  const { pem, certificate } = await createRootKey({ now, years: 30, subject: 'Grüße, Lockstep' })
  const x509 = new X509Certificate(certificate.pem)
  const issued = forge.pki.certificateFromPem(certificate.pem)

  test('is RSA 3072 with the usual exponent', () => {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem.reveal())
    expect([asymmetricKeyType, asymmetricKeyDetails]).toEqual([
      'rsa',
      { modulusLength: 3072, publicExponent: 65537n },
    ])
  })

  test('has a certificate that it signed itself', () => {
    expect(x509.verify(x509.publicKey)).toBe(true)
    expect(x509.issuer).toBe(x509.subject)
    expect(x509.checkPrivateKey(createPrivateKey(pem.reveal()))).toBe(true)
    expect(forge.pki.oids[issued.siginfo.algorithmOid]).toBe('sha256WithRSAEncryption')
  })

  test.skipIf(!hasOpenssl)('passes openssl verify, and openssl x509 shows its fields', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-root-certificate-'))
    const file = join(folder, 'root.crt')
    await writeFile(file, certificate.pem)
    const openssl = (...args: string[]) => promisify(execFile)('openssl', args)
    try {
      const at = String(Date.parse('2030-01-01') / 1000)
      const strict = ['verify', '-x509_strict', '-check_ss_sig', '-attime', at, '-CAfile', file, file]
      expect((await openssl(...strict)).stdout).toBe(`${file}: OK\n`)
      const { stdout } = await openssl('x509', '-in', file, '-noout', '-text', '-nameopt', 'utf8')
      for (const field of [
        'Version: 3',
        'Signature Algorithm: sha256WithRSAEncryption',
        'Not Before: Mar  4 05:06:07 2026 GMT',
        'Not After : Mar  4 05:06:07 2056 GMT',
        'Public-Key: (3072 bit)',
        'Exponent: 65537',
        'CA:FALSE',
        'Digital Signature, Key Encipherment\n',
        'Subject Key Identifier',
      ]) {
        expect(stdout).toContain(field)
      }
      expect(stdout).toMatch(/Issuer: .*Grüße.*Lockstep[\s\S]*Subject: .*Grüße.*Lockstep/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('is for wrapping keys and vouching for them, and nothing else', () => {
    expect(x509.ca).toBe(false)
    expect(issued.getExtension('basicConstraints')).toMatchObject({ critical: true, cA: false })
    expect(issued.getExtension('keyUsage')).toMatchObject({
      critical: true,
      keyEncipherment: true,
      digitalSignature: true,
      dataEncipherment: false,
      keyCertSign: false,
      cRLSign: false,
    })
  })

  test('has the requested subject and dates', () => {
    expect(certificate).toMatchObject({
      subject: 'CN=Grüße\\, Lockstep',
      notBefore: new Date('2026-03-04T05:06:07Z'),
      notAfter: new Date('2056-03-04T05:06:07Z'),
      bits: 3072,
    })
  })

  test('has a positive random serial number of 16 bytes', async () => {
    expect(x509.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
    const second = await createRootKey()
    expect(new X509Certificate(second.certificate.pem).serialNumber).not.toBe(x509.serialNumber)
  })

  test('passes the rules for a certificate', () => {
    expect(readCertificate(certificateIn(pem.reveal()), new Date('2030-01-01'))).toEqual(certificate)
    expect(rootKeyOf(pem.reveal()).certificate).toEqual(certificate)
  })

  test('is not visible in the result', () => {
    expect(inspect({ pem }, { depth: 9, showHidden: true })).not.toContain('PRIVATE')
  })

  test('is encrypted with a passphrase, and OpenSSL opens it', async () => {
    const passphrase = new Sensitive('correct horse ü')
    const encrypted = (await createRootKey({ passphrase })).pem.reveal()
    expect(encrypted).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect(() => createPrivateKey({ key: encrypted, passphrase: 'wrong' })).toThrow()
    const opened = createPrivateKey({ key: encrypted, passphrase: passphrase.reveal() })
    expect(new X509Certificate(certificateIn(encrypted)).checkPrivateKey(opened)).toBe(true)
  })

  test.each([
    [{ subject: '' }, '1 to 64 characters'],
    [{ subject: 'x'.repeat(65) }, '1 to 64 characters'],
    [{ years: 0 }, '1 to 100 years'],
    [{ years: 1.5 }, '1 to 100 years'],
  ])('is not made with %j', async (options, message) => {
    await expect(createRootKey(options)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining(message),
    })
  })
})

describe('the fingerprint check', () => {
  const { certificate } = rootKey
  const check = (stored: string) => () => assertFingerprint(certificate, stored, '/data/root-key.pem')

  test('accepts the key of the database, in any spelling of its fingerprint', () => {
    expect(check(certificate.fingerprint)).not.toThrow()
    expect(check(new X509Certificate(certificate.pem).fingerprint256)).not.toThrow()
  })

  test('refuses another key with both fingerprints and the three solutions', () => {
    const error = expect.objectContaining({ code: 'KEY_MISMATCH' })
    expect(check(recoveryKey.certificate.fingerprint)).toThrow(error)
    for (const part of [
      certificate.fingerprint,
      recoveryKey.certificate.fingerprint,
      'Nothing was changed',
      "1. Put the database's key back at /data/root-key.pem",
      '2. If the key is right',
      '3. If the key is lost: `lockstep keys recover --key FILE`',
    ]) {
      expect(check(recoveryKey.certificate.fingerprint)).toThrow(part)
    }
  })

  test('refuses an empty or shortened fingerprint', () => {
    expect(check('')).toThrow('is not the key of this database')
    expect(check(certificate.fingerprint.slice(0, 40))).toThrow('is not the key of this database')
  })
})
