import { AppError } from '../../../src/errors.ts'

/** @param reason names the option or the place and says what to do. It contains no pasted text. */
export function refusal(reason: string): AppError {
  return new AppError('INVALID_FIELD', `The cURL command cannot be read: ${reason}`)
}
