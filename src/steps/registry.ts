import { AppError } from '../errors.ts'
import { suggestion } from '../template/index.ts'
import type { StepType } from './define-step.ts'
import { broken, isObject, type Unchecked } from './definition/broken.ts'
import { checkDefinition } from './definition/check-definition.ts'
import { quoted, within } from './within.ts'

/** The step types that this process knows. */
export interface Registry {
  /** @throws AppError UNKNOWN_STEP_TYPE with similar names. */
  get(type: string): StepType
  /** In the order in which they were given. */
  list(): readonly StepType[]
}

/** A step type with the module it comes from, for messages. */
class Sourced {
  readonly source: string
  readonly definition: unknown

  constructor(source: string, definition: unknown) {
    this.source = source
    this.definition = definition
  }
}

/**
 * Marks the default export of a module, a step type or a list of them, with the name of the module. Then
 * `createRegistry` can say which module is faulty.
 *
 * @throws AppError INVALID_STEP_TYPE when the module has no default export.
 */
export function fromModule(source: string, exported: unknown): readonly unknown[] {
  if (exported === undefined || exported === null) {
    throw broken(`Module ${quoted(source)}: must export a step type, or a list of them, by default.`)
  }
  return [exported].flat().map((definition: unknown) => new Sourced(source, definition))
}

/**
 * Checks the definitions and keeps them.
 *
 * @param stepTypes results of `defineStep` or `fromModule`.
 * @throws AppError INVALID_STEP_TYPE naming the step type, its module and the reason, when a definition is invalid
 * or a type exists twice.
 */
export function createRegistry(stepTypes: readonly unknown[]): Registry {
  const byType = new Map<string, { stepType: StepType; source: string }>()
  for (const [index, entry] of stepTypes.entries()) {
    const { source, definition } = entry instanceof Sourced ? entry : { source: '', definition: entry }
    within(titleOf(definition, index, source), () => {
      checkDefinition(definition)
      const twin = byType.get(definition.type)
      if (twin !== undefined) throw broken(`is there twice${from(twin.source)}: rename or remove one.`)
      byType.set(definition.type, { stepType: definition, source })
    })
  }
  const list = Object.freeze([...byType.values()].map((it) => it.stepType))
  return Object.freeze({ list: () => list, get: (type: string) => find(type) })

  function find(type: string): StepType {
    const found = byType.get(type)
    if (found !== undefined) return found.stepType
    const message = `There is no step type ${quoted(type)}.${suggestion(type, [...byType.keys()])}`
    throw new AppError('UNKNOWN_STEP_TYPE', message)
  }
}

/** The same step types with what the operator has set for them, by the names of the types. */
export function configureRegistry(
  registry: Registry,
  configured: ReadonlyMap<string, StepType['configured']>,
): Registry {
  const list = registry.list().map((it) => ({ ...it, configured: configured.get(it.type) ?? {} }))
  const byType = new Map(list.map((it) => [it.type, it]))
  return Object.freeze({
    list: () => list,
    get: (type: string) => byType.get(type) ?? registry.get(type),
  })
}

/** Names a definition by its type if it has one, otherwise by its number in the list. */
function titleOf(definition: unknown, index: number, source: string): string {
  const { type }: Unchecked<StepType> = isObject(definition) ? definition : {}
  return `Step type ${typeof type === 'string' ? quoted(type) : `no. ${index + 1}`}${from(source)}`
}

function from(source: string): string {
  return source === '' ? '' : ` from ${quoted(source)}`
}
