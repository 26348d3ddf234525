import { suggestion } from '../../template/index.ts'
import type { StepType } from '../define-step.ts'
import type { Fields } from '../field.ts'
import { quoted, within } from '../within.ts'
import { broken, isObject, type Unchecked } from './broken.ts'

/**
 * Checks the version of a step type, and what brings stored steps to it.
 *
 * @throws AppError INVALID_STEP_TYPE
 */
export function checkVersion({ version = 1, migrate, moves }: Unchecked<StepType>, fields: Fields): void {
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    throw broken('its version must be a whole number from 1.')
  if (migrate !== undefined && typeof migrate !== 'function') throw broken('its migrate must be a function.')
  // Steps that are stored could not be used any more.
  if (version > 1 && migrate === undefined)
    throw broken(`its version is ${version}, so it needs migrate for steps of earlier versions.`)
  if (version === 1 && (migrate !== undefined || moves !== undefined))
    throw broken('its migrate and moves mean nothing in version 1.')
  if (moves !== undefined) within('moves', () => checkMoves(moves, fields))
}

function checkMoves(moves: unknown, fields: Fields): void {
  if (!isObject(moves)) throw broken('must be an object: fields of now by the names of earlier ones.')
  for (const to of Object.values(moves).flat()) {
    if (typeof to !== 'string') throw broken('must be an object: fields of now by the names of earlier ones.')
    if (!Object.hasOwn(fields, to))
      throw broken(`names no field ${quoted(to)}.${suggestion(to, Object.keys(fields))}`)
    if (fields[to]?.secrets !== true) throw broken(`names the field ${quoted(to)}, which takes no secrets.`)
  }
}
