import { AppError } from '../errors.ts'
import { suggestion } from '../template/index.ts'
import { holds, isShown, undecided } from './condition.ts'
import type { StepType } from './define-step.ts'
import type { Field, Fields } from './field.ts'
import { isLoneExpression, type Kind, kinds } from './kinds/index.ts'
import { quoted, withinField } from './within.ts'

/** The fields of a step as they are stored, by name: literals and templates. */
export type RawFields = Readonly<Record<string, unknown>>

/** @throws AppError INVALID_FIELD when it is no object, or names a field that the step type does not have. */
export function readRawFields(type: StepType, raw: unknown): RawFields {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new AppError('INVALID_FIELD', 'the fields must be an object, each field by its name.')
  }
  const known = Object.keys(type.fields)
  for (const name of Object.keys(raw)) {
    if (known.includes(name)) continue
    const message = `step type "${type.type}" has no field ${quoted(name)}.${suggestion(name, known)}`
    throw new AppError('INVALID_FIELD', message)
  }
  return raw as RawFields
}

/**
 * What was written into a field. `undefined` stands for a field that was not given: null, and outside of
 * text an empty string, are what a form sends for a field that was left empty.
 */
export function givenValue(name: string, field: Field, raw: RawFields): unknown {
  const value = Object.hasOwn(raw, name) ? raw[name] : undefined
  const textual = field.kind === 'text' || field.kind === 'multiline' || field.kind === 'code'
  return value === null || (value === '' && !textual) ? undefined : value
}

/** What was written into a field, or its default. */
export function valueOrDefault(name: string, field: Field, raw: RawFields): unknown {
  const given = givenValue(name, field, raw)
  return given === undefined ? field.default : given
}

/** Something was given, but there is nothing in it. An empty list is JSON with content. */
export function isEmpty(field: Field, value: unknown): boolean {
  return value === '' || (field.kind === 'pairs' && Array.isArray(value) && value.length === 0)
}

/** Reads what is stored, for conditions: a value that an expression will give is undecided until then. */
function storedValues(fields: Fields, raw: RawFields): (name: string) => unknown {
  return (name) => {
    const field = fields[name]
    const value = field && valueOrDefault(name, field, raw)
    return withinField(name, () => (isLoneExpression(value) ? undecided : value))
  }
}

/** A field of a step, with what was written into it. */
export interface FieldUse {
  readonly name: string
  readonly field: Field
  /** What was written, or the default; `undefined` when there is neither. */
  readonly value: unknown
  /** Whether something was written. */
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
  return Object.entries(fields).map(([name, field]) => ({
    name,
    field,
    value: valueOrDefault(name, field, raw),
    given: givenValue(name, field, raw) !== undefined,
    required:
      field.required === true ||
      (field.requiredWhen !== undefined && holds(field.requiredWhen, fields, read) === true),
    shown: isShown(field, fields, read),
    kind: kindOf(field, field.textWhen && holds(field.textWhen, fields, read)),
  }))
}

function kindOf(field: Field, isText: boolean | undefined): Kind | undefined {
  if (field.textWhen === undefined) return kinds[field.kind]
  return isText === undefined ? undefined : isText ? kinds.multiline : kinds.json
}
