import { describe, expect, test } from 'vitest'
import { GUESSABLE_WARNING, isGuessable } from '../../src/secret/guessable.ts'
import { readsAsWords } from '../../src/secret/words.ts'

describe('a guessable value', () => {
  test.each([
    '',
    '4711',
    'hunter2',
    'zQ7!kP2',
    '  zQ7!kP2  ',
    '🔑🔑🔑🔑',
    '12345678',
    '471147114711',
    '2026-01-02',
    '2026-01-02 03:04',
    '01.02.2026',
    '+49 30 1234567',
    '4111-1111',
    'aaaaaaaaaaaaaaaa',
    'abababababab',
    'aaaabbbbccccaaaa',
    'abcdefgh',
    'ABCDEFGH',
    'qwertyuiop',
    'qwerty123456',
    '87654321',
    'asdfghjkl',
    'password',
    'Password1!',
    'Summer2026',
    'sunshine',
    'letmein123',
    'Welcome!!',
  ])('%j', (value) => {
    expect(isGuessable(value)).toBe(true)
  })
})

describe('a value that is not guessable', () => {
  test.each([
    'zQ7!kP2$',
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    'kqzvxwtr',
    'd3adb33f',
    '4711471147119',
    '123e4567-e89b-12d3-a456-426614174000',
    'correct horse battery staple',
    'first-value',
    'hunter2-x',
    'hunter2hunter2',
    'abcdefgh-x9',
    'Summer in 2026!',
    'пароль-€',
    `${'a'.repeat(10)}bcd`,
  ])('%j', (value) => {
    expect(isGuessable(value)).toBe(false)
  })
})

test('the warning is one sentence', () => {
  expect(GUESSABLE_WARNING).toMatch(/^[^.]+\.$/)
})

test('the check of a long value takes no time', () => {
  expect(isGuessable('qwerty'.repeat(10_000))).toBe(true)
  expect(isGuessable(`${'qwerty'.repeat(10_000)}!`)).toBe(false)
  expect(isGuessable('1 '.repeat(30_000))).toBe(true)
})

describe('words', () => {
  test.each([
    'production',
    'service_account',
    'us-east-1',
    'maxConnections',
    'application/json',
    'utf8_general_ci',
    'x509-certificate',
    'eu-west-1a',
  ])('%s reads as words', (text) => {
    expect(readsAsWords(text)).toBe(true)
  })

  test.each([
    'sk_live_4eC39HqLyjWD',
    'kqzvxwtr',
    'x9Yz8Wv7Ut6S',
    'dGhpc0lzQVRva2Vu',
    '12345678',
    '',
    '---',
    'aB-cD-eF-gH',
  ])('%j does not', (text) => {
    expect(readsAsWords(text)).toBe(false)
  })
})
