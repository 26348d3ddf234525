import { AppError } from '../errors.ts'

const MAX_VALUE_BYTES = 64 * 1024

/**
 * In characters (UTF-16). The redactor does not search for shorter values, because too much ordinary text would be
 * masked.
 */
export const MIN_VALUE_LENGTH = 4

/**
 * Checks a value before it is stored. A client that seals checks it itself, because through the seal the API sees
 * only the length.
 *
 * @throws AppError INVALID_VALUE, VALUE_TOO_LARGE over 64 KiB of UTF-8
 */
export function checkValue(value: string): void {
  if (value === '') throw invalid('The value is empty. Give the secret a value.')
  if (new TextEncoder().encode(value).length > MAX_VALUE_BYTES) {
    const rule = `The value is over ${MAX_VALUE_BYTES / 1024} KiB. Store a shorter one.`
    throw new AppError('VALUE_TOO_LARGE', rule)
  }
  if (value.trim().length < MIN_VALUE_LENGTH) throw valueTooShort()
  // UTF-8 cannot represent a lone surrogate. Another value would be stored without an error.
  if (!value.isWellFormed())
    throw invalid('The value holds half of a character, of a surrogate pair. Paste it again.')
  if (value.includes('\0')) throw invalid('The value holds a NUL character. Take it out.')
}

export function valueTooShort(): AppError {
  const why = 'so short a value could not be hidden in outputs without hiding ordinary text too'
  return invalid(`The value needs at least ${MIN_VALUE_LENGTH} characters: ${why}.`)
}

const invalid = (rule: string) => new AppError('INVALID_VALUE', rule)
