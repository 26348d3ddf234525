import { AppError } from '../errors.ts'
import { joinWholeWords } from './whole-words.ts'

const LONGEST_INPUT = 1024
const LONGEST_NAME = 128

/**
 * The normal spelling of a secret's name: `myAPIKey`, `my api key` and `my-key` become `MY_API_KEY`, `MY_API_KEY`
 * and `MY_KEY`. Words that are one with a capital inside stay one: `GitHub token` becomes `GITHUB_TOKEN`. Normalising a
 * normal name changes nothing, because every rule needs a lower-case letter.
 *
 * Letters of other scripts are separators. Two such names may become the same; the second one gets NAME_TAKEN.
 *
 * @throws AppError INVALID_NAME when too little or too much is left
 */
export function normalizeSecretName(input: string): string {
  if (input.length > LONGEST_INPUT) throw invalidName()
  const name = joinWholeWords(input)
    // Like NFKC without diacritics, which NFKD has already separated.
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    // `keyName` between y and N, `APIKey` between I and K, `OAuth2Token` between 2 and T.
    .replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=[\p{Lu}\p{Nd}])(?=\p{Lu}\p{Ll})/gu, '_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
  if (name === '' || name.length > LONGEST_NAME) throw invalidName()
  return name
}

/** Whether the text is a secret's name in its normal spelling. */
export function isSecretName(text: string): boolean {
  try {
    return normalizeSecretName(text) === text
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return false
  }
}

/** The message does not repeat the input, because people paste the value where the name belongs. */
function invalidName(): AppError {
  return new AppError(
    'INVALID_NAME',
    `The name of a secret is 1 to ${LONGEST_NAME} letters A–Z, digits and underscores, such as STRIPE_KEY. Choose another.`,
  )
}
