import { isText } from '../draft/conditions.ts'
import type { StepField as FieldDefinition } from '../step-types.ts'
import type { StepEnvironment } from '../use-step-environment.ts'
import { ScalarKind, UnknownKind } from './choice-fields.tsx'
import { PairsKind } from './pairs-field.tsx'
import { CodeKind, JsonKind, TextKind } from './text-fields.tsx'

export interface FieldProps {
  field: FieldDefinition
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

/** One field of a step, drawn by its kind alone. */
export function StepField(props: FieldProps & { fields: readonly FieldDefinition[] }) {
  const { field, fields, values } = props
  switch (field.kind) {
    case 'text':
    case 'multiline':
    case 'url':
      return <TextKind {...props} value={props.value ?? field.default} />
    case 'json':
      return (
        <JsonKind
          {...props}
          value={props.value ?? field.default ?? undefined}
          isText={isText(field, fields, values)}
        />
      )
    case 'code':
      return <CodeKind {...props} value={props.value ?? field.default} />
    case 'pairs':
      return <PairsKind {...props} value={props.value ?? field.default ?? undefined} />
    case 'choice':
    case 'number':
    case 'boolean':
      return <ScalarKind {...props} />
    default:
      return <UnknownKind {...props} />
  }
}
