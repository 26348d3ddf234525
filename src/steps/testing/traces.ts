import { createHash } from 'node:crypto'
import { createRedactor, type Redactor } from '../../redactor/index.ts'
import { Sensitive } from '../../sensitive.ts'
import { viewsOf } from './views.ts'

/** A value that must not be visible anywhere. */
export interface Confidential {
  readonly name: string
  readonly value: string
}

/** This many characters of a value in a row are no coincidence. */
const WINDOW = 6
/** A comparison without case needs a few more characters for that. */
const CASELESS = 8
/** The number of leading characters of a digest that people use as a fingerprint. */
const DIGEST = 8

/**
 * The characters that people leave of a masked value: `sk_l…`, or "ends in 9f3a". So few may also occur by chance.
 */
const HINT = 4

/** The beginning or the end of a value, if the text contains it. */
export function hintIn(text: string, values: readonly Confidential[]): string | undefined {
  const found = values.find(
    ({ value }) => text.includes(value.slice(0, HINT)) || text.includes(value.slice(-HINT)),
  )
  return found && `holds the first or the last ${HINT} characters of ${found.name}`
}

/** Finds the remains of values in a text, however they were changed. */
export class Traces {
  readonly #windows = new Map<string, string>()
  readonly #caseless = new Map<string, string>()
  readonly #digests = new Map<string, string>()
  readonly #forms: Redactor = createRedactor({ inPlace: true })

  constructor(values: readonly Confidential[]) {
    for (const { name, value } of values) this.#add(name, value)
  }

  /** Finds complete values, in any form that the redactor would mask. */
  whole(text: string): string | undefined {
    const [name] = this.#forms.find(text)
    return name === undefined ? undefined : `holds the value of ${name}`
  }

  /**
   * Finds parts of values, and values that were changed beyond the redactor's recognition.
   *
   * @param mayBeDigest whether a digest of a value is no leak.
   */
  changed(text: string, mayBeDigest = false): string | undefined {
    const lower = text.toLowerCase()
    for (const [prefix, name] of mayBeDigest ? [] : this.#digests) {
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

/** The lines without the frame of a PEM block, which is not confidential. */
function linesOf(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => !line.startsWith('-----'))
}
