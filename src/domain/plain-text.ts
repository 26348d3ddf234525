import { AppError, type ErrorCode } from '../errors.ts'

/** Whether UTF-8 and PostgreSQL can hold the text as it is. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** @throws AppError with `code` for a text that UTF-8 or PostgreSQL cannot hold as it is. */
export function checkPlainText(code: ErrorCode, what: string, text: string): void {
  if (!text.isWellFormed())
    throw new AppError(code, `${what} holds half of a surrogate pair. Paste it again.`)
  if (text.includes('\0')) throw new AppError(code, `${what} holds a NUL character. Take it out.`)
}

/**
 * A name that people give to their things, without surrounding white space.
 *
 * @throws AppError INVALID_NAME when it is empty, over 200 characters or has control characters.
 */
export function checkTitle(what: string, text: string): string {
  const title = text.trim()
  if (title === '') throw new AppError('INVALID_NAME', `${what} is empty. Give one.`)
  if (title.length > 200) throw new AppError('INVALID_NAME', `${what} is over 200 characters. Shorten it.`)
  if (/\p{Cc}/u.test(title))
    throw new AppError('INVALID_NAME', `${what} holds a control character. Take it out.`)
  checkPlainText('INVALID_NAME', what, title)
  return title
}
