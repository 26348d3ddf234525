import type { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { Sensitive } from '../sensitive.ts'
import type { Field } from './field.ts'
import { emptyScope, invalid, isStatic, type Kind } from './kinds/index.ts'
import type { FieldUse } from './raw-fields.ts'
import { judge, type Verdict } from './standard-schema.ts'
import { templatesIn } from './templates-in.ts'
import { quoted } from './within.ts'

/**
 * Validates written content with the field's own schema, as far as that is possible before a run. A value with a
 * template is validated when it is rendered.
 *
 * @throws AppError INVALID_FIELD with the schema's message, unless the field takes secrets.
 */
export function validateWritten(use: Pick<FieldUse, 'field' | 'value'>, kind: Kind): void {
  const { field, value } = use
  if (field.validate === undefined || isBlank(value)) return
  if ([...templatesIn(value)].some(({ source }) => !isStatic(source))) return
  const rendered = kind.render(value, field, emptyScope).value
  const verdict = verdictOf(field, kind, rendered)
  if (!verdict.valid) throw refused(verdict, value, field.secrets ? '' : verdict.message)
}

/**
 * Validates rendered content with the field's own schema.
 *
 * @returns the input of `run`: for a JSON field without secrets the schema's output, for any other the value as it
 * is.
 * @throws AppError INVALID_FIELD without the schema's message, which may quote the value.
 */
export function validateRendered(use: FieldUse, kind: Kind, rendered: unknown): unknown {
  const { field, value } = use
  if (field.validate === undefined || isBlank(value)) return rendered
  const verdict = verdictOf(field, kind, rendered)
  if (!verdict.valid) throw refused(verdict, value, '')
  return field.kind === 'json' && !field.secrets ? verdict.value : rendered
}

/** A form sends these for a text that was left empty. `required` decides whether that is acceptable. */
const isBlank = (value: unknown): boolean => value === undefined || value === ''

function verdictOf({ validate, kind: name }: Field, kind: Kind, rendered: unknown): Verdict {
  if (validate === undefined) return { valid: true, value: rendered }
  try {
    return judge(validate, readable(rendered, name === 'json' && kind.options.includes('textWhen')))
  } catch {
    // An error that a schema throws may quote the value as well.
    throw invalid('cannot be checked: its schema failed. Tell whoever wrote the step type.')
  }
}

/**
 * The plain value, because schemas are written for such: behind a field that takes secrets, and with numbers of
 * JavaScript wherever one has the value that was written.
 */
function readable(value: unknown, isJson: boolean): unknown {
  if (value instanceof Sensitive) return isJson ? parseJson(value.reveal(), 'value') : value.reveal()
  if (isJson) return parseJson(JSON.stringify(value), 'value')
  if (!Array.isArray(value)) return value
  return value.map((it) => (isSecretRow(it) ? { name: it.name, value: it.value.reveal() } : it))
}

function isSecretRow(row: unknown): row is { readonly name: string; readonly value: Sensitive } {
  return typeof row === 'object' && row !== null && 'value' in row && row.value instanceof Sensitive
}

function refused(verdict: Verdict & { valid: false }, written: unknown, message: string): AppError {
  const keys = staticKeys(verdict.path, JSON.stringify(written))
  const place = keys.length === 0 ? '' : ` at ${keys.map(quoted).join('.')}`
  return invalid(
    `is not valid${place}${message === '' ? '. Look at what the field asks for.' : `: ${message}`}`,
  )
}

/** A key that a template made is a value and is not shown. */
function staticKeys(path: readonly string[], written: string): string[] {
  const end = path.findIndex((key) => !/^\d+$/.test(key) && !written.includes(key))
  return path.slice(0, end === -1 ? path.length : end)
}
