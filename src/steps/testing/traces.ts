import { createHash } from 'node:crypto'
import { createRedactor, type Redactor } from '../../redactor/index.ts'
import { Sensitive } from '../../sensitive.ts'
import { viewsOf } from './views.ts'

/** A value that must be seen nowhere. */
export interface Confidential {
  readonly name: string
  readonly value: string
}

/** So many characters of a value in a row are no coincidence. */
const WINDOW = 6
/** Compared without case, a few more are needed for that. */
const CASELESS = 8
/** The beginning of a digest, as people use it for a fingerprint. */
const DIGEST = 8

/** What people leave of a value that they mask: `sk_l…`, or "ends in 9f3a". So little may also be there by chance. */
const HINT = 4

/** The beginning or the end of a value in a text. */
export function hintIn(text: string, values: readonly Confidential[]): string | undefined {
  const found = values.find(
    ({ value }) => text.includes(value.slice(0, HINT)) || text.includes(value.slice(-HINT)),
  )
  return found && `holds the first or the last ${HINT} characters of ${found.name}`
}

/** Finds what is left of values in a text, however it was changed. */
export class Traces {
  readonly #windows = new Map<string, string>()
  readonly #caseless = new Map<string, string>()
  readonly #digests = new Map<string, string>()
  readonly #forms: Redactor = createRedactor({ inPlace: true })

  constructor(values: readonly Confidential[]) {
    for (const { name, value } of values) this.#add(name, value)
  }

  /** Values as they are, in any form that the redactor would mask. */
  whole(text: string): string | undefined {
    const [name] = this.#forms.find(text)
    return name === undefined ? undefined : `holds the value of ${name}`
  }

  /** Parts of values, and values that were changed so that the redactor cannot know them. */
  changed(text: string): string | undefined {
    const lower = text.toLowerCase()
    for (const [prefix, name] of this.#digests) {
      if (text.includes(prefix) || lower.includes(prefix))
        return `holds a digest of ${name}, from which a short value can be guessed`
    }
    for (const [view, how] of viewsOf(text)) {
      const found = this.#search(view)
      if (found === undefined) continue
      return `holds ${WINDOW} or more characters of ${found.name} (${[how, found.how].filter(Boolean).join(', ') || 'a part of it'})`
    }
    return undefined
  }

  #search(text: string): { name: string; how: string } | undefined {
    const lower = text.toLowerCase()
    for (let at = 0; at + WINDOW <= text.length; at++) {
      const name = this.#windows.get(text.slice(at, at + WINDOW))
      if (name !== undefined) return { name, how: '' }
      const caseless = this.#caseless.get(lower.slice(at, at + CASELESS))
      if (caseless !== undefined) return { name: caseless, how: 'in another case' }
    }
    return undefined
  }

  #add(name: string, value: string): void {
    this.#forms.learn([name], new Sensitive(value))
    for (const line of linesOf(value)) {
      for (const text of new Set([line, line.replaceAll(/[^A-Za-z0-9]/g, '')])) this.#addWindows(name, text)
    }
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      const digest = createHash(algorithm).update(value).digest()
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        this.#digests.set(digest.toString(encoding).slice(0, DIGEST), name)
      }
    }
  }

  #addWindows(name: string, text: string): void {
    for (let at = 0; at + WINDOW <= text.length; at++) {
      const window = text.slice(at, at + WINDOW)
      if (new Set(window).size > 2) this.#windows.set(window, name)
      const longer = text.slice(at, at + CASELESS).toLowerCase()
      if (new Set(longer).size > 2 && longer.length === CASELESS) this.#caseless.set(longer, name)
    }
  }
}

/** Without the frame of a PEM block, which says nothing. */
function linesOf(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => !line.startsWith('-----'))
}
