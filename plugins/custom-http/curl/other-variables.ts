import type { Found, Place } from './credential.ts'
import type { CurlFields } from './fields.ts'

/**
 * The variables of the shell that stand where no credential was found by its name. A command that Lockstep wrote has its
 * secrets there.
 *
 * @param names of the variables. The same text in single quotes is no variable.
 */
export function otherVariables(
  fields: CurlFields,
  names: readonly string[],
  found: readonly Found[],
): Found[] {
  if (names.length === 0) return []
  return placesIn(fields).flatMap(({ text, from, place }) =>
    [...text.matchAll(EXPANSION)].flatMap((match): Found[] => {
      const [all, inBraces, bare] = match
      const name = inBraces ?? bare ?? ''
      const start = match.index
      const end = start + all.length
      if (start < from || !names.includes(name)) return []
      if (found.some((it) => isSame(it.place, place) && it.start < end && start < it.end)) return []
      return [{ label: `variable ${name}`, place, start, end, secrets: [{ name, value: `$${name}` }] }]
    }),
  )
}

// In the URL it may be encoded: what --url-query adds is.
const EXPANSION = /(?:\$|%24)(?:(?:\{|%7B)([A-Za-z_]\w*)(?:\}|%7D)|([A-Za-z_]\w*))/g

/** Whether one of these variables stands in a text. */
export function holdsVariable(text: string, names: readonly string[]): boolean {
  return [...text.matchAll(EXPANSION)].some(([, inBraces, bare = '']) => names.includes(inBraces ?? bare))
}

interface SearchedText {
  readonly text: string
  /** Where secrets may begin: not in the host of a URL. */
  readonly from: number
  readonly place: Place
}

function placesIn({ url, body, headers = [], form = [] }: CurlFields): SearchedText[] {
  const rows = (field: 'headers' | 'form', list: typeof headers) =>
    list.map(({ value }, row): SearchedText => ({ text: value, from: 0, place: { field, row } }))
  const afterHost = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].length ?? url.length
  return [
    { text: url, from: afterHost, place: { field: 'url' } },
    { text: body ?? '', from: 0, place: { field: 'body' } },
    ...rows('headers', headers),
    ...rows('form', form),
  ]
}

function isSame(one: Place, other: Place): boolean {
  return one.field === other.field && ('row' in one ? one.row : 0) === ('row' in other ? other.row : 0)
}
