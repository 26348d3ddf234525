import { AppError } from '../errors.ts'
import { ExactNumber } from '../exact-json.ts'

const DEEPEST = 64

/** A string somewhere in the value of a field. */
export interface FoundTemplate {
  /** The keys and positions that lead to it. */
  readonly keys: readonly (string | number)[]
  readonly source: string
}

/**
 * Every string in JSON data, including the keys of objects, which are templates too.
 *
 * @throws AppError INVALID_FIELD when it is not JSON data, or nested so deeply that reading it could exhaust the
 * stack.
 */
export function* templatesIn(
  value: unknown,
  keys: readonly (string | number)[] = [],
): Generator<FoundTemplate> {
  if (typeof value === 'string') yield { keys, source: value }
  if (isScalar(value)) return
  if (keys.length === DEEPEST) {
    throw new AppError('INVALID_FIELD', `is nested more than ${DEEPEST} levels deep.`)
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* templatesIn(item, [...keys, index])
    return
  }
  if (!isPlainObject(value)) {
    throw new AppError(
      'INVALID_FIELD',
      'holds something that is not JSON. Use text, numbers, lists and objects.',
    )
  }
  for (const [key, item] of Object.entries(value)) {
    yield { keys: [...keys, key], source: key }
    yield* templatesIn(item, [...keys, key])
  }
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value instanceof ExactNumber) return true
  return value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean'
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
