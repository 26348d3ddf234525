import type { Condition, Field, Fields } from './field.ts'

/** The value of a field that only rendering can tell. */
export const undecided = Symbol('undecided')

/**
 * Whether a condition holds; `undefined` when that depends on an undecided value. A condition on a field
 * that is itself hidden does not hold.
 *
 * @param read the value of a field by its name, its default included, or {@link undecided}.
 */
export function holds(
  condition: Condition,
  fields: Fields,
  read: (name: string) => unknown,
): boolean | undefined {
  const controller = Object.hasOwn(fields, condition.field) ? fields[condition.field] : undefined
  if (controller === undefined) return false
  const shown = isShown(controller, fields, read)
  if (shown !== true) return shown
  const value = read(condition.field)
  return value === undecided ? undefined : valuesOf(condition).some((it) => it === value)
}

/** Whether a field is shown; `undefined` as with {@link holds}. */
export function isShown(field: Field, fields: Fields, read: (name: string) => unknown): boolean | undefined {
  return field.when === undefined || holds(field.when, fields, read)
}

/** The values that meet a condition. */
export function valuesOf(condition: Condition): readonly unknown[] {
  return Array.isArray(condition.is) ? condition.is : [condition.is]
}
