import { ExactNumber, plainDigits } from '../exact-json.ts'
import type { Sensitive } from '../sensitive.ts'
import { isPlainObject, type Plain, textOf } from './plain-data.ts'

/** What a run knows about the secret values in its data, and learns while templates are rendered. */
export interface Provenance {
  /** Names of the secrets of which the text contains any form, whatever its origin. */
  find(text: string): readonly string[]
  /** Learns a text that was made of the values of these secrets. From now on it is as sensitive as they are. */
  learn(secrets: readonly string[], made: Sensitive): void
}

/** For templates that are rendered without secrets: nothing is found and nothing is learned. */
export const noProvenance: Provenance = { find: () => [], learn: () => {} }

/** What went into one expression: the secrets, and the texts in which they were. */
export class Origin {
  /** The named secrets, and those that were found. */
  readonly owners = new Set<string>()
  readonly #values: (readonly [name: string, value: string])[] = []
  readonly #texts: (readonly [text: string, found: readonly string[]])[] = []

  addSecret(name: string, value: string): void {
    this.owners.add(name)
    this.#values.push([name, value])
  }

  addText(text: string, found: readonly string[]): void {
    this.#texts.push([text, found])
    for (const name of found) this.owners.add(name)
  }

  /** Names of the secrets that were found in a text. */
  get found(): string[] {
    return this.#texts.flatMap(([, found]) => found)
  }

  /**
   * Whether a text is, or is part of, an input that contains all these secrets. Then a search that finds them in
   * the input finds them in the text too.
   */
  holds(text: string): boolean {
    const isOf = (names: readonly string[]) => [...this.owners].every((name) => names.includes(name))
    return (
      this.#values.some(([name, value]) => value === text && isOf([name])) ||
      this.#texts.some(([source, found]) => isOf(found) && source.includes(text))
    )
  }
}

/**
 * The texts of a value that have to be searched for secrets. The JSON of data adds one level of escapes to those
 * in its strings, and a search undoes only a few levels. So strings with escapes are also searched directly. A number
 * that is written in a rare way (`1.5e3`) is also searched in the usual way, and so are lists of bytes.
 */
export function searchable(value: Plain): string[] {
  if (value === null || typeof value === 'boolean') return []
  const text = textOf(value)
  return typeof value === 'object' ? [text, ...new Set(otherTexts(value))] : [text]
}

function* otherTexts(value: Plain): Generator<string> {
  if (typeof value === 'string') {
    if (/[\\%&]/.test(value)) yield value
  } else if (value instanceof ExactNumber) {
    const usual = plainDigits(value.digits)
    if (usual !== value.digits) yield usual
  } else if (Array.isArray(value)) {
    yield* textsInList(value)
  } else if (isPlainObject(value)) {
    for (const [key, held] of Object.entries(value)) {
      yield* otherTexts(key)
      yield* otherTexts(held as Plain)
    }
  }
}

function* textsInList(items: readonly Plain[]): Generator<string> {
  if (items.some((it) => it instanceof ExactNumber)) yield items.map(Number).join()
  for (const item of items) yield* otherTexts(item)
}

/** Whether numbers in it may be written in a rare way. */
export function holdsExactNumber(value: Plain): boolean {
  if (value instanceof ExactNumber) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(holdsExactNumber)
}
