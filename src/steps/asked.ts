import { AppError } from '../errors.ts'
import type { Choice, StepAsk } from './ask.ts'
import type { StepType } from './define-step.ts'
import type { Field } from './field.ts'
import { quoted } from './within.ts'

// More than that nobody looks through, and a service may have millions.
const MOST_CHOICES = 500
const LONGEST = 200

/**
 * The step type with `choices` or `check` in the place of `run`. All that holds for a step holds for it: it gets the rendered
 * fields and the context, and its policies, limits and redaction. Nothing is required, as its form is still being filled in.
 *
 * @throws AppError INVALID_FIELD when the step type has none.
 */
export function askedType(type: StepType, ask: StepAsk): StepType {
  const work = 'check' in ask ? type.check : ownFunction(type, ask.choices)
  if (!work) {
    const what = 'check' in ask ? 'no connection to test' : `no choices for the field ${quoted(ask.choices)}`
    throw new AppError('INVALID_FIELD', `The step type ${quoted(type.type)} has ${what}.`)
  }
  const { delaySeconds, ...rest } = type
  const run: StepType['run'] = async (input, context) =>
    type.elsewhere
      ? type.elsewhere.runAsked(ask, input, context)
      : boundedAnswer(ask, await work(input, context))
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([name, field]) => [name, optional(field)]),
  )
  return { ...rest, fields, output: {}, repeatable: true, run }
}

const ownFunction = ({ choices = {} }: StepType, field: string) =>
  Object.hasOwn(choices, field) ? choices[field] : undefined

function optional({ required, requiredWhen, ...field }: Field): Field {
  return field
}

/** What `choices` or `check` has given, as far as a form shows it. */
export function boundedAnswer(ask: StepAsk, given: unknown): unknown {
  if ('check' in ask) return typeof given === 'string' ? given.slice(0, LONGEST) : null
  if (!Array.isArray(given)) throw new AppError('STEP_FAILED', 'The step type gave back no list of choices.')
  return given.slice(0, MOST_CHOICES).map((it: unknown) => {
    const { value, label = value } = (typeof it === 'object' && it !== null ? it : {}) as Partial<Choice>
    if (typeof value !== 'string' || typeof label !== 'string' || value.length > LONGEST)
      throw new AppError('STEP_FAILED', 'The step type gave back a choice without a short value.')
    return { value, label: label.slice(0, LONGEST) }
  })
}
