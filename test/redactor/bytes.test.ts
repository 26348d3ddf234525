import { describe, expect, test } from 'vitest'
import { encodings, redactorOf } from './encodings.ts'

const value = 'Schlüssel-€-1'
const redactor = redactorOf({ KEY: value, LATIN: 'clé-secrète' })

describe('among bytes', () => {
  test.each(Object.keys(encodings))('%s in UTF-8 is masked and found', (how) => {
    const input = Buffer.from(`a ${encodings[how]?.(value) ?? ''} b`, 'utf8')
    expect(Buffer.from(redactor.bytes(input)).toString('latin1')).toMatch(/^a .*\[secret KEY\].* b$/s)
    expect(redactor.find(input)).toEqual(['KEY'])
  })

  test.each([
    ['UTF-8', 'utf8'],
    ['Latin-1', 'latin1'],
  ] as const)('a value in %s is masked between bytes that are no text', (_name, encoding) => {
    const edge = [0, 255, 254, 0xc3]
    const input = Buffer.concat([Buffer.from(edge), Buffer.from('clé-secrète', encoding), Buffer.from(edge)])
    const expected = Buffer.concat([Buffer.from(edge), Buffer.from('[secret LATIN]'), Buffer.from(edge)])
    expect(Buffer.compare(redactor.bytes(input), expected)).toBe(0)
  })

  test('bytes without a value are returned unchanged', () => {
    const input = Uint8Array.from({ length: 5000 }, (_it, index) => (index * 7) % 256)
    expect(redactor.bytes(input)).toBe(input)
    expect(redactor.find(input)).toEqual([])
  })

  test('only the part of a buffer that a view shows is searched', () => {
    const whole = Buffer.from(`${value} and more`)
    expect(redactor.find(whole.subarray(5))).toEqual([])
  })
})
