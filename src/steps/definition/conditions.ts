import { suggestion } from '../../template/index.ts'
import type { Condition, Field, Fields } from '../field.ts'
import { quoted, within } from '../within.ts'
import { broken, checkProperties, isObject, type Unchecked } from './broken.ts'

/**
 * Checks the conditions between fields.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkConditions(fields: Fields): void {
  for (const [name, field] of Object.entries(fields)) {
    within(`field ${quoted(name)}`, () => {
      if (field.when !== undefined) within('when', () => checkCondition(field.when, fields))
      if (field.requiredWhen !== undefined)
        within('requiredWhen', () => checkCondition(field.requiredWhen, fields))
      if (field.textWhen !== undefined) within('textWhen', () => checkCondition(field.textWhen, fields))
    })
  }
  for (const name of Object.keys(fields)) within(`field ${quoted(name)}`, () => checkCycle(name, fields))
}

function checkCondition(condition: unknown, fields: Fields): void {
  if (!isObject(condition)) throw broken('must be { field, is }.')
  checkProperties(condition, ['field', 'is'])
  const { field: name, is }: Unchecked<Condition> = condition
  if (typeof name !== 'string' || is === undefined) throw broken('must be { field, is }.')
  const controller = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (controller === undefined) {
    throw broken(`names no field of this step type.${suggestion(name, Object.keys(fields))}`)
  }
  checkController(controller)
  const values: unknown[] = [is].flat()
  if (values.length === 0) throw broken('its list of values is empty.')
  for (const value of values) checkValue(value, controller)
}

/** A condition on a secret would show one bit of it to people who see which fields a form has. */
function checkController(controller: Field): void {
  if (!['choice', 'boolean', 'number'].includes(controller.kind)) {
    throw broken('can look at a choice, boolean or number field only.')
  }
}

function checkValue(value: unknown, controller: Field): void {
  const options = controller.options ?? []
  const type = controller.kind === 'choice' ? 'string' : controller.kind
  const possible = typeof value === type && (type !== 'string' || options.some((it) => it === value))
  if (!possible) throw broken('waits for a value that the other field can never have.')
}

/** Follows the conditions that show a field. They must end at a field that is always shown. */
function checkCycle(name: string, fields: Fields): void {
  const seen = new Set<string>()
  for (let next: string | undefined = name; next !== undefined; next = fields[next]?.when?.field) {
    if (seen.has(next)) throw broken('is shown only if it is shown: its conditions go in a circle.')
    seen.add(next)
  }
}
