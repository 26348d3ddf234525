import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

// A pair of fields takes validation about a microsecond. Documents of the web app stay below 100.
const MAX_PAIRS = 2000

/**
 * Whether validation would take too long, because the document names the same answer at the same place again and again.
 * GraphQL compares every two fields of one place (https://spec.graphql.org/draft/#sec-Field-Selection-Merging), which takes
 * 0.2 to 0.4 seconds for 495 times `viewer { id }`.
 *
 * It takes time in proportion to the document and the pairs that are allowed, also for a document that is not valid.
 */
export function mergesTooMuch({ definitions }: DocumentNode): boolean {
  const fragments = definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION)
  const counting = new PairCount(new Map(fragments.map((it) => [it.name.value, it])))
  for (const it of definitions) if ('selectionSet' in it) counting.add([it.selectionSet])
  return counting.isOver()
}

class PairCount {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #seen = new WeakSet<SelectionSetNode>()
  #left = MAX_PAIRS

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments
  }

  isOver(): boolean {
    return this.#left < 0
  }

  /** @param sets the selection sets of all fields that have one place in the answer. */
  add(sets: readonly SelectionSetNode[]): void {
    const [only] = sets
    if (this.isOver() || !only) return
    if (sets.length === 1) {
      if (this.#seen.has(only)) return
      this.#seen.add(only)
    }
    const place: Place = { fields: new Map(), spread: new Set() }
    for (const set of sets) this.#collect(set, place)
    // Also fragments that stand side by side are compared, and each with what is below the others.
    this.#left -= pairsOf(place.spread.size)
    for (const name of place.spread) this.#spread(name, place)
    this.#left -= place.spread.size
    for (const { count } of place.fields.values()) this.#left -= pairsOf(count)
    // What is one set again and again, through fragments, is read again each time.
    if (sets.length > 1) this.#left -= place.fields.size
    for (const { sets: below } of place.fields.values()) this.add(below)
  }

  #collect({ selections }: SelectionSetNode, place: Place): void {
    for (const it of selections) {
      if (it.kind === Kind.FIELD) {
        const name = (it.alias ?? it.name).value
        const field = place.fields.get(name) ?? { count: 0, sets: [] }
        place.fields.set(name, field)
        field.count++
        if (it.selectionSet) field.sets.push(it.selectionSet)
      } else if (it.kind === Kind.INLINE_FRAGMENT) this.#collect(it.selectionSet, place)
      else place.spread.add(it.name.value)
    }
  }

  #spread(name: string, place: Place): void {
    const fragment = this.#fragments.get(name)
    if (fragment) this.#collect(fragment.selectionSet, place)
  }
}

interface Place {
  fields: Map<string, { count: number; sets: SelectionSetNode[] }>
  spread: Set<string>
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2
