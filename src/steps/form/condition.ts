import { ExactNumber } from '../../exact-json.ts'
import type { Condition } from '../field.ts'

/** The value of a field that is known only after rendering. */
export const undecided = Symbol('undecided')

/** A field as conditions see it, in a step type or in the API's description of one. */
export interface ConditionalField {
  readonly required?: boolean
  readonly when?: Condition | null
  readonly requiredWhen?: Condition | null
  readonly textWhen?: Condition | null
}

/** The form of a step with its content. */
export interface Form {
  readonly fields: Readonly<Record<string, ConditionalField>>
  /** The value of a field by its name, including its default, or {@link undecided}. */
  read(name: string): unknown
}

/** Whether a field is shown; `undefined` when that depends on an undecided value. */
export function isShown({ when }: ConditionalField, form: Form): boolean | undefined {
  return !when || holds(when, form)
}

/** Whether a field must have content while it is shown; false as long as an undecided value decides. */
export function isRequired({ required, requiredWhen }: ConditionalField, form: Form): boolean {
  return required === true || (!!requiredWhen && holds(requiredWhen, form) === true)
}

/** Whether a JSON field is plain text; `undefined` when that depends on an undecided value. */
export function isText({ textWhen }: ConditionalField, form: Form): boolean | undefined {
  return !!textWhen && holds(textWhen, form)
}

/**
 * Whether a condition holds. One on a hidden field does not. `undefined` when that depends on an undecided value.
 */
function holds(condition: Condition, form: Form): boolean | undefined {
  const { fields } = form
  const controller = Object.hasOwn(fields, condition.field) ? fields[condition.field] : undefined
  if (controller === undefined) return false
  const shown = isShown(controller, form)
  if (shown !== true) return shown
  const value = form.read(condition.field)
  if (value === undecided) return undefined
  const plain = value instanceof ExactNumber ? value.valueOf() : value
  return valuesOf(condition).some((it) => it === plain)
}

/** The values that meet a condition. */
export function valuesOf(condition: Condition): readonly unknown[] {
  return Array.isArray(condition.is) ? condition.is : [condition.is]
}
