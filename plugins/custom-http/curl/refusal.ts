import { AppError } from '../../../src/errors.ts'

/** @param reason names the option or the place and what to do, and holds nothing of what was pasted. */
export function refusal(reason: string): AppError {
  return new AppError('INVALID_FIELD', `The cURL command cannot be read: ${reason}`)
}
