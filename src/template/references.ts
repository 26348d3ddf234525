import { AppError } from '../errors.ts'
import { parse } from './parse.ts'
import { type FilterCall, isPath, type Part, type Path } from './part.ts'
import { checkDepth, isPlainObject, ownValue } from './plain-data.ts'
import { shorten } from './shorten.ts'

/**
 * Every path that the templates in JSON data name, in order, including those in filter arguments and in the keys
 * of objects. A single string is a template as well.
 *
 * @throws AppError INVALID_TEMPLATE, or INVALID_FIELD for data that is nested too deeply
 */
export function referencesIn(value: unknown): Path[] {
  const paths: Path[] = []
  const trail: Trail = []
  visitStrings(value, trail, (source) => {
    for (const part of parseAt(source, trail)) for (const path of pathsOf(part)) paths.push(path)
  })
  return paths
}

/**
 * The names of the secrets that the templates in JSON data reference, each once, in order of appearance.
 *
 * @throws AppError INVALID_TEMPLATE, or INVALID_FIELD for data that is nested too deeply
 */
export function secretsIn(value: unknown): string[] {
  return secretNames(referencesIn(value))
}

/** The names of the secrets that these parts reference, each once, in order of appearance. */
export function secretsOf(parts: readonly Part[]): string[] {
  return secretNames(parts.flatMap(pathsOf))
}

/** The names of the secrets that the arguments of a filter reference. */
export function secretsOfFilter(filter: FilterCall): string[] {
  return secretNames(argumentPaths(filter))
}

function secretNames(paths: readonly Path[]): string[] {
  const names = paths.filter((path) => path.root === 'secrets').map((path) => String(path.keys[0]))
  return [...new Set(names)]
}

function pathsOf(part: Part): Path[] {
  if (part.kind === 'text') return []
  const { path, filters } = part.expression
  return [path, ...filters.flatMap(argumentPaths)]
}

function argumentPaths(filter: FilterCall): Path[] {
  return filter.args.filter(isPath)
}

/** The place of a string in the data, from the outside in. */
type Trail = (string | number)[]

function visitStrings(value: unknown, trail: Trail, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value)
  else if (Array.isArray(value)) {
    checkDepth(trail.length)
    for (const [at, item] of value.entries()) visitInside(item, at, trail, visit)
  } else if (isPlainObject(value)) {
    checkDepth(trail.length)
    for (const key of Object.keys(value)) {
      visitInside(key, key, trail, visit)
      visitInside(ownValue(value, key), key, trail, visit)
    }
  }
}

function visitInside(
  value: unknown,
  key: string | number,
  trail: Trail,
  visit: (text: string) => void,
): void {
  trail.push(key)
  visitStrings(value, trail, visit)
  trail.pop()
}

/** Parses one of many strings. An error says which. */
function parseAt(source: string, trail: Trail): readonly Part[] {
  try {
    return parse(source)
  } catch (error) {
    if (!(error instanceof AppError) || trail.length === 0) throw error
    const where = trail.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
    throw error.within(shorten(where.replace(/^\./, '')))
  }
}
