import { ActionIcon, Input, NumberInput, Select, Switch, Tooltip } from '@mantine/core'
import { IconForms, IconVariable } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import { ExactNumber } from '../../../../src/exact-json.ts'
import { referenceTo } from '../../../../src/template/variables.ts'
import { currentValue, isExpression } from '../draft/conditions.ts'
import { FieldFrame, frameAttributes } from './field-frame.tsx'
import type { FieldProps } from './field-props.ts'
import { TemplateField, useTarget } from './template-field.tsx'

/**
 * A choice, a number, or yes and no. Each takes one variable in place of its value. A click in the explorer puts
 * it there, and a button beside the field switches between the two.
 */
export function ScalarKind(props: FieldProps) {
  const { field, value, onChange, environment, error } = props
  const id = useId()
  const [wanted, setWanted] = useState(false)
  const usesVariable = wanted || isExpression(value, field)
  const aim = useTarget({
    id,
    label: field.label,
    takes: 'no-secrets',
    insert(path) {
      setWanted(true)
      onChange(referenceTo(path))
    },
  })
  const switchTo = (variable: boolean) => {
    setWanted(variable)
    onChange(undefined)
  }
  const tool = <SwitchButton label={field.label} usesVariable={usesVariable} onSwitch={switchTo} />
  if (usesVariable) {
    return (
      <TemplateField
        label={field.label}
        value={typeof value === 'string' ? value : ''}
        onChange={(text) => onChange(text === '' ? undefined : text)}
        environment={environment}
        acceptsSecrets={false}
        required={field.required}
        help={field.help}
        error={error}
        placeholder="{{ one variable }}"
        tools={tool}
      />
    )
  }
  const frame = { id, label: field.label, help: field.help, required: field.required }
  const attributes = { ...frameAttributes(frame, error !== undefined), id, onFocus: aim }
  return (
    <FieldFrame {...frame} required={field.required && field.kind !== 'boolean'} error={error} tools={tool}>
      <Control {...props} attributes={attributes} />
    </FieldFrame>
  )
}

function Control({
  field,
  value,
  values,
  onChange,
  attributes,
}: FieldProps & { attributes: object }): ReactNode {
  const current = currentValue(field, values)
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...attributes}
          data={(field.options ?? []).map((it, at) => ({ value: it, label: field.optionLabels?.[at] ?? it }))}
          value={typeof current === 'string' ? current : null}
          onChange={(chosen) => onChange(chosen ?? undefined)}
          allowDeselect={false}
          maw={320}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...attributes}
          value={typeof value === 'number' || typeof value === 'string' ? value : numberText(value)}
          onChange={(number) => onChange(number === '' ? undefined : Number(number))}
          {...placeholderOf(field)}
          {...(field.min !== null && { min: field.min })}
          {...(field.max !== null && { max: field.max })}
          allowDecimal={!field.integer}
          clampBehavior="none"
          maw={200}
        />
      )
    default:
      return (
        <Switch
          {...attributes}
          checked={current === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
  }
}

/** What the field has while it is empty, or else an example. */
function placeholderOf({ placeholder, default: usual }: FieldProps['field']) {
  const text = typeof usual === 'number' ? String(usual) : placeholder
  return text ? { placeholder: text } : {}
}

const numberText = (value: unknown): string => (value instanceof ExactNumber ? value.digits : '')

function SwitchButton({
  label,
  usesVariable,
  onSwitch,
}: {
  label: string
  usesVariable: boolean
  onSwitch: (variable: boolean) => void
}) {
  const tip = usesVariable ? 'Use a fixed value' : 'Use a variable'
  return (
    <Tooltip label={tip}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`${tip} for ${label}`}
        onClick={() => onSwitch(!usesVariable)}
      >
        {usesVariable ? <IconForms size={16} aria-hidden /> : <IconVariable size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

/** A field of a kind that this version of the app does not know. */
export function UnknownKind({ field }: FieldProps) {
  return <Input.Error>{`${field.label}: this app is too old to edit it. Load Lockstep anew.`}</Input.Error>
}
