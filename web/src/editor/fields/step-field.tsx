import { isText } from '../draft/conditions.ts'
import type { StepField as FieldDefinition } from '../draft/step-types.ts'
import { ScalarKind, UnknownKind } from './choice-fields.tsx'
import type { FieldProps } from './field-props.ts'
import { PairsKind } from './pairs-field.tsx'
import { CodeKind, JsonKind, TextKind } from './text-fields.tsx'

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
