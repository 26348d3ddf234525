import { AppError } from '../errors.ts'
import { ExactNumber } from '../exact-json.ts'
import type { Meter } from './limits.ts'
import { MAX_DEPTH } from './limits.ts'

/** JSON data as a template sees it. */
export type Plain =
  | string
  | number
  | ExactNumber
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain }

/**
 * Whether it is an object as JSON or a literal makes it. Class instances are excluded, because they may expose
 * anything. The plain prototype is recognised by its own lack of one, since an object of another realm has another
 * `Object.prototype`.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * The value of an own property of plain data, otherwise undefined. Inherited properties, getters and `length` are
 * excluded: a template must not reach prototypes or run code by naming it.
 */
export function ownValue(container: unknown, key: string | number): unknown {
  const name = String(key)
  if (Array.isArray(container) ? !/^(?:0|[1-9]\d{0,15})$/.test(name) : !isPlainObject(container))
    return undefined
  return Object.getOwnPropertyDescriptor(container, name)?.value
}

/** Sets an own property even when the key is `__proto__`, where an assignment would set the prototype. */
export function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/**
 * A copy of the JSON data in `value`; undefined if there is none. As in JSON, other things are left out of an
 * object and become null in a list. Unlike in JSON, no getter and no `toJSON` is called.
 *
 * @throws AppError INVALID_FIELD when it is nested too deeply or too large
 */
export function plainCopy(value: unknown, meter: Meter, depth = 0): Plain | undefined {
  meter.charge(lengthOf(value))
  if (isScalar(value)) return value
  if (Array.isArray(value)) {
    checkDepth(depth)
    meter.charge(value.length)
    return Array.from(
      { length: value.length },
      (_, at) => plainCopy(ownValue(value, at), meter, depth + 1) ?? null,
    )
  }
  if (!isPlainObject(value)) return undefined
  checkDepth(depth)
  const copy: { [key: string]: Plain } = {}
  for (const key of Object.keys(value)) {
    meter.charge(key.length)
    const held = plainCopy(ownValue(value, key), meter, depth + 1)
    if (held !== undefined) setOwn(copy, key, held)
  }
  return copy
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return value instanceof ExactNumber ? value.digits.length : 1
}

function isScalar(value: unknown): value is string | number | ExactNumber | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  return Number.isFinite(value) || value instanceof ExactNumber
}

export function checkDepth(depth: number): void {
  if (depth >= MAX_DEPTH) {
    throw new AppError('INVALID_FIELD', `The data is nested more than ${MAX_DEPTH} levels deep. Flatten it.`)
  }
}

/** A value as text: null is empty, a number has its own digits, objects and lists are JSON. */
export function textOf(value: Plain): string {
  if (value === null) return ''
  const isData = typeof value === 'object' && !(value instanceof ExactNumber)
  return isData ? JSON.stringify(value) : String(value)
}
