import {
  type Form,
  isRequired as isRequiredIn,
  isShown as isShownIn,
  isText as isTextIn,
  undecided,
} from '../../../../src/steps/form/condition.ts'
import { valueOrDefault } from '../../../../src/steps/form/content.ts'
import type { StepField } from './step-types.ts'

type Values = Readonly<Record<string, unknown>>

/** The value of a field, or its default when nothing was written. */
export function currentValue(field: StepField, values: Values): unknown {
  return valueOrDefault(field.name, field, values) ?? undefined
}

/** Whether a field is shown. A field that depends on an expression is, because it may be needed. */
export function isShown(field: StepField, fields: readonly StepField[], values: Values): boolean {
  return isShownIn(field, formOf(fields, values)) !== false
}

/** Whether a field that is shown must have content. A condition on an expression requires nothing before a run. */
export function isRequired(field: StepField, fields: readonly StepField[], values: Values): boolean {
  return isRequiredIn(field, formOf(fields, values))
}

/** Whether a JSON field takes any text, or may do so once the result of an expression is known. */
export function isText(field: StepField, fields: readonly StepField[], values: Values): boolean {
  return isTextIn(field, formOf(fields, values)) !== false
}

/** What the fields are called that take secrets and are shown. */
export function labelsForSecrets(fields: readonly StepField[], values: Values): string[] {
  return fields
    .filter((field) => field.acceptsSecrets && isShown(field, fields, values))
    .map(({ label }) => label)
}

function formOf(fields: readonly StepField[], values: Values): Form {
  const byName = Object.fromEntries(fields.map((it) => [it.name, it]))
  return {
    fields: byName,
    read(name) {
      const field = byName[name]
      const value = field && currentValue(field, values)
      return field && isExpression(value, field) ? undecided : value
    },
  }
}

/** Whether a field that is no text holds an expression in place of its value. */
export function isExpression(value: unknown, { options }: StepField): value is string {
  return typeof value === 'string' && value.includes('{{') && options?.includes(value) !== true
}
