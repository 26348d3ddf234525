import { AppError } from '../errors.ts'
import { checkPlainText } from './plain-text.ts'

const MAX_VALUE_BYTES = 64 * 1024
// The redactor does not search for shorter values, since they would shred every text.
export const MIN_VALUE_LENGTH = 4

/**
 * What a value has to be that is stored; a client that seals it checks it itself.
 *
 * @throws AppError INVALID_VALUE, VALUE_TOO_LARGE
 */
export function checkValue(value: string): void {
  if (value === '') throw new AppError('INVALID_VALUE', 'The value is empty. Give the secret a value.')
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
    throw new AppError(
      'VALUE_TOO_LARGE',
      `The value is over ${MAX_VALUE_BYTES / 1024} KiB. Store a shorter one.`,
    )
  }
  if (value.trim().length < MIN_VALUE_LENGTH) throw valueTooShort()
  checkPlainText('INVALID_VALUE', 'The value', value)
}

export function valueTooShort(): AppError {
  const why = 'so short a value could not be hidden in outputs without hiding ordinary text too'
  return new AppError('INVALID_VALUE', `The value needs at least ${MIN_VALUE_LENGTH} characters: ${why}.`)
}
