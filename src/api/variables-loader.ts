import type { Domain, VariableGroup, VariablesKey } from '../domain/index.ts'
import { Later } from './later.ts'

interface Batch {
  keys: Map<string, VariablesKey>
  found: Map<string, VariableGroup[]>
  ready: Promise<void>
}

/** Reads the variables of one request together, with one promise for all automations that are asked about at once. */
export class VariablesLoader {
  readonly #variables: Domain['variables']
  readonly #asked = new Map<string, Batch>()
  /** That to which what is asked for now is added. */
  #open: Batch | undefined

  constructor(variables: Domain['variables']) {
    this.#variables = variables
  }

  later(key: VariablesKey): Later<VariableGroup[]> {
    const name = nameOf(key)
    const batch = this.#asked.get(name) ?? this.#add(name, key)
    return new Later(batch.ready, () => batch.found.get(name) ?? [])
  }

  async load(key: VariablesKey): Promise<VariableGroup[]> {
    const { ready, read } = this.later(key)
    await ready
    return read()
  }

  #add(name: string, key: VariablesKey): Batch {
    this.#open ??= this.#begin()
    this.#open.keys.set(name, key)
    this.#asked.set(name, this.#open)
    return this.#open
  }

  #begin(): Batch {
    const { promise, resolve } = Promise.withResolvers<void>()
    const batch: Batch = { keys: new Map(), found: new Map(), ready: promise.then(() => this.#read(batch)) }
    // Whoever waits for it is told. When the request has failed by then, nobody does.
    batch.ready.catch(() => undefined)
    // After the promises that are settled by now, which may ask for more.
    void Promise.resolve().then(() => process.nextTick(resolve))
    return batch
  }

  async #read({ keys, found }: Batch): Promise<void> {
    this.#open = undefined
    const byWorkspace = Map.groupBy(keys, ([, { automation }]) => automation.workspace)
    const reads = [...byWorkspace].map(async ([workspace, its]) => {
      const groups = await this.#variables.listOfMany(
        workspace,
        its.map(([, key]) => key),
      )
      its.forEach(([name], index) => {
        found.set(name, groups[index] ?? [])
      })
    })
    await Promise.all(reads)
  }
}

/** With the version: a mutation may change the automation within the request. */
const nameOf = ({ automation: { workspace, id, version }, step }: VariablesKey): string =>
  `${workspace}.${id}.${version}.${step ?? ''}`
