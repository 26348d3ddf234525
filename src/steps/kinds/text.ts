import { AppError } from '../../errors.ts'
import { invalid, isStatic, type Kind, plain, readText, renderText, staticText } from './kind.ts'

export const text: Kind = {
  holdsSecrets: true,
  options: ['place', 'alone'],
  check(value, field) {
    const source = readText(value)
    if (/[\r\n]/.test(source)) throw invalid('must be one line.')
    staticText(source, field.place ?? 'text')
  },
  render: (value, field, scope) => renderText(readText(value), field, field.place ?? 'text', scope),
}

export const multiline: Kind = {
  holdsSecrets: true,
  options: ['alone'],
  check: (value) => {
    isStatic(readText(value))
  },
  render: (value, field, scope) => renderText(readText(value), field, 'text', scope),
}

export const code: Kind = {
  holdsSecrets: false,
  options: ['language'],
  check: (value) => {
    readCode(value)
  },
  render: (value) => plain(readCode(value)),
}

/** Stops injection: a stranger's value in the trigger must never become part of a program. */
function readCode(value: unknown): string {
  const written = staticText(readText(value), 'text')
  if (written !== undefined) return written
  const advice = 'Give the value to the step through another field, and write \\{{ for a literal {{.'
  throw new AppError('INVALID_FIELD', `is code, and takes no {{ }}. ${advice}`)
}
