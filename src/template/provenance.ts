import type { Sensitive } from '../sensitive.ts'
import { isPlainObject, type Plain, textOf } from './plain-data.ts'

/** What a run knows of the values in its data, and learns while templates are rendered. */
export interface Provenance {
  /** Names of the secrets of which any form stands in a text, however it came there. */
  find(text: string): readonly string[]
  /** Takes a text that was made of the values of these secrets: from now on it is as sensitive as they are. */
  learn(secrets: readonly string[], made: Sensitive): void
}

/** For templates that are rendered where no secret is: nothing is found, and nothing learned. */
export const noProvenance: Provenance = { find: () => [], learn: () => {} }

/** What went into one expression: the secrets, and the texts in which they stood. */
export class Origin {
  /** The secrets that are named, and those that were found. */
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

  /** Whether a text went in as it is, or as a part, with all these secrets: what finds them there finds them in it. */
  holds(text: string): boolean {
    const isOf = (names: readonly string[]) => [...this.owners].every((name) => names.includes(name))
    return (
      this.#values.some(([name, value]) => value === text && isOf([name])) ||
      this.#texts.some(([source, found]) => isOf(found) && source.includes(text))
    )
  }
}

/**
 * The texts in which a value has to be searched for secrets. In the JSON of data an escape stands before each that
 * its strings hold, and so many may be undone: strings with escapes are searched as they are too.
 */
export function searchable(value: Plain): string[] {
  if (value === null || typeof value === 'boolean') return []
  const text = textOf(value)
  return typeof value === 'object' ? [text, ...new Set(escapedTexts(value))] : [text]
}

function* escapedTexts(value: Plain): Generator<string> {
  if (typeof value === 'string') {
    if (/[\\%&]/.test(value)) yield value
  } else if (Array.isArray(value)) {
    for (const item of value) yield* escapedTexts(item)
  } else if (isPlainObject(value)) {
    for (const [key, held] of Object.entries(value)) {
      yield* escapedTexts(key)
      yield* escapedTexts(held as Plain)
    }
  }
}
