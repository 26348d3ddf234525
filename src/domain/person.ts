import { AppError } from '../errors.ts'
import { checkPlainText, checkTitle } from './plain-text.ts'

const MOST_EMAIL_CHARACTERS = 254
const EMAIL = /^[^\s@]+@[^\s@]+$/

// What turns the direction of the text that follows. A name with it could be shown as another person's.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/**
 * The name of a person, without surrounding white space. Every way to set one goes through here.
 *
 * @throws AppError INVALID_NAME when it is no title, or turns the direction of text.
 */
export function checkPersonName(text: string): string {
  const name = checkTitle('The name', text)
  if (DIRECTION.test(name))
    throw new AppError(
      'INVALID_NAME',
      'The name holds a character that turns the direction of text. Take it out.',
    )
  return name
}

/**
 * An email address in lower case, without surrounding white space. Every way to set one goes through here.
 *
 * @throws AppError INVALID_NAME when it is none.
 */
export function checkEmail(text: string): string {
  const email = text.trim().toLowerCase()
  const isEmail = EMAIL.test(email) && !/\p{Cc}/u.test(email) && !DIRECTION.test(email)
  if (email.length > MOST_EMAIL_CHARACTERS || !isEmail)
    throw new AppError('INVALID_NAME', 'That is not an email address. Write it as name@example.com.')
  checkPlainText('INVALID_NAME', 'The email address', email)
  return email
}
