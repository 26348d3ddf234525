import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizeSecretName } from '../../src/template/index.ts'

test.each([
  ['STRIPE_KEY', 'STRIPE_KEY'],
  ['stripe_key', 'STRIPE_KEY'],
  ['my-key', 'MY_KEY'],
  ['my api key', 'MY_API_KEY'],
  ['  my\tapi\nkey  ', 'MY_API_KEY'],
  ['myAPIKey', 'MY_API_KEY'],
  ['MyApiKey', 'MY_API_KEY'],
  ['APIKey', 'API_KEY'],
  ['apiKEY', 'API_KEY'],
  ['APIKEY', 'APIKEY'],
  ['OAuth2Token', 'OAUTH2_TOKEN'],
  ['OAuth token', 'OAUTH_TOKEN'],
  ['GitHub token', 'GITHUB_TOKEN'],
  ['myGitHubToken', 'MY_GITHUB_TOKEN'],
  ['GitHubAPIKey', 'GITHUB_API_KEY'],
  ['Github token', 'GITHUB_TOKEN'],
  ['OpenAI key', 'OPENAI_KEY'],
  ['OpenAIKey', 'OPENAI_KEY'],
  ['OpenAId', 'OPEN_A_ID'],
  ['PayPal', 'PAYPAL'],
  ['paypalClientID', 'PAYPAL_CLIENT_ID'],
  ['MongoDB URL', 'MONGODB_URL'],
  ['eBay app id', 'EBAY_APP_ID'],
  ['theBayKey', 'THE_BAY_KEY'],
  ['API IDs', 'API_IDS'],
  ['mTLS key', 'MTLS_KEY'],
  ['IPv6 token', 'IPV6_TOKEN'],
  ['oauth2Token', 'OAUTH2_TOKEN'],
  ['sha256Hash', 'SHA256_HASH'],
  ['S3Bucket', 'S3_BUCKET'],
  ['KEY2B', 'KEY2B'],
  ['key2b', 'KEY2B'],
  ['2FA', '2FA'],
  ['2fa-code', '2FA_CODE'],
  ['7', '7'],
  ['__a__b__', 'A_B'],
  ['a.b/c:d', 'A_B_C_D'],
  ['{{ secrets.A }}', 'SECRETS_A'],
  ['crème brûlée', 'CREME_BRULEE'],
  ['cre\u0301me', 'CREME'],
  ['caféÉclair', 'CAFE_ECLAIR'],
  ['ＡＰＩ＿ｋｅｙ', 'API_KEY'],
  ['ﬁle №1', 'FILE_NO1'],
  ['straße', 'STRASSE'],
  ['ключ api', 'API'],
  ['key🔑two', 'KEY_TWO'],
  ['a'.repeat(128), 'A'.repeat(128)],
  [`${'_'.repeat(800)}a`, 'A'],
])('%j becomes %j', (input, expected) => {
  expect(normalizeSecretName(input)).toBe(expected)
})

test.each([
  ['nothing', ''],
  ['blanks', '   '],
  ['underscores', '___'],
  ['punctuation', '-.!?'],
  ['other scripts alone', 'ключ'],
  ['characters without letters', '秘密🔑'],
  ['diacritics without letters', '\u0301\u0302'],
  ['129 characters', 'a'.repeat(129)],
  ['129 characters after splitting', 'aB'.repeat(64)],
  ['characters that expand beyond the limit', 'ﬃ'.repeat(50)],
  ['more than anybody means as a name', `a${' '.repeat(5000)}`],
])('%s are refused with the rule, without repeating them', (_case, input) => {
  expect(() => normalizeSecretName(input)).toThrow(
    expect.objectContaining({
      code: 'INVALID_NAME',
      message:
        'The name of a secret is 1 to 128 letters A–Z, digits and underscores, such as STRIPE_KEY. Choose another.',
    }),
  )
})

// Mostly letters, since random characters are mostly separators.
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom('a', 'B', 'Ab', '1', '_', '-', 'é', 'ß', 'ŉ', 'ı', 'İ', 'ǅ', 'ﬁ', 'Ω', 'ж', '\u0301'),
    )
    .map((it) => it.join('')),
)

test('normalising twice changes nothing, and the result is a valid name', () => {
  fc.assert(
    fc.property(name, (input) => {
      let once: string
      try {
        once = normalizeSecretName(input)
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_NAME' })
        return
      }
      expect(once).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)*$/)
      expect(once.length).toBeLessThanOrEqual(128)
      expect(normalizeSecretName(once)).toBe(once)
    }),
    { numRuns: 5000 },
  )
})
