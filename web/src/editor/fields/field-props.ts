import type { StepEnvironment } from '../draft/known-variables.ts'
import type { StepField } from '../draft/step-types.ts'

/** What the input of a field of any kind gets. */
export interface FieldProps {
  field: StepField
  /** As it was written; undefined: nothing. */
  value: unknown
  /** Those of all fields of the step. */
  values: Readonly<Record<string, unknown>>
  /** Undefined takes out what was written. */
  onChange: (value: unknown) => void
  environment: StepEnvironment
  error: string | undefined
  onPaste?: ((text: string) => boolean) | undefined
}
