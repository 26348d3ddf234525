const DEEPEST = 200

/** What JSON holds otherwise than as it is, and what to give back instead. */
const kinds: readonly (readonly [is: (it: object) => boolean, name: string, instead: string])[] = [
  [
    (it) => ArrayBuffer.isView(it) || it instanceof ArrayBuffer || it instanceof Blob,
    'bytes',
    'Keep them as a file (context.files.write), or give them back as base64',
  ],
  [(it) => it instanceof Date, 'a Date', 'Give back a text (toISOString)'],
  [(it) => it instanceof Map, 'a Map', 'Give back an object (Object.fromEntries)'],
  [(it) => it instanceof Set, 'a Set', 'Give back a list'],
  [
    (it) => it instanceof ReadableStream || Symbol.asyncIterator in it,
    'a stream',
    'Keep it as a file (context.files.write)',
  ],
  [
    (it) => it instanceof RegExp || it instanceof Promise || it instanceof Response,
    'an object that is no data',
    'Give back what is in it',
  ],
]

const plain: ReadonlySet<unknown> = new Set([Object.prototype, Array.prototype, null])

/** Says what in an output JSON cannot hold as it is, with its place; undefined when there is nothing. */
export function oddIn(output: unknown): string | undefined {
  const open = new Set<object>()
  const search = (value: unknown, place: string): string | undefined => {
    if (typeof value === 'bigint') return wordsFor('a bigint', place, 'Give back a text, or an ExactNumber')
    if (typeof value !== 'object' || value === null) return undefined
    if (!plain.has(Object.getPrototypeOf(value))) {
      const kind = kinds.find(([is]) => is(value))
      if (kind) return wordsFor(kind[1], place, kind[2])
      // It says itself what it is as JSON.
      if ('toJSON' in value) return undefined
    }
    if (open.has(value))
      return wordsFor('an object that contains itself', place, 'Give back what is needed of it')
    if (open.size === DEEPEST) return undefined
    open.add(value)
    const isList = Array.isArray(value)
    for (const [key, it] of Object.entries(value)) {
      if (typeof it !== 'object' && typeof it !== 'bigint') continue
      const found = search(it, isList ? `${place}[${key}]` : `${place}.${key}`)
      if (found) return found
    }
    open.delete(value)
    return undefined
  }
  try {
    return search(output, 'output')
  } catch {
    // A getter of the step may throw, with a value in its message. JSON cannot hold it either, and says so.
    return undefined
  }
}

const wordsFor = (what: string, place: string, instead: string): string =>
  `The step gave back ${what} at ${place}, and an output is JSON. ${instead}.`
