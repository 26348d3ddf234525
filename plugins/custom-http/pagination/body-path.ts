import { AppError } from '../../../src/steps/index.ts'

type Key = string | number

/** One key: `name`, `.name`, `[0]`, `[-1]` from the end, or `["any text"]`. */
const KEY = /\.?([^.[\]"\s]+)|\[(-?\d{1,15})\]|\[("(?:[^"\\]|\\.)*")\]/y

/**
 * The keys of a path such as `data.items`, `[0].id`, `data[-1].id` or `["@odata.nextLink"]`. A leading `$` is the body itself.
 *
 * @throws AppError INVALID_FIELD; the caller adds the name of the field.
 */
export function readPath(path: string): readonly Key[] {
  const text = path.trim().replace(/^\$(?=$|[.[])/, '')
  const keys: Key[] = []
  KEY.lastIndex = 0
  while (KEY.lastIndex < text.length) {
    const found = KEY.exec(text)
    if (found === null) throw notAPath()
    const [, name, index, quoted] = found
    keys.push(name ?? (index === undefined ? unquote(quoted ?? '') : Number(index)))
  }
  return keys
}

/** The value at the path, from own properties of objects and items of lists; `undefined` if it does not exist. */
export function valueAt(body: unknown, path: readonly Key[]): unknown {
  let value = body
  for (const key of path) {
    const it = Array.isArray(value) && typeof key === 'number' && key < 0 ? value.length + key : key
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, it)) return undefined
    if (Array.isArray(value) && typeof it !== 'number') return undefined
    value = (value as Record<Key, unknown>)[it]
  }
  return value
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    throw notAPath()
  }
}

function notAPath(): AppError {
  return new AppError(
    'INVALID_FIELD',
    'is not a path. Write it as data.items or page.links[0].href, a key with dots as ["odata.next"], and $ for the body itself.',
  )
}
