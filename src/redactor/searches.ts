import { setImmediate as nextTurn } from 'node:timers/promises'
import { OFF_LOOP_OVER, type RedactionClock } from './redaction-clock.ts'
import type { Redactor } from './redactor.ts'

type Input = string | Uint8Array
type Names = readonly string[]

/** Finds out whose values stand in the texts of a run, of which each may be large, and there may be many. */
export class Searches {
  readonly #redactor: Redactor
  readonly #clock: RedactionClock
  /** The one of a large text that was made last: steps in a row often get the same. */
  #last: { input: Input; knowledge: number; names: Names } | undefined

  constructor(redactor: Redactor, clock: RedactionClock) {
    this.#redactor = redactor
    this.#clock = clock
  }

  /** @param knowledge how much the run has learned. */
  async findIn(inputs: readonly Input[], knowledge: number, signal?: AbortSignal): Promise<string[]> {
    const found = new Set<string>()
    for (const input of packed(inputs)) {
      for (const name of await this.#find(input, knowledge, signal)) found.add(name)
    }
    return [...found]
  }

  async ownersIn(
    texts: readonly string[],
    knowledge: number,
    signal?: AbortSignal,
  ): Promise<Map<string, Names>> {
    const owners = new Map<string, Names>()
    const small = texts.filter(isSmall)
    // Mostly there is nothing in any of them, which one search tells of many.
    const isClean = small.length > FEW && (await this.findIn(small, knowledge, signal)).length === 0
    let isFirst = true
    for (const some of slices(small)) {
      if (!isClean && !isFirst) await nextTurn()
      isFirst = false
      for (const text of some) owners.set(text, isClean ? [] : this.#here(text))
      signal?.throwIfAborted()
      this.#clock.left()
    }
    for (const text of texts) {
      if (!isSmall(text)) owners.set(text, await this.#find(text, knowledge, signal))
    }
    return owners
  }

  async #find(input: Input, knowledge: number, signal: AbortSignal | undefined): Promise<Names> {
    if (!this.#clock.isLarge(input.length)) return this.#here(input)
    if (this.#last?.knowledge === knowledge && this.#last.input === input) return this.#last.names
    const result = await this.#clock.there(input.length, signal, (it) => ({ kind: 'find', input, ...it }))
    this.#last = { input, knowledge, names: Array.isArray(result) ? result : [] }
    return this.#last.names
  }

  #here(input: Input): Names {
    return this.#clock.here(input.length, () => this.#redactor.find(input))
  }
}

const isSmall = (it: Input): it is string => typeof it === 'string' && it.length <= OFF_LOOP_OVER

/** A value in one of so few texts costs less where it stands alone than all of them do together. */
const FEW = 64
/** Part of no escape, so that it adds nothing to decode. */
const BETWEEN = '\x01'

/**
 * Joins small texts, so that a hundred thousand of them cost no more than one of their length. What is found over the
 * border of two is no value, unless one holds the character between them; then a name too many is given.
 */
function packed(inputs: readonly Input[]): readonly Input[] {
  const small = inputs.filter(isSmall)
  if (small.length <= FEW) return inputs
  return [small.join(BETWEEN), ...inputs.filter((it) => !isSmall(it))]
}

// How many texts, and characters of them, are searched before others have their turn.
const TEXTS = 500

/** Texts that together keep the event loop for no longer than one large one would. */
function* slices(texts: readonly string[]): Generator<string[]> {
  let some: string[] = []
  let size = 0
  for (const text of texts) {
    some.push(text)
    size += text.length
    if (some.length < TEXTS && size < OFF_LOOP_OVER) continue
    yield some
    some = []
    size = 0
  }
  if (some.length > 0) yield some
}
