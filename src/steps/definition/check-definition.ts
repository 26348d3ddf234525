import type { StepType } from '../define-step.ts'
import type { Fields } from '../field.ts'
import { quoted, within } from '../within.ts'
import { broken, checkProperties, isFilled, isObject, type Unchecked } from './broken.ts'
import { checkConditions } from './conditions.ts'
import { checkConfig } from './config.ts'
import { checkDefinedField } from './defined-field.ts'
import { checkDestinations } from './destinations.ts'
import { checkForm } from './form.ts'
import { checkJsonSchema } from './json-schema.ts'
import { checkVersion } from './version.ts'

const known = [
  'type',
  'title',
  'description',
  'fields',
  'config',
  'configured',
  'output',
  'icon',
  'summary',
  'choices',
  'check',
  'version',
  'migrate',
  'moves',
  'repeatable',
  'destinations',
  'delaySeconds',
  'run',
  'elsewhere',
]

/**
 * Checks a step type completely when the process starts, at run time: a plugin may be plain JavaScript, and its
 * faults must not show up in the middle of a run.
 *
 * @throws AppError INVALID_STEP_TYPE with the reason; the caller names step type and module.
 */
export function checkDefinition(value: unknown): asserts value is StepType {
  if (!isObject(value)) throw broken('must be what defineStep returns.')
  const definition: Unchecked<StepType> = value
  if (typeof definition.type !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(definition.type)) {
    throw broken('its type must be in kebab-case: lower-case letters, digits and single hyphens.')
  }
  checkProperties(value, known)
  checkParts(definition)
  within('output', () => checkJsonSchema(definition.output))
  checkDefinedFields(definition.fields)
  checkConfig(definition.config)
  checkDestinations(definition.destinations, definition.fields)
  checkVersion(definition, definition.fields)
  checkForm(definition, definition.fields)
}

function checkParts(definition: Unchecked<StepType>): void {
  const { title, description, run, repeatable, delaySeconds } = definition
  if (!isFilled(title)) throw broken('its title must be a text that is not empty.')
  if (!isFilled(description)) throw broken('its description must be a text that is not empty.')
  if (typeof run !== 'function') throw broken('its run must be a function.')
  if (repeatable !== undefined && typeof repeatable !== 'boolean') {
    throw broken('its repeatable must be true or false.')
  }
  if (delaySeconds !== undefined && typeof delaySeconds !== 'function') {
    throw broken('its delaySeconds must be a function.')
  }
  // A worker that takes over cannot tell whether the step still waited or was at work.
  if (delaySeconds !== undefined && repeatable !== true) {
    throw broken('with delaySeconds its repeatable must be true.')
  }
}

function checkDefinedFields(fields: unknown): asserts fields is Fields {
  if (!isObject(fields)) throw broken('its fields must be an object, each field by its name.')
  const names = new Map<string, string>()
  for (const [name, field] of Object.entries(fields)) {
    within(`field ${quoted(name)}`, () => {
      if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
        throw broken('its name must be in camelCase: letters and digits.')
      const twin = names.get(name.toLowerCase())
      if (twin !== undefined) throw broken(`differs from "${twin}" only in its capitals.`)
      names.set(name.toLowerCase(), name)
      checkDefinedField(field)
    })
  }
  checkConditions(fields as Fields)
}
