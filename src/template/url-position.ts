import type { Part } from './part.ts'

export type UrlPosition = 'base' | 'scheme' | 'userInfo' | 'host' | 'path' | 'query' | 'fragment'

/** No scheme is nearly as long. The limit keeps the search for `://` from becoming quadratic. */
const LONGEST_SCHEME = 64

/**
 * Knows where in a URL the text so far ends. Only unencoded text moves the position: literal text, a value that is
 * the base of the URL, and `raw`. An encoded value never does, so it cannot leave its place.
 */
export class UrlTracker {
  readonly #parts: readonly Part[]
  readonly #schemeEnd: number
  #component: 'start' | 'authority' | 'path' | 'query' | 'fragment' = 'start'
  #begin = ''
  #userInfoEnd: number | undefined

  constructor(parts: readonly Part[]) {
    this.#parts = parts
    this.#schemeEnd = endOfScheme(parts) ?? 0
  }

  /** The position of the part with this index. */
  position(index: number): UrlPosition {
    if (this.#component === 'start') return index < this.#schemeEnd ? 'scheme' : 'base'
    if (this.#component !== 'authority') return this.#component
    this.#userInfoEnd ??= endOfUserInfo(this.#parts, index)
    return index < this.#userInfoEnd ? 'userInfo' : 'host'
  }

  read(text: string): void {
    let rest = text
    if (this.#component === 'start') {
      const before = this.#begin.length
      const begin = this.#begin + text.slice(0, LONGEST_SCHEME)
      this.#begin = begin.slice(0, LONGEST_SCHEME)
      const end = begin.indexOf('://')
      if (end === -1) return
      this.#component = 'authority'
      rest = text.slice(end + 3 - before)
    }
    if (this.#component === 'authority') {
      const end = rest.search(/[/\\?#]/)
      if (end === -1) return
      this.#component = 'path'
      rest = rest.slice(end)
    }
    if (rest.includes('#')) this.#component = 'fragment'
    else if (this.#component === 'path' && rest.includes('?')) this.#component = 'query'
  }
}

/** The index of the literal part with the `://` that ends the scheme; undefined if a value contains it. */
export function endOfScheme(parts: readonly Part[]): number | undefined {
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'expression') continue
    const text = index === 0 ? part.text.trimStart() : part.text
    const rest = text.replace(/^[A-Za-z0-9+.-]*/, '')
    if (rest !== '') return rest.startsWith('://') ? index : undefined
  }
  return undefined
}

/** The index of the last literal part of this authority with an `@`, or `from`. All before it is user info. */
export function endOfUserInfo(parts: readonly Part[], from: number): number {
  let found = from
  for (let index = from; index < parts.length; index += 1) {
    const part = parts[index]
    if (part?.kind !== 'text') continue
    const text = index === from ? part.text.replace(/^[^/]*:\/\//, '') : part.text
    const end = text.search(/[/\\?#]/)
    if ((end === -1 ? text : text.slice(0, end)).includes('@')) found = index
    if (end !== -1) break
  }
  return found
}
