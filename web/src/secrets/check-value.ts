import { AppError } from '../../../src/errors.ts'
import { forgetMatch } from '../../../src/secret/forget-match.ts'
import { isGuessable } from '../../../src/secret/guessable.ts'
import { checkValue } from '../../../src/secret/value.ts'

/** Why Lockstep cannot keep a value; `undefined` when it can. */
export function problemWithValue(value: string): string | undefined {
  try {
    checkValue(value)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

/** Whether a value can be guessed, so that a person has to say that they know. */
export function canBeGuessed(value: string): boolean {
  const guessable = isGuessable(value)
  forgetMatch()
  return guessable
}

/** What a person who cannot see the value may want to know about it. It tells nothing of its content. */
export function remarkOn(value: string): string {
  const lines = value.split('\n').length
  const remarks = [
    ...(lines > 1 ? [`${lines} lines.`] : []),
    ...(value === value.trim() ? [] : ['Begins or ends with white space, which is kept.']),
  ]
  return remarks.join(' ')
}
