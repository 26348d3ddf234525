import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

export const LEAST_CHARACTERS = 10
export const MOST_CHARACTERS = 128

// Of 4: about 100 million guesses.
const LEAST_SCORE = 3

let estimator: Promise<ZxcvbnFactory> | undefined

/** Loaded when the first password is set: the dictionaries take a while, and most processes never need them. */
async function openEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Estimator }, { dictionary, adjacencyGraphs: graphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new Estimator({ dictionary, graphs })
}

/**
 * What is wrong with a new password: its length, or that it is among those which are tried first. The lists of
 * passwords that were found in leaks come with the library, so that nothing is asked on the internet.
 *
 * @param personal texts of the person, such as the name, which make a weak password.
 * @returns nothing when it is good.
 */
export async function passwordProblem(
  password: string,
  personal: readonly string[],
): Promise<string | undefined> {
  const length = [...password].length
  if (length < LEAST_CHARACTERS) return `The password has at least ${LEAST_CHARACTERS} characters.`
  if (password.length > MOST_CHARACTERS) return `The password has at most ${MOST_CHARACTERS} characters.`
  estimator ??= openEstimator()
  const known = [...personal, ...personal.flatMap((it) => it.split(/[\s@.]+/)), 'lockstep']
  const { score } = (await estimator).check(password, known.filter((it) => it.length > 2).slice(0, 20))
  if (score >= LEAST_SCORE) return undefined
  return 'This password is easy to guess, or was found in a leak. Take four words that have nothing to do with each other.'
}
