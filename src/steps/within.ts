import { AppError, type ErrorCode, type ErrorPlace } from '../errors.ts'

/**
 * Runs an action and adds the place to its errors: `field "url": must be …`.
 *
 * @param words, at, inner as `AppError.within` takes them.
 */
export function within<T>(words: string, action: () => T, at?: ErrorPlace, inner?: string): T {
  try {
    return action()
  } catch (error) {
    throw error instanceof AppError ? error.within(words, at, inner) : error
  }
}

/** @param field its name, which an error then has in `at` and at the beginning of its message. */
export function withinField<T>(field: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    // Each field of each run comes by here: the words are for those that have an error.
    throw error instanceof AppError ? error.within(`field ${quoted(field)}`, { field }) : error
  }
}

/** @param row counted from 1, which an error then has in `at` and at the beginning of its message. */
export function withinRow<T>(row: number, action: () => T): T {
  return within(`row ${row}`, action, { row })
}

/** An error about a field of the step, or a row of it (from 1): `field "headers": row 2: must be …`. */
export function fieldError(
  { field, row }: { readonly field: string; readonly row?: number },
  reason: string,
  code: ErrorCode = 'INVALID_FIELD',
): AppError {
  const error = new AppError(code, reason)
  const inRow = row === undefined ? error : error.within(`row ${row}`, { row })
  return inRow.within(`field ${quoted(field)}`, { field })
}

/** A name in quotes, shortened: it may come from outside, and a pasted document as a name would help no reader. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name)
}

/** `a, b or c`. */
export function anyOf(names: readonly unknown[]): string {
  const texts = names.map(String)
  const last = texts.pop() ?? 'nothing'
  return texts.length > 0 ? `${texts.join(', ')} or ${last}` : last
}
