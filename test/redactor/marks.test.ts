import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { redactorOf } from './encodings.ts'

describe('a mark stays a mark, whatever the values are', () => {
  test.each([
    'secret',
    'STRIPE_KEY',
    '[secret',
    'STRI',
    'secret STRIPE',
    'KEY]',
    '[secret STRIPE_KEY]',
    't STR',
    '[sec',
  ])('with %j as a value', (value) => {
    const redactor = redactorOf({ STRIPE_KEY: 'sk_live_x9', WORD: value })
    for (const text of [
      '[secret STRIPE_KEY]',
      'a [secret STRIPE_KEY] b',
      '[secret]',
      '[secret WORD][secret STRIPE_KEY]',
    ]) {
      expect(redactor.text(text)).toBe(text)
    }
    expect(redactor.text('x sk_live_x9 y')).toBe('x [secret STRIPE_KEY] y')
    expect(redactor.text(`x ${value}- y`)).toMatch(/^x \[secret (WORD|STRIPE_KEY)\]- y$/)
  })

  test.each([
    ['a value around a mark', 'x[secret A]y', 'ax[secret A]yb', 'a[secret B]b'],
    ['a value that begins with the end of a mark', ']wxyz', 'a[secret A]wxyzb', 'a[secret B]b'],
    ['a value that ends with the beginning of a mark', 'wxyz[', 'awxyz[secret A]b', 'a[secret B]b'],
    ['a value that two marks make', '][sec', '[secret A][secret A]', '[secret A]'],
    ['a value that a new mark completes', ']wxyz', 'aaaawxyz', '[secret A]'],
  ])('%s includes the mark', (_what, value, text, expected) => {
    const redactor = redactorOf({ A: 'aaaa', B: value })
    const once = redactor.text(text)
    expect(once.replaceAll('[secret B]', '[secret A]')).toBe(expected.replaceAll('[secret B]', '[secret A]'))
    expect(redactor.text(once)).toBe(once)
  })

  test('after many rounds of values that complete marks, marks do not change any more', () => {
    const redactor = redactorOf({ A: 'abcd', B: ']xxx' })
    const once = redactor.text(`abcd${'x'.repeat(300)}`)
    expect(once).toMatch(/^\[secret [AB]\]/)
    expect(redactor.text(once)).toBe(once)
  })

  test('brackets around an unknown name hide nothing', () => {
    expect(redactorOf({ KEY: 'HUNTER2' }).text('[secret HUNTER2]')).toBe('[secret [secret KEY]]')
  })
})

describe('names of secrets', () => {
  test('a value of two secrets is marked with the first name and found under both', () => {
    const redactor = createRedactor()
    redactor.learn(['A', 'B'], new Sensitive('derived-value'))
    redactor.learn(['C'], new Sensitive('other-value'))
    redactor.learn(['D'], new Sensitive('derived-value'))
    expect(redactor.text('derived-value')).toBe('[secret A]')
    expect(redactor.find('other-value derived-value')).toEqual(['A', 'B', 'C', 'D'])
  })

  test('secrets contained in one another are all found', () => {
    const redactor = redactorOf({ OUTER: 'abcdefghij', INNER: 'cdefg', TAIL: 'ghij', NOT: 'hijk' })
    expect(redactor.find('abcdefghij')).toEqual(['OUTER', 'INNER', 'TAIL'])
    expect(redactor.find(encodeURIComponent('"abcdefghij"'))).toEqual(['OUTER', 'INNER', 'TAIL'])
    expect(redactor.text('abcdefghij')).toBe('[secret OUTER]')
  })

  test('a value learned between two texts is masked in the second', () => {
    const redactor = redactorOf({ A: 'first-value' })
    expect(redactor.text('first-value later-value')).toBe('[secret A] later-value')
    redactor.learn(['B'], new Sensitive('later-value'))
    expect(redactor.text('first-value later-value')).toBe('[secret A] [secret B]')
  })

  test('a value without a name is refused without showing it', () => {
    expect(() => createRedactor().learn([], new Sensitive('unnamed-value'))).toThrow(/^(?!.*unnamed-value)/)
  })

  test('the mark has the same length for short and long values', () => {
    const redactor = redactorOf({ A: 'abcd', B: 'x'.repeat(5000) })
    expect(redactor.text('abcd').length).toBe(redactor.text('x'.repeat(5000)).length)
  })
})
