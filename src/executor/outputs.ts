import { hash } from 'node:crypto'
import { parseJson } from '../exact-json.ts'
import type { EarlierOutputs } from '../store/runs/run-origin.ts'
import { assertBudget, type BudgetName } from './run-budget.ts'

/** An output as data where a template needs it, otherwise as its JSON; never as both. */
type Held = { bytes: number } & ({ text: string } | { value: unknown })

interface OutputsOptions {
  isNamedLater(position: number): boolean
  refused?: ((name: BudgetName) => void) | undefined
}

// Smaller ones (characters) are not worth being compared.
const COMPARED_FROM = 64 * 1024

/** The true outputs of a run's steps, within its budget. Steps that give back the same share one copy. */
export class Outputs {
  /** Those that later steps name, by the key of their step. */
  readonly steps: Record<string, { output?: unknown; error?: unknown }> = Object.create(null)
  readonly #held = new Map<number, Held>()
  /** The digest of each large output, also of those that are not held. */
  readonly #digests = new Map<number, string>()
  #last: { text: string; digest: string } | undefined
  readonly #before: number
  readonly #options: OutputsOptions

  /**
   * @param before what the run holds besides (bytes).
   * @param earlier the outputs that a test begins with, by the keys of their steps. They are data that a person gave, as
   *   the trigger is: no template in them is rendered, and the run stores nothing of them.
   */
  constructor(before: number, options: OutputsOptions, earlier: EarlierOutputs = {}) {
    this.#before = before
    this.#options = options
    for (const [key, output] of Object.entries(earlier)) this.steps[key] = { output }
  }

  /** @throws AppError RESPONSE_TOO_LARGE */
  add(position: number, key: string, text: string, isNeeded: boolean): void {
    const same = this.firstLike(text)
    if (text.length >= COMPARED_FROM) this.#digests.set(position, this.#digest(text))
    this.#last = undefined
    if (!isNeeded) return
    const named = this.#options.isNamedLater(position)
    const known = this.#held.get(same ?? -1)
    const held = known && 'value' in known === named ? known : this.#read(text, named)
    this.#held.set(position, held)
    if ('value' in held) this.steps[key] = { output: held.value }
  }

  /** A step has failed, and the run goes on. */
  addError(key: string, error: unknown): void {
    this.steps[key] = { error }
  }

  #read(text: string, named: boolean): Held {
    const bytes = Buffer.byteLength(text)
    assertBudget('held', this.heldBytes() + bytes, this.#options.refused)
    return named ? { bytes, value: parseJson(text) } : { bytes, text }
  }

  /** The first step that gave back the same, if that is large. */
  firstLike(text: string): number | undefined {
    return text.length < COMPARED_FROM ? undefined : this.#firstWith(this.#digest(text))
  }

  /** The same for the output of a step. */
  firstLikeStep(position: number): number | undefined {
    const first = this.#firstWith(this.#digests.get(position))
    return first === position ? undefined : first
  }

  #firstWith(digest: string | undefined): number | undefined {
    for (const [position, it] of this.#digests) if (it === digest) return position
    return undefined
  }

  #digest(text: string): string {
    if (this.#last?.text !== text) this.#last = { text, digest: hash('sha256', text) }
    return this.#last.digest
  }

  /** With what the run holds besides. */
  heldBytes(): number {
    let sum = this.#before
    for (const held of new Set(this.#held.values())) sum += held.bytes
    return sum
  }

  /** Of those that are held. */
  positions(): number[] {
    return [...this.#held.keys()]
  }

  /** As JSON. */
  textAt(position: number): string {
    const held = this.#held.get(position)
    if (!held) return 'null'
    return 'text' in held ? held.text : JSON.stringify(held.value)
  }
}
