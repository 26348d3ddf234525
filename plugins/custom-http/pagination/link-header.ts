/** `name=token` or `name="text"`, with what may stand between and in front. */
const parameter = /\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/y
const target = /[\s,]*<([^>]*)>/y

/**
 * The target of the first link with `rel="next"` (RFC 8288, section 3), as it was written; `undefined` when there is
 * none. A link with an `anchor` is about another resource and does not count. What is no link ends the reading.
 */
export function nextLink(header: string): string | undefined {
  let at = 0
  for (;;) {
    target.lastIndex = at
    const found = target.exec(header)
    if (found === null) return undefined
    at = target.lastIndex
    const parameters = new Map<string, string>()
    for (;;) {
      parameter.lastIndex = at
      const [, name, quoted, token] = parameter.exec(header) ?? []
      if (name === undefined) break
      at = parameter.lastIndex
      // Only the first of a name counts (section 3.3).
      const lower = name.toLowerCase()
      if (!parameters.has(lower)) parameters.set(lower, quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '')
    }
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next') && !parameters.has('anchor')) return found[1]
  }
}
