import type { StepField } from '../step-types.ts'
import { isRecord } from './draft.ts'

type Values = Readonly<Record<string, unknown>>

/** The value of a field: what was written, or its default. */
export function currentValue(field: StepField, values: Values): unknown {
  const written = values[field.name]
  return written === undefined || written === null ? (field.default ?? undefined) : written
}

/**
 * Whether a field is shown, by the rules of src/steps/condition.ts. What an expression will give nobody knows yet,
 * so that a field that depends on it is shown: it may be needed.
 */
export function isShown(field: StepField, fields: readonly StepField[], values: Values): boolean {
  return field.when === null || holds(field.when, fields, values)
}

/** Whether a field that is shown must have content. What an expression will give decides nothing before a run. */
export function isRequired(field: StepField, fields: readonly StepField[], values: Values): boolean {
  if (field.required || !isRecord(field.requiredWhen)) return field.required
  const { field: name } = field.requiredWhen
  const controller = fields.find((it) => it.name === name)
  if (!controller || isExpression(currentValue(controller, values), controller)) return false
  return holds(field.requiredWhen, fields, values)
}

/** @param condition `{ field, is }`; anything else never holds. */
export function holds(condition: unknown, fields: readonly StepField[], values: Values): boolean {
  if (!isRecord(condition)) return false
  const { field: name, is } = condition
  const controller = fields.find((it) => it.name === name)
  if (!controller || !isShown(controller, fields, values)) return false
  const value = currentValue(controller, values)
  const wanted: readonly unknown[] = Array.isArray(is) ? is : [is]
  return wanted.includes(value) || isExpression(value, controller)
}

/** Whether a field that is no text holds an expression in the place of its value. */
export function isExpression(value: unknown, { options }: StepField): value is string {
  return typeof value === 'string' && value.includes('{{') && options?.includes(value) !== true
}

/** Whether there is nothing in the field, as src/steps has it. */
export function isEmptyValue(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
