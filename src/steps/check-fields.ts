import { AppError, checkAll } from '../errors.ts'
import { checkTemplates } from './check-templates.ts'
import type { StepType } from './define-step.ts'
import { valuesOf } from './form/condition.ts'
import { isEmpty } from './form/content.ts'
import { type FieldUse, fieldUses, type RawFields, readRawFields } from './raw-fields.ts'
import { validateWritten } from './validate.ts'
import { anyOf, quoted, within, withinField } from './within.ts'

/**
 * Checks the fields of a step before it is saved. After that only a run can find faults: in the value of an
 * expression, and whether it fits.
 *
 * @param raw the fields as a client sent them: plain data whose strings are templates.
 * @throws AppError INVALID_FIELD, INVALID_TEMPLATE or SECRET_NOT_ALLOWED. The message names step, field and what
 * to do, and no value. It has the other faults of the step too.
 */
export function checkFields(step: { readonly key: string; readonly type: StepType }, raw: unknown): void {
  const words = `Step ${quoted(step.key)}`
  const check = () => {
    const given = readRawFields(step.type, raw)
    checkTemplates(step.type, given)
    const uses = [...fieldUses(step.type.fields, given)]
    checkAll(uses.map((use) => () => withinField(use.name, () => checkUse(use, given))))
  }
  within(words, check, { step: step.key })
}

function checkUse(use: FieldUse, raw: RawFields): void {
  if (use.shown === false) checkHidden(use, raw)
  if (use.shown === true) checkRequired(use)
  if (use.shown === false || use.value === undefined || use.kind === undefined) return
  use.kind.check(use.value, use.field)
  validateWritten(use, use.kind)
}

/** @throws AppError INVALID_FIELD when a field that must have content has none. */
export function checkRequired({ field, required, value }: FieldUse): void {
  if (required && isEmpty(field, value)) {
    throw new AppError('INVALID_FIELD', 'is required.')
  }
}

/**
 * A form keeps the content of its hidden fields, so they are accepted. But a field may be hidden only because the
 * field that shows it is absent. Then it was surely intended: without this check, a body would silently not be
 * sent.
 */
function checkHidden({ field, given, value }: FieldUse, raw: RawFields): void {
  if (!given || field.when === undefined || isEmpty(field, value)) return
  if (Object.hasOwn(raw, field.when.field)) return
  const wanted = anyOf(valuesOf(field.when))
  throw new AppError('INVALID_FIELD', `counts only while "${field.when.field}" is ${wanted}: set that too.`)
}
