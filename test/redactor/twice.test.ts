import { expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

const VALUE = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
const encoded = Buffer.from(VALUE).toString('base64')
const quoted = [...encoded]
  .map((it, at) => (at % 5 === 0 ? `%${it.charCodeAt(0).toString(16)}` : it))
  .join('')

test.each([
  ['encoded, and once more with escapes in it', `${encoded} and ${quoted}`],
  ['with escapes in it, and once more without', `${quoted} and ${encoded}`],
  ['with escapes in it, twice', `${quoted} and ${quoted}`],
])('a value that stands in a text %s is masked at both places', (_what, text) => {
  expect(redactorOf({ KEY: VALUE }).text(text)).toBe('[secret KEY] and [secret KEY]')
})
