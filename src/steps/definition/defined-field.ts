import { AppError } from '../../errors.ts'
import { referencesIn } from '../../template/index.ts'
import { type Field, type FieldKind, fieldKinds } from '../field.ts'
import { kinds } from '../kinds/index.ts'
import { judge, LateSchema, type StandardSchema } from '../standard-schema.ts'
import { templatesIn } from '../templates-in.ts'
import { validateWritten } from '../validate.ts'
import { anyOf } from '../within.ts'
import { broken, checkProperties, isFilled, isObject, type Unchecked } from './broken.ts'

const common = [
  ...['kind', 'label', 'help', 'placeholder', 'group', 'required', 'requiredWhen', 'when'],
  ...['default', 'defaultFrom', 'validate'],
]

/**
 * Checks a single field. `checkConditions` checks its relations to other fields.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkDefinedField(value: unknown): asserts value is Field {
  if (!isObject(value)) throw broken('must be made by one of the builders of `field`.')
  const definition: Unchecked<Field> = value
  const { kind } = definition
  if (!isKind(kind)) throw broken(`its kind must be ${anyOf(fieldKinds)}.`)
  const rules = kinds[kind]
  if (definition.secrets !== undefined && !rules.holdsSecrets) {
    throw broken(`a ${kind} field cannot hold secrets.`)
  }
  checkProperties(value, [...common, ...rules.options, ...(rules.holdsSecrets ? ['secrets', 'sends'] : [])])
  checkTypes(definition)
  checkRequired(definition)
  checkRange(definition)
  checkOptions(definition)
  checkSchema(definition.validate)
  // All properties of Field have been checked, except for its conditions.
  checkDefault(value as unknown as Field)
}

function isKind(kind: unknown): kind is FieldKind {
  return fieldKinds.some((it) => it === kind)
}

function checkTypes(field: Unchecked<Field>): void {
  if (!isFilled(field.label)) throw broken('its label must be a text that is not empty.')
  for (const name of ['help', 'placeholder', 'group', 'language'] as const) {
    if (field[name] !== undefined && !isFilled(field[name])) throw broken(`its ${name} must be a text.`)
  }
  for (const name of ['required', 'secrets', 'alone', 'integer'] as const) {
    const value = field[name]
    if (value !== undefined && typeof value !== 'boolean') throw broken(`its ${name} must be true or false.`)
  }
  const uses: readonly unknown[] =
    field.kind === 'pairs' ? ['query', 'header', 'url', 'body'] : ['url', 'body']
  if (field.sends !== undefined && !uses.includes(field.sends)) {
    throw broken('its sends must be url or body; or query or header, for pairs alone.')
  }
  if (field.place !== undefined && field.place !== 'text' && field.place !== 'header') {
    throw broken('its place must be text or header.')
  }
}

function checkRequired({ required, requiredWhen }: Unchecked<Field>): void {
  if (required === true && requiredWhen !== undefined)
    throw broken('is required always, so its requiredWhen means nothing: keep one of them.')
}

function checkRange({ min, max }: Unchecked<Field>): void {
  if (min !== undefined && !Number.isFinite(min)) throw broken('its min must be a number.')
  if (max !== undefined && !Number.isFinite(max)) throw broken('its max must be a number.')
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    throw broken('its min is above its max.')
}

function checkOptions({ kind, options, labels }: Unchecked<Field>): void {
  if (kind !== 'choice') return
  if (!Array.isArray(options) || options.length === 0 || !options.every(isFilled)) {
    throw broken('its options must be a list of texts that are not empty.')
  }
  if (new Set(options).size < options.length) throw broken('one of its options is there twice.')
  if (labels === undefined) return
  const isNamed =
    isObject(labels) && Object.entries(labels).every(([it, text]) => options.includes(it) && isFilled(text))
  if (!isNamed) throw broken('its labels must be texts, each by one of its options.')
}

/** Some libraries make their schemas functions. An asynchronous schema is detected when it is first used. */
function checkSchema(schema: unknown): void {
  if (schema === undefined) return
  const shape =
    isObject(schema) || typeof schema === 'function' ? Reflect.get(schema, '~standard') : undefined
  if (!isObject(shape) || shape['version'] !== 1 || typeof shape['validate'] !== 'function') {
    throw broken('its validate must be a Standard Schema (https://standardschema.dev).')
  }
  if (isLate(schema as StandardSchema))
    throw broken('its validate must answer at once, and it is asynchronous.')
}

function isLate(schema: StandardSchema): boolean {
  try {
    judge(schema, undefined)
  } catch (error) {
    return error instanceof LateSchema
  }
  return false
}

function checkDefault(field: Field): void {
  if (field.default === undefined) return
  try {
    if (field.textWhen === undefined) kinds[field.kind].check(field.default, field)
    for (const { source } of templatesIn(field.default)) checkReferences(source)
    if (field.textWhen === undefined) validateWritten({ field, value: field.default }, kinds[field.kind])
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw broken(`its default is not valid: ${error.message}`)
  }
}

/** A step type is the same for all workspaces, so its defaults cannot name their secrets. */
function checkReferences(source: string): void {
  if (referencesIn(source).some((it) => it.root === 'secrets')) throw broken('it refers to a secret.')
}
