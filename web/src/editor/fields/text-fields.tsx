import { useId, useMemo } from 'react'
import { TemplateEditor } from '../template/template-editor.tsx'
import { ChoicesButton } from './choices-button.tsx'
import { FieldFrame, frameAttributes } from './field-frame.tsx'
import type { FieldProps } from './field-props.ts'
import { jsonSource } from './json-source.ts'
import { TemplateField, useTarget } from './template-field.tsx'

/** One line or several lines of text, an address. */
export function TextKind({ field, value, values, onChange, environment, error, onPaste }: FieldProps) {
  const multiline = field.kind === 'multiline'
  return (
    <TemplateField
      label={field.label}
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => onChange(emptied(text, field))}
      environment={environment}
      acceptsSecrets={field.acceptsSecrets}
      spot={{ field: field.name }}
      required={field.required}
      help={field.help}
      error={error}
      multiline={multiline}
      mono={multiline || field.kind === 'url'}
      form={field.kind === 'url' ? 'url' : undefined}
      {...placeholderOf(field)}
      {...(field.hasChoices && {
        tools: <ChoicesButton field={field} values={values} onChange={onChange} />,
      })}
      {...(onPaste && { onPaste })}
    />
  )
}

/** JSON, or any text while `isText`. A structure becomes its source text when somebody edits it. */
export function JsonKind({
  field,
  value,
  onChange,
  environment,
  error,
  isText,
}: FieldProps & { isText: boolean }) {
  const text = useMemo(() => jsonSource(value), [value])
  return (
    <TemplateField
      label={field.label}
      value={text}
      onChange={(written) => onChange(emptied(written, field))}
      environment={environment}
      acceptsSecrets={field.acceptsSecrets}
      spot={{ field: field.name }}
      required={field.required}
      help={
        field.help ??
        (isText ? null : 'JSON. A variable stands inside a string, or where a whole value stands.')
      }
      error={error}
      form={isText ? undefined : 'json'}
      multiline
      mono
    />
  )
}

/**
 * Source text in some language. It takes no templates, because a value that is put into code would be an injection.
 */
export function CodeKind({ field, value, onChange, error }: FieldProps) {
  const id = useId()
  const frame = { id, label: field.label, help: field.help, required: field.required }
  const aim = useTarget({ id, label: field.label, takes: 'nothing', insert: () => undefined })
  return (
    <FieldFrame {...frame} error={error} onLabelClick={() => document.getElementById(id)?.focus()}>
      <TemplateEditor
        value={typeof value === 'string' ? value : ''}
        onChange={(text) => onChange(emptied(text, field))}
        multiline
        mono
        environment={undefined}
        attributes={{ ...frameAttributes(frame, error !== undefined), id }}
        onFocus={aim}
      />
    </FieldFrame>
  )
}

function placeholderOf({ placeholder, kind }: FieldProps['field']) {
  const text = placeholder ?? (kind === 'url' ? 'https://' : undefined)
  return text === undefined ? {} : { placeholder: text }
}

/** An empty text means that nothing was written. In a field with a default it means that the default was removed. */
function emptied(text: string, field: FieldProps['field']): string | undefined {
  return text === '' && (field.default ?? null) === null ? undefined : text
}
