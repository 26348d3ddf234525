import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'
import { through } from './through.ts'

const VALUE = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
const once = Buffer.from(VALUE).toString('base64')
/** Found behind decodings alone, which read the same for both places. */
const twice = Buffer.from(Buffer.from(VALUE).toString('hex')).toString('base64')
const quoted = (encoded: string): string =>
  [...encoded].map((it, at) => (at % 5 === 0 ? `%${it.charCodeAt(0).toString(16)}` : it)).join('')

describe.each([
  ['once', once],
  ['twice', twice],
])('a value that is encoded %s', (_how, encoded) => {
  test.each([
    ['as it is, and once more with escapes in it', `${encoded} and ${quoted(encoded)}`],
    ['with escapes in it, and once more without', `${quoted(encoded)} and ${encoded}`],
    ['with escapes in it, twice', `${quoted(encoded)} and ${quoted(encoded)}`],
  ])('and stands in a text %s is masked at both places', async (_what, text) => {
    const redactor = redactorOf({ KEY: VALUE })
    expect(redactor.text(text)).toBe('[secret KEY] and [secret KEY]')
    // A stream is searched once; a text until nothing changes.
    const given = await through(redactor.stream(), [text])
    expect(given.join('')).toBe('[secret KEY] and [secret KEY]')
  })
})
