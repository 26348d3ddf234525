import { render, type Scope } from '../../template/index.ts'
import type { Field, Pair } from '../field.ts'
import { within, withinRow } from '../within.ts'
import { invalid, type Kind, renderText, staticText } from './kind.ts'

export const pairs: Kind = {
  holdsSecrets: true,
  options: ['place'],
  check(value, field) {
    readRows(value, (row) => {
      const name = staticText(row.name, field.place ?? 'text')
      if (name !== undefined) checkName(name, field)
      within('value', () => staticText(row.value, field.place ?? 'text'))
    })
  },
  render(value, field, scope) {
    const rows = readRows(value, (row) => renderRow(row, field, scope))
    return {
      value: rows.map((row) => ({ name: row.name, value: row.value })),
      secrets: rows.flatMap((row) => row.secrets),
    }
  },
}

function renderRow(row: Pair, field: Field, scope: Scope) {
  const place = field.place ?? 'text'
  const name = within('name', () => render(row.name, place, scope))
  checkName(name.text, field)
  const { value, secrets } = within('value', () => renderText(row.value, field, place, scope))
  return { name: name.text, value, secrets: [...name.secrets, ...secrets] }
}

/** Checks the shape of all rows and passes each to `use`. Errors name the row, from 1. */
function readRows<T>(value: unknown, use: (row: Pair) => T): T[] {
  if (!Array.isArray(value)) throw invalid('must be a list of { name, value }.')
  return value.map((row: unknown, index) => withinRow(index + 1, () => use(readRow(row))))
}

function readRow(row: unknown): Pair {
  const shape = 'must be { name, value }, both text (strings).'
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw invalid(shape)
  const { name, value, ...rest } = row as Record<string, unknown>
  if (typeof name !== 'string' || typeof value !== 'string' || Object.keys(rest).length > 0) {
    throw invalid(shape)
  }
  return { name, value }
}

/** Stops header injection and request smuggling: RFC 9110 allows only these characters in a field name. */
function checkName(name: string, field: Field): void {
  if (name === '') throw invalid('its name is empty.')
  if (field.place === 'header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw invalid("its name is no header name: letters, digits and !#$%&'*+-.^_`|~ alone make one.")
  }
}
