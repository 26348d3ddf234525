import fc from 'fast-check'
import { expect } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { normalizeSecretName, parse } from '../../src/template/index.ts'
import { fuzz } from './fuzz.ts'

const words = [
  'my',
  'API',
  'Key',
  '2',
  'OAuth',
  '_',
  '-',
  ' ',
  'ß',
  'ﬁ',
  'İ',
  'ǆ',
  'é',
  'е',
  'Ⅷ',
  '１',
  '\u0301',
  '🔑',
]
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-composite', maxLength: 300 }),
  fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((it) => it.join('')),
)

/** `undefined` when the name is refused as expected: with an AppError that does not repeat the input. */
function normalized(input: string): string | undefined {
  try {
    return normalizeSecretName(input)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'INVALID_NAME' })
    if (input.length > 12) expect(String(error)).not.toContain(input)
    return undefined
  }
}

fuzz({
  'a name is letters, digits and underscores, and normal once and for all': fc.property(name, (input) => {
    const found = normalized(input)
    if (found === undefined) return
    expect(found).toMatch(/^[A-Z0-9](?:[A-Z0-9_]{0,126}[A-Z0-9])?$/)
    expect(found).not.toContain('__')
    expect(normalizeSecretName(found)).toBe(found)
    expect(normalizeSecretName(found.toLowerCase())).toBe(found)
  }),
  'how a name is composed, or what stands around it, makes no difference': fc.property(name, (input) => {
    const found = normalized(input)
    if (found === undefined || input.length > 100) return
    for (const other of [input.normalize('NFC'), input.normalize('NFD'), ` ${input}\n`, `-${input}_`])
      expect(normalized(other)).toBe(found)
  }),
  'a name can be written in a template as it is': fc.property(name, (input) => {
    const found = normalized(input)
    if (found === undefined) return
    expect(parse(`{{ secrets.${found} }}`)).toMatchObject([
      { expression: { path: { root: 'secrets', keys: [found] } } },
    ])
  }),
})
