import { isEmpty } from '../../../../src/steps/form/content.ts'
import { Fold } from '../../layout/fold.tsx'
import { currentValue, isRequired } from '../draft/conditions.ts'
import type { DraftStep } from '../draft/draft.ts'
import { partsOfForm } from '../draft/field-groups.ts'
import type { StepField as FieldDefinition, StepType } from '../draft/step-types.ts'
import { StepField } from '../fields/step-field.tsx'
import { useEditor } from '../state/editor-context.ts'
import { useStepEnvironment } from '../state/use-step-environment.ts'
import { StepSettings } from './step-settings.tsx'

interface FieldsProps {
  step: DraftStep
  /** Undefined: it is not installed here. */
  type: StepType | undefined
  onPasteCurl: ((command?: string) => void) | undefined
}

/** The fields of a step and its settings. What is rarely set is folded, with a line that says what of it is. */
export function StepFields({ step, type, onPasteCurl }: FieldsProps) {
  const environment = useStepEnvironment(step.id)
  const errorOf = useErrors(step)
  const { change } = useEditor()
  const all = type?.fields ?? []
  const { main, timing, groups } = partsOfForm(all, step.fields)
  const takeCurl = (text: string) => {
    if (!/^\s*(?:[$%>] +)?curl(?:\.exe)?\s/i.test(text)) return false
    onPasteCurl?.(text)
    return onPasteCurl !== undefined
  }
  const draw = (field: FieldDefinition) => (
    <div key={`${step.id} ${field.name}`} data-field={field.name}>
      <StepField
        field={{ ...field, required: isRequired(field, all, step.fields) }}
        fields={all}
        value={step.fields[field.name] ?? undefined}
        values={step.fields}
        onChange={(value) => change({ kind: 'field', step: step.id, name: field.name, value })}
        environment={environment}
        error={errorOf(field, all)}
        {...(field.kind === 'url' && { onPaste: takeCurl })}
      />
    </div>
  )
  return (
    <>
      {main.map(draw)}
      <div>
        {groups.map(({ title, fields, summary }) => (
          <Fold
            key={title}
            label={summary ? `${title} (${summary})` : title}
            open={fields.some((it) => errorOf(it, all) !== undefined)}
          >
            {fields.map(draw)}
          </Fold>
        ))}
        <StepSettings step={step} timing={timing} open={timing.some((it) => errorOf(it, all) !== undefined)}>
          {timing.map(draw)}
        </StepSettings>
      </div>
    </>
  )
}

function useErrors(step: DraftStep) {
  const { asked, refusal } = useEditor()
  return (field: FieldDefinition, all: readonly FieldDefinition[]): string | undefined => {
    if (refusal?.step === step.key && refusal.field === field.name) return refusal.message
    const required = isRequired(field, all, step.fields)
    const missing = asked && required && isEmpty(field, currentValue(field, step.fields))
    return missing ? `${field.label} is required.` : undefined
  }
}
