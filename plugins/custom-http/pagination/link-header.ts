/** `name=token` or `name="text"`, with the separators before and inside it. */
const PARAMETER = /\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/y
const TARGET = /[\s,]*<([^>]*)>/y

/**
 * The target of the first link with `rel="next"` (RFC 8288, section 3), as it was written; `undefined` when there
 * is none. A link with an `anchor` is about another resource and does not count. Reading stops at text that is not
 * a link.
 */
export function nextLink(header: string): string | undefined {
  let at = 0
  for (;;) {
    TARGET.lastIndex = at
    const found = TARGET.exec(header)
    if (found === null) return undefined
    at = TARGET.lastIndex
    const parameters = new Map<string, string>()
    for (;;) {
      PARAMETER.lastIndex = at
      const [, name, quoted, token] = PARAMETER.exec(header) ?? []
      if (name === undefined) break
      at = PARAMETER.lastIndex
      // Only the first parameter of a name counts (section 3.3).
      const lower = name.toLowerCase()
      if (!parameters.has(lower)) parameters.set(lower, quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '')
    }
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next') && !parameters.has('anchor')) return found[1]
  }
}
