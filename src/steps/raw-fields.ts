import { AppError, checkAll } from '../errors.ts'
import { suggestion } from '../template/index.ts'
import type { StepType } from './define-step.ts'
import type { Field, Fields } from './field.ts'
import { isRequired, isShown, isText, undecided } from './form/condition.ts'
import { givenValue, valueOrDefault } from './form/content.ts'
import { isLoneExpression, type Kind, kinds } from './kinds/index.ts'
import { quoted, withinField } from './within.ts'

/** The fields of a step as they are stored, by name: literals and templates. */
export type RawFields = Readonly<Record<string, unknown>>

/** @throws AppError INVALID_FIELD when it is no object, or names a field that the step type does not have. */
export function readRawFields(type: StepType, raw: unknown): RawFields {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new AppError('INVALID_FIELD', 'the fields must be an object, each field by its name.')
  }
  const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(type.fields, name))
  if (unknown.length > 0) checkAll(unknown.map((name) => () => refuse(type, name)))
  return raw as RawFields
}

function refuse({ type, fields }: StepType, name: string): never {
  const advice = suggestion(name, Object.keys(fields))
  throw new AppError('INVALID_FIELD', `step type "${type}" has no field ${quoted(name)}.${advice}`)
}

/** Reads stored values for conditions. The value of an expression is undecided until the run. */
function storedValues(fields: Fields, raw: RawFields): (name: string) => unknown {
  return (name) => {
    const field = fields[name]
    const value = field && valueOrDefault(name, field, raw)
    return withinField(name, () => (isLoneExpression(value) ? undecided : value))
  }
}

/** A field of a step, with its written content. */
export interface FieldUse {
  readonly name: string
  readonly field: Field
  /** The written content, or the default; `undefined` when there is neither. */
  readonly value: unknown
  /** Whether there is written content. */
  readonly given: boolean
  /** Whether it must have content while it is shown; false as long as an undecided value decides. */
  readonly required: boolean
  /** `undefined` as long as an undecided value decides. */
  readonly shown: boolean | undefined
  /** The rules for it; `undefined` as long as an undecided value decides whether it is JSON or text. */
  readonly kind: Kind | undefined
}

/** All fields of a step type as this step uses them. */
export function fieldUses(
  fields: Fields,
  raw: RawFields,
  read = storedValues(fields, raw),
): Iterable<FieldUse> {
  const form = { fields, read }
  return Object.entries(fields).map(([name, field]) => ({
    name,
    field,
    value: valueOrDefault(name, field, raw),
    given: givenValue(name, field, raw) !== undefined,
    required: isRequired(field, form),
    shown: isShown(field, form),
    kind: kindOf(field, isText(field, form)),
  }))
}

function kindOf(field: Field, isText: boolean | undefined): Kind | undefined {
  if (field.textWhen === undefined) return kinds[field.kind]
  return isText === undefined ? undefined : isText ? kinds.multiline : kinds.json
}
