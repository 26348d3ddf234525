import { AppError } from '../errors.ts'

/** The error of a malformed template. It says where the fault is and what to do. */
export function syntaxError(source: string, at: number, advice: string): AppError {
  const lines = source.slice(0, at).split(/\r\n|\r|\n/)
  const column = Array.from(lines.at(-1) ?? '').length + 1
  const place = { line: lines.length, column }
  return new AppError('INVALID_TEMPLATE', `Line ${lines.length}, column ${column}: ${advice}`, {
    at: place,
    reason: advice,
  })
}
