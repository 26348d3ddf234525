import type { StepType } from './define-step.ts'
import { type DescribedDestinations, describeDestinations } from './destinations.ts'
import type { Condition, FieldKind } from './field.ts'

/** All that a frontend needs to draw a field without knowing the step type. */
export interface StepField {
  readonly name: string
  readonly label: string
  readonly kind: FieldKind
  /** Whether the field is required while it is shown. */
  readonly required: boolean
  readonly acceptsSecrets: boolean
  /** For a choice. */
  readonly options: readonly string[] | null
  /** What people see of each option, in their order. */
  readonly optionLabels: readonly string[] | null
  readonly help: string | null
  readonly placeholder: string | null
  /** Fields with the same text fold together under it. */
  readonly group: string | null
  /** The field whose content it has while it has none. */
  readonly defaultFrom: string | null
  /** Whether the service can be asked what the field may hold. */
  readonly hasChoices: boolean
  /** For a number, inclusive; null: no bound. */
  readonly min: number | null
  readonly max: number | null
  /** For a number: whether it has to be whole. */
  readonly integer: boolean
  /** For code: the language for the editor's highlighting, such as `sql`. */
  readonly language: string | null
  readonly default: unknown
  /** The field is shown while this condition holds; null: always. */
  readonly when: Condition | null
  /** The field is required while this condition holds; null: only `required` decides. */
  readonly requiredWhen: Condition | null
  /** A JSON field is plain text while this condition holds; null: never. */
  readonly textWhen: Condition | null
  /** Where the step type sends the field; null: it does not say so for each field. */
  readonly destinations: DescribedDestinations | null
}

/** The fields of a step type, in the order of its form. */
export function describeFields(type: StepType): StepField[] {
  return Object.entries(type.fields).map(([name, field]) => ({
    name,
    label: field.label,
    kind: field.kind,
    required: field.required === true,
    acceptsSecrets: field.secrets === true,
    options: field.options ?? null,
    optionLabels: field.options?.map((it) => field.labels?.[it] ?? it) ?? null,
    help: field.help ?? null,
    placeholder: field.placeholder ?? null,
    group: field.group ?? null,
    defaultFrom: field.defaultFrom ?? null,
    hasChoices: Object.hasOwn(type.choices ?? {}, name),
    min: field.min ?? null,
    max: field.max ?? null,
    integer: field.integer === true,
    language: field.language ?? null,
    default: field.default ?? null,
    when: field.when ?? null,
    requiredWhen: field.requiredWhen ?? null,
    textWhen: field.textWhen ?? null,
    destinations: describeDestinations(type, name),
  }))
}
