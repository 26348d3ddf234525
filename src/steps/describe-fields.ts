import type { StepType } from './define-step.ts'
import type { Condition, FieldKind } from './field.ts'

/** What a frontend needs to draw a field without knowing the step type. */
export interface StepField {
  readonly name: string
  readonly label: string
  readonly kind: FieldKind
  /** While it is shown. */
  readonly required: boolean
  readonly acceptsSecrets: boolean
  /** Of a choice. */
  readonly options: readonly string[] | null
  readonly help: string | null
  /** Of a number, inclusive; null: no bound. */
  readonly min: number | null
  readonly max: number | null
  /** Of a number: whole ones only. */
  readonly integer: boolean
  /** Of code: for the editor's highlighting, such as `sql`. */
  readonly language: string | null
  readonly default: unknown
  /** The field is shown while this holds; null: always. */
  readonly when: Condition | null
  /** The field is required while this holds; null: `required` alone says. */
  readonly requiredWhen: Condition | null
  /** A JSON field is plain text instead while this holds; null: never. */
  readonly textWhen: Condition | null
}

/** The fields of a step type in the order of its form. */
export function describeFields(type: StepType): StepField[] {
  return Object.entries(type.fields).map(([name, field]) => ({
    name,
    label: field.label,
    kind: field.kind,
    required: field.required === true,
    acceptsSecrets: field.secrets === true,
    options: field.options ?? null,
    help: field.help ?? null,
    min: field.min ?? null,
    max: field.max ?? null,
    integer: field.integer === true,
    language: field.language ?? null,
    default: field.default ?? null,
    when: field.when ?? null,
    requiredWhen: field.requiredWhen ?? null,
    textWhen: field.textWhen ?? null,
  }))
}
