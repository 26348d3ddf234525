import type { Scope } from '../template/index.ts'
import { checkRequired } from './check-fields.ts'
import { checkTemplates } from './check-templates.ts'
import type { RenderedInput, StepType } from './define-step.ts'
import type { Fields } from './field.ts'
import { valueOrDefault } from './form/content.ts'
import { kinds, plain, type Reading } from './kinds/index.ts'
import { type FieldUse, fieldUses, type RawFields, readRawFields } from './raw-fields.ts'
import { validateRendered } from './validate.ts'
import { withinField } from './within.ts'

export interface RenderedFields {
  /** For `run`: every field of the step type, `undefined` if hidden or absent. */
  readonly input: RenderedInput
  /** The names of the secrets that went into it, by name or inside a value, each once, sorted. */
  readonly secrets: readonly string[]
  /** The same for each field with secrets. */
  readonly fieldSecrets: ReadonlyMap<string, readonly string[]>
}

/**
 * Makes the input of a step from its stored fields: defaults, conditions, kinds and places. It repeats the checks
 * of `checkFields` that protect secrets, since the step type may have changed after the step was saved.
 *
 * @throws AppError INVALID_FIELD, INVALID_TEMPLATE, SECRET_NOT_ALLOWED, SECRET_NOT_FOUND or UNKNOWN_VARIABLE; the
 * message names the field and no value.
 */
export function renderFields(type: StepType, raw: unknown, scope: Scope): RenderedFields {
  const stored = readRawFields(type, raw)
  checkTemplates(type, stored)
  const render = (use: FieldUse) => withinField(use.name, () => renderUse(use, scope))

  const input: [string, unknown][] = []
  const fieldSecrets = new Map<string, readonly string[]>()
  for (const use of fieldUses(type.fields, stored, renderedValues(type.fields, stored, scope))) {
    const reading = use.shown && use.value !== undefined ? render(use) : absent
    if (use.shown) withinField(use.name, () => checkRequired(use))
    input.push([use.name, reading.value])
    if (reading.secrets.length > 0) fieldSecrets.set(use.name, reading.secrets)
  }
  const secrets = [...new Set([...fieldSecrets.values()].flat())].sort((a, b) => (a < b ? -1 : 1))
  return { input: Object.fromEntries(input), secrets, fieldSecrets }
}

const absent = plain(undefined)

function renderUse(use: FieldUse, scope: Scope): Reading {
  if (use.kind === undefined) return absent
  const reading = use.kind.render(use.value, use.field, scope)
  return { ...reading, value: validateRendered(use, use.kind, reading.value) }
}

/** The rendered values of the fields in conditions. None of them is secret-capable. */
function renderedValues(fields: Fields, raw: RawFields, scope: Scope): (name: string) => unknown {
  return (name) => {
    const field = fields[name]
    const value = field && valueOrDefault(name, field, raw)
    if (field === undefined || value === undefined) return undefined
    return withinField(name, () => kinds[field.kind].render(value, field, scope).value)
  }
}
