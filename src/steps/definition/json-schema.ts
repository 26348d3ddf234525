import { within } from '../within.ts'
import { broken, isObject } from './broken.ts'

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
const DEEPEST = 64

/**
 * Checks the parts of a JSON Schema that the variable explorer reads: its types, properties and items.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkJsonSchema(schema: unknown, depth = 0): void {
  if (typeof schema === 'boolean' && depth > 0) return
  if (!isObject(schema)) throw broken('must be a JSON Schema (an object).')
  if (depth === DEEPEST) throw broken('is nested too deeply, or contains itself.')
  const { type, properties, items }: { type?: unknown; properties?: unknown; items?: unknown } = schema
  const { protected: marked } = schema
  if (marked !== undefined && typeof marked !== 'boolean')
    throw broken('its protected must be true or false.')
  for (const it of type === undefined ? [] : [type].flat()) {
    if (typeof it !== 'string' || !types.includes(it))
      throw broken(`its type must be of ${types.join(', ')}.`)
  }
  if (properties !== undefined) {
    if (!isObject(properties)) throw broken('its properties must be an object of schemas.')
    for (const [name, property] of Object.entries(properties)) {
      within(`property "${name}"`, () => checkJsonSchema(property, depth + 1))
    }
  }
  if (items !== undefined) within('items', () => checkJsonSchema(items, depth + 1))
}
