import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Sensitive } from '../../../src/sensitive.ts'
import { readRootKeyVariable } from '../../../src/vault/opening.ts'
import fixtures from '../fixtures/key-files.json' with { type: 'json' }
import { rootKey, rootKeyPem } from '../frozen-format.ts'

const read = (text: string, passphrase?: string) =>
  readRootKeyVariable(
    'LOCKSTEP_ROOT_KEY',
    new Sensitive(text),
    passphrase === undefined ? undefined : new Sensitive(passphrase),
  )
const p12 = fixtures.files['PKCS#12 (AES-256, SHA-256)']

test.each([
  ['PEM', rootKeyPem],
  ['PEM with written line breaks', rootKeyPem.replaceAll('\n', '\\n')],
  ['base64 of PEM', Buffer.from(rootKeyPem).toString('base64')],
  [
    'base64 of PEM in lines',
    Buffer.from(rootKeyPem)
      .toString('base64')
      .replaceAll(/(.{76})/g, '$1\n'),
  ],
])('%s is a root key', (_form, text) => {
  expect(read(text).certificate).toEqual(rootKey.certificate)
})

test('base64 of PKCS#12 is a root key, with its passphrase', () => {
  expect(read(p12.base64, p12.passphrase).certificate.fingerprint).toBe(fixtures.fingerprint)
})

test.each([
  ['a word', 'correct-horse-battery-staple'],
  ['a key without its certificate', rootKeyPem.slice(0, rootKeyPem.indexOf('-----BEGIN CERT'))],
  ['half a key', rootKeyPem.slice(0, 1000)],
  ['PKCS#12 without its passphrase', p12.base64],
])('%s is refused without showing it', (_what, text) => {
  const error = (() => {
    try {
      return read(text)
    } catch (it) {
      return it
    }
  })()
  expect(error).toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining('LOCKSTEP_ROOT_KEY'),
  })
  const shown = inspect(error, { depth: 9, showHidden: true })
  for (const line of text.split('\n').filter((it) => it.length > 20 && !it.startsWith('-----'))) {
    expect(shown).not.toContain(line)
  }
})
