import { suggestion } from '../../template/index.ts'
import type { Fields } from '../field.ts'
import { quoted, within } from '../within.ts'
import { broken, isFilled, isObject } from './broken.ts'

/**
 * Checks where a step type says that it sends its fields. One that says it field by field has to say it of all fields
 * that take secrets: a field that was forgotten would otherwise count as one that goes nowhere.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkDestinations(destinations: unknown, fields: Fields): void {
  if (destinations === undefined || typeof destinations === 'function') return
  if (!isObject(destinations)) {
    throw broken('its destinations must be a function, or an object with the destinations of each field.')
  }
  within('destinations', () => {
    const names = Object.keys(fields)
    for (const [name, field] of Object.entries(fields)) {
      if (field.secrets && !Object.hasOwn(destinations, name)) {
        throw broken(`says nothing of the field ${quoted(name)}, which takes secrets. [] is nowhere.`)
      }
    }
    for (const [name, written] of Object.entries(destinations)) {
      if (!Object.hasOwn(fields, name))
        throw broken(`names no field ${quoted(name)}.${suggestion(name, names)}`)
      within(`field ${quoted(name)}`, () => checkList(written, fields))
    }
  })
}

function checkList(written: unknown, fields: Fields): void {
  if (typeof written === 'function') return
  if (!Array.isArray(written)) throw broken('must be a list or a function.')
  for (const to of written) {
    if (isFilled(to)) continue
    const name = isObject(to) ? to['field'] : undefined
    const isUrl = typeof name === 'string' && Object.hasOwn(fields, name) && fields[name]?.kind === 'url'
    if (!isUrl) throw broken('takes hosts, as https://host or host:port, and { field } of a URL field.')
  }
}
