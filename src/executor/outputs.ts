import { hash } from 'node:crypto'
import { assertWithin, type BudgetName } from './run-budget.ts'

/** An output as data where a template needs it, otherwise as its JSON; never as both. */
type Held = { bytes: number } & ({ text: string } | { value: unknown })

interface OutputsOptions {
  isNamedLater(position: number): boolean
  refused?: ((name: BudgetName) => void) | undefined
}

/** The true outputs of a run's steps, within its budget. Steps that give back the same share one copy. */
export class Outputs {
  /** Those that later steps name, by the key of their step. */
  readonly steps: Record<string, { output: unknown }> = Object.create(null)
  readonly #byHash = new Map<string, Held>()
  readonly #hashes = new Map<number, string>()
  readonly #before: number
  readonly #options: OutputsOptions

  /** @param before what the run holds besides (bytes). */
  constructor(before: number, options: OutputsOptions) {
    this.#before = before
    this.#options = options
  }

  /** @throws AppError RESPONSE_TOO_LARGE */
  add(position: number, key: string, text: string): void {
    const named = this.#options.isNamedLater(position)
    const id = `${hash('sha256', text)} ${named}`
    const held = this.#byHash.get(id) ?? this.#read(text, named)
    this.#byHash.set(id, held)
    this.#hashes.set(position, id)
    if ('value' in held) this.steps[key] = { output: held.value }
  }

  #read(text: string, named: boolean): Held {
    const bytes = Buffer.byteLength(text)
    let sum = this.#before + bytes
    for (const held of this.#byHash.values()) sum += held.bytes
    assertWithin('held', sum, this.#options.refused)
    return named ? { bytes, value: JSON.parse(text) } : { bytes, text }
  }

  positions(): number[] {
    return [...this.#hashes.keys()]
  }

  /** As JSON. */
  textAt(position: number): string {
    const held = this.#byHash.get(this.#hashes.get(position) ?? '')
    if (!held) return 'null'
    return 'text' in held ? held.text : JSON.stringify(held.value)
  }
}
