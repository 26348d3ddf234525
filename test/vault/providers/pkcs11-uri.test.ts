import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePkcs11Uri } from '../../../src/vault/providers/pkcs11-uri.ts'

const module = '?module-path=/usr/lib/libvendor.so'

test('a complete URI is parsed', () => {
  const path =
    'pkcs11:token=My%20token;serial=4e65;manufacturer=ACME;model=H1;slot-id=7;object=root;id=%01%ffa;type=private'
  expect(parsePkcs11Uri(path + module)).toEqual({
    place: path,
    modulePath: '/usr/lib/libvendor.so',
    token: 'My token',
    serial: '4e65',
    manufacturer: 'ACME',
    model: 'H1',
    slotId: 7,
    object: 'root',
    id: Buffer.from([1, 255, 0x61]),
  })
})

test('an absent attribute matches anything', () => {
  expect(parsePkcs11Uri(`pkcs11:object=Schl%C3%BCssel${module}`)).toMatchObject({
    object: 'Schlüssel',
    token: undefined,
    serial: undefined,
    slotId: undefined,
    id: undefined,
  })
})

test('any label and any id are kept, percent-encoded', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), bytes, (label, id) => {
      const encodedId = [...id].map((it) => `%${it.toString(16).padStart(2, '0')}`).join('')
      const uri = `pkcs11:object=${encodeURIComponent(label)};id=${encodedId}${module}`
      expect(parsePkcs11Uri(uri)).toMatchObject({ object: label, id: Buffer.from(id) })
    }),
  )
})

describe('refused, with the rule', () => {
  test.each([
    [`pkcs11:token=a${module}`, 'needs object or id'],
    ['pkcs11:object=a', 'needs module-path'],
    [`pkcs11:object=a;object=b${module}`, 'names object twice'],
    [`pkcs11:object=a;colour=red${module}`, 'colour is none of these'],
    [`pkcs11:object${module}`, 'not name=value'],
    [`pkcs11:object=a%2${module}`, 'a % in object'],
    [`pkcs11:object=a;type=public${module}`, 'type=private'],
    [`pkcs11:object=a;slot-id=x${module}`, 'slot-id that is no number'],
    [`pkcs11:object=a${module}?x=1`, 'is no PKCS#11 URI'],
    [`pkcs11:object=a${module}&module-name=x`, 'module-name is not known'],
    [`file:object=a${module}`, 'is no PKCS#11 URI'],
  ])('%s', (uri, rule) => {
    const message = expect.stringContaining(rule)
    expect(() => parsePkcs11Uri(uri)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG', message }))
  })

  test.each(['pin-value=canary', 'pin-source=file:/canary'])('a PIN: %s, which is not shown', (pin) => {
    const error = (() => {
      try {
        return parsePkcs11Uri(`pkcs11:object=a${module}&${pin}`)
      } catch (it) {
        return it
      }
    })()
    expect(String(error)).toMatch(
      /holds no PIN: remove pin-(value|source) and set LOCKSTEP_ROOT_KEY_PASSPHRASE/,
    )
    expect(String(error)).not.toContain('canary')
  })
})
