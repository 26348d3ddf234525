import { suggestion } from '../../template/index.ts'
import type { StepType } from '../define-step.ts'
import type { Field, Fields } from '../field.ts'
import { stepIcons } from '../icons.ts'
import { anyOf, quoted, within } from '../within.ts'
import { broken, isFilled, isObject, type Unchecked } from './broken.ts'

/**
 * Checks what a step type says for its form and for lists of steps.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkForm({ icon, summary, choices, check }: Unchecked<StepType>, fields: Fields): void {
  if (icon !== undefined && !stepIcons.some((it) => it === icon))
    throw broken(`its icon must be ${anyOf(stepIcons)}.`)
  if (check !== undefined && typeof check !== 'function') throw broken('its check must be a function.')
  if (summary !== undefined) within('summary', () => checkSummary(summary, fields))
  if (choices !== undefined) within('choices', () => checkChoices(choices, fields))
  for (const [name, field] of Object.entries(fields)) {
    within(`field ${quoted(name)}`, () => checkSource(name, field, fields))
  }
}

function checkSummary(summary: unknown, fields: Fields): void {
  if (!isFilled(summary)) throw broken('must be a text such as "{method} {url}".')
  for (const [, name = ''] of summary.matchAll(/\{([^}]*)\}/g)) {
    const field = fieldNamed(name, fields)
    // A person may have written a value where a secret belongs.
    if (field.secrets && field.kind !== 'url')
      throw broken(`names the field ${quoted(name)}, which takes secrets.`)
  }
}

function checkChoices(choices: unknown, fields: Fields): void {
  if (!isObject(choices)) throw broken('must be an object of functions, each by the name of its field.')
  for (const [name, work] of Object.entries(choices)) {
    const { kind, secrets } = fieldNamed(name, fields)
    if (typeof work !== 'function')
      throw broken('must be an object of functions, each by the name of its field.')
    if (kind !== 'text' || secrets)
      throw broken(`names ${quoted(name)}, and only a text without secrets has choices.`)
  }
}

/** A default of one that takes secrets would bring a secret where nobody has written it. */
function checkSource(name: string, { defaultFrom, kind, secrets }: Field, fields: Fields): void {
  if (defaultFrom === undefined) return
  const source = within('defaultFrom', () => fieldNamed(String(defaultFrom), fields))
  if (source.kind !== kind || source.secrets || secrets || defaultFrom === name)
    throw broken('its defaultFrom must name another field of the same kind, and neither may take secrets.')
}

function fieldNamed(name: string, fields: Fields): Field {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (found) return found
  throw broken(`names no field ${quoted(name)}.${suggestion(name, Object.keys(fields))}`)
}
