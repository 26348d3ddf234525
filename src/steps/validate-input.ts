import type { RenderedInput, StepType } from './define-step.ts'
import { fieldUses, readRawFields } from './raw-fields.ts'
import { validateRendered } from './validate.ts'
import { withinField } from './within.ts'

/**
 * Validates an input that was rendered elsewhere with the schemas of its fields, as `renderFields` does where it has them.
 *
 * @param raw the fields as they are stored.
 * @returns the input of `run`.
 * @throws AppError INVALID_FIELD without the schema's message, which may quote the value.
 */
export function validateInput(type: StepType, raw: unknown, input: RenderedInput): RenderedInput {
  const stored = readRawFields(type, raw)
  const validated = { ...input }
  for (const use of fieldUses(type.fields, stored, (name) => input[name])) {
    const { kind, name, shown } = use
    if (shown !== true || kind === undefined || use.field.validate === undefined || use.value === undefined)
      continue
    validated[name] = withinField(name, () => validateRendered(use, kind, input[name]))
  }
  return validated
}
