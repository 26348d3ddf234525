import type { StepEnvironment } from '../draft/known-variables.ts'
import type { StepField } from '../draft/step-types.ts'

/** What the input of a field of any kind gets. */
export interface FieldProps {
  field: StepField
  /** What was written; undefined for nothing. */
  value: unknown
  /** The values of all fields of the step. */
  values: Readonly<Record<string, unknown>>
  /** Undefined removes what was written. */
  onChange: (value: unknown) => void
  environment: StepEnvironment
  error: string | undefined
  onPaste?: ((text: string) => boolean) | undefined
}
