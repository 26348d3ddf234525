import { Button, Group, Stack, Text } from '@mantine/core'
import { IconTestPipe } from '@tabler/icons-react'
import { isEmpty } from '../../../../src/steps/form/content.ts'
import { currentValue, isRequired, isShown } from '../draft/conditions.ts'
import type { DraftStep } from '../draft/draft.ts'
import type { StepType } from '../draft/step-types.ts'
import { StepField } from '../fields/step-field.tsx'
import { useEditor } from '../state/editor-context.ts'
import { useStepEnvironment } from '../state/use-step-environment.ts'
import { KeyField } from './key-field.tsx'
import { StepSettings } from './step-settings.tsx'

/** The form of one step. It is drawn from the fields of the step type and from nothing else. */
export function StepForm({
  step,
  onTest,
  onPasteCurl,
}: {
  step: DraftStep
  onTest: () => void
  /**
   * Opens the dialog for a cURL command. Undefined when the step is no HTTP request.
   *
   * @param command what was pasted already.
   */
  onPasteCurl: ((command?: string) => void) | undefined
}) {
  const { types } = useEditor()
  const type = types.get(step.type)
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" className="form-head">
        <div>
          <Text fw={600} component="h2">
            {type?.title ?? step.type}
          </Text>
          <Text size="sm" c="dimmed">
            {type?.description ?? UNKNOWN_TYPE}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          {onPasteCurl && (
            <Button variant="default" size="xs" onClick={() => onPasteCurl()}>
              Paste cURL
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconTestPipe size={14} aria-hidden />}
            onClick={onTest}
          >
            Test step
          </Button>
        </Group>
      </Group>
      <KeyField key={step.id} step={step} />
      {type && <StepFields step={step} type={type} onPasteCurl={onPasteCurl} />}
      <StepSettings step={step} />
    </Stack>
  )
}

const UNKNOWN_TYPE =
  'This step type is not installed here, so its fields cannot be shown. They are kept as they are.'

function StepFields({
  step,
  type: { fields },
  onPasteCurl,
}: {
  step: DraftStep
  type: StepType
  onPasteCurl: ((command?: string) => void) | undefined
}) {
  const { change, asked, refusal } = useEditor()
  const environment = useStepEnvironment(step.id)
  const errorOf = (field: StepType['fields'][number]) => {
    if (refusal?.step === step.key && refusal.field === field.name) return refusal.message
    const missing = asked && field.required && isEmpty(field, currentValue(field, step.fields))
    return missing ? `${field.label} is required.` : undefined
  }
  const takeCurl = (text: string) => {
    if (!/^\s*(?:[$%>] +)?curl(?:\.exe)?\s/i.test(text)) return false
    onPasteCurl?.(text)
    return onPasteCurl !== undefined
  }
  return fields
    .filter((field) => isShown(field, fields, step.fields))
    .map((field) => ({ ...field, required: isRequired(field, fields, step.fields) }))
    .map((field) => (
      <div key={`${step.id} ${field.name}`} data-field={field.name}>
        <StepField
          field={field}
          fields={fields}
          value={step.fields[field.name] ?? undefined}
          values={step.fields}
          onChange={(value) => change({ kind: 'field', step: step.id, name: field.name, value })}
          environment={environment}
          error={errorOf(field)}
          {...(field.kind === 'url' && { onPaste: takeCurl })}
        />
      </div>
    ))
}
