import { isHeaderText } from '../../../src/media-type.ts'
import { connectionHeaders } from './connection-headers.ts'
import type { Draft, Pair } from './draft.ts'

/** The headers of the step: the given ones, and before them those of other options that they do not replace. */
export function readHeaders(draft: Draft): Pair[] {
  const { ownHeaders, cookies, headers } = draft
  if (cookies.length > 0) ownHeaders.set('Cookie', cookies.join('; '))
  if (draft.switches.has('json')) ownHeaders.set('Accept', 'application/json')
  const isGiven = (name: string) => headers.some((it) => it.name.toLowerCase() === name.toLowerCase())
  const own = [...ownHeaders].filter(([name, value]) => !isGiven(name) && (value !== '' || name === 'Cookie'))
  const given = headers.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))
  noteRemoved(draft)
  return [...own.map(([name, value]) => ({ name, value })), ...given].filter((it) => isKept(it, draft))
}

/** Whether a step can send the header. */
function isKept({ name, value }: Pair, { notes }: Draft): boolean {
  const lower = name.toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    notes.add('Left out a header whose name is none: letters, digits and dashes make one.')
    return false
  }
  if (connectionHeaders.includes(lower)) {
    notes.add(`Left out the header ${lower}: the connection sets it itself.`)
    return false
  }
  // The header may name a compression that the step does not know. Then the answer would be unreadable bytes.
  if (lower === 'accept-encoding') {
    notes.add('Left out the header accept-encoding: the step asks for what it can decompress.')
    return false
  }
  if (!isHeaderText(value)) {
    notes.add('Left out a header with a line break or another character that a header cannot carry.')
    return false
  }
  return true
}

/** `Name:` removes a header that curl sets by itself. A header that the step sets cannot be removed. */
function noteRemoved({ headers, notes }: Draft): void {
  const own = ['accept', 'user-agent', 'content-type']
  for (const { name, value } of headers) {
    const lower = name.toLowerCase()
    if (value !== undefined || !own.includes(lower)) continue
    notes.add(`A step cannot do without the header ${lower}; it sends its own.`)
  }
}
