import { isEmpty } from '../../../../src/steps/form/content.ts'
import { piecesOf } from '../template/pieces.ts'
import { problemsOf, type TemplateScope } from '../template/problems.ts'
import { currentValue, isRequired, isShown } from './conditions.ts'
import type { DraftStep } from './draft.ts'
import type { StepField, StepType } from './step-types.ts'

export interface StepProblem {
  field: string
  /** `missing` is a field that has to be filled in; `wrong` is one with a mistake in it. */
  kind: 'missing' | 'wrong'
  message: string
}

/** What is wrong with a step as far as the app can tell before it is saved or run. */
export function stepProblems(
  { fields: values }: DraftStep,
  { fields }: StepType,
  scope: Pick<TemplateScope, 'secrets' | 'steps' | 'laterSteps' | 'secretFields'>,
): StepProblem[] {
  return fields
    .filter((field) => isShown(field, fields, values))
    .flatMap((field): StepProblem[] => {
      const value = currentValue(field, values)
      if (isRequired(field, fields, values) && isEmpty(field, value)) {
        return [{ field: field.name, kind: 'missing', message: `${field.label} is required.` }]
      }
      if (field.kind === 'code') return []
      return [...templatesOf(field, value)].flatMap(({ text, acceptsSecrets }) =>
        problemsOf(piecesOf(text), { ...scope, label: field.label, acceptsSecrets }).map(
          ({ message }): StepProblem => ({ field: field.name, kind: 'wrong', message }),
        ),
      )
    })
}

/** Every text in a value. The names of pairs hold no secrets. */
function* templatesOf(
  field: StepField,
  value: unknown,
): Generator<{ text: string; acceptsSecrets: boolean }> {
  const { acceptsSecrets } = field
  if (typeof value === 'string') yield { text: value, acceptsSecrets }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    const isName = field.kind === 'pairs' && key === 'name'
    if (!Array.isArray(value)) yield { text: key, acceptsSecrets }
    if (isName) yield { text: String(item), acceptsSecrets: false }
    else yield* templatesOf(field, item)
  }
}
