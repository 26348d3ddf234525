import { quoted, within } from '../within.ts'
import { broken, isObject } from './broken.ts'
import { checkDefinedField } from './defined-field.ts'

const kindsOfConfig: readonly unknown[] = ['text', 'multiline', 'url', 'json', 'choice', 'number', 'boolean']
// They speak of a form and of templates, and an operator sets variables.
const ofForms = ['when', 'requiredWhen', 'textWhen', 'validate', 'sends', 'alone'] as const

/**
 * Checks what a step type asks the operator to set.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkConfig(config: unknown): void {
  if (config === undefined) return
  if (!isObject(config)) throw broken('its config must be an object, each field by its name.')
  for (const [name, field] of Object.entries(config)) {
    within(`config ${quoted(name)}`, () => {
      if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
        throw broken('its name must be in camelCase: letters and digits.')
      // Its variable would be that of the file of another one.
      if (/File$/.test(name))
        throw broken('its name must not end with File: that is how a file is named that holds it.')
      checkDefinedField(field)
      if (!kindsOfConfig.includes(field.kind)) throw broken(`cannot be of the kind ${field.kind}.`)
      const odd = ofForms.find((it) => it in field)
      if (odd !== undefined) throw broken(`has ${odd}, which means nothing in a configuration.`)
    })
  }
}
