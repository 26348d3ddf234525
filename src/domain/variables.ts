import type { Registry } from '../steps/index.ts'
import type { Automation } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import * as template from '../template/index.ts'
import { type LastRun, lastRunsOf } from './last-runs.ts'
import type { Secrets } from './secrets.ts'

export interface Variable extends template.Variable {
  /** The variable as it is written in a template. */
  readonly reference: string
}

export interface VariableGroup extends template.VariableGroup {
  readonly variables: readonly Variable[]
}

const MAX_SECRETS_SHOWN = 1000

/** What the explorer is asked for. Without a step, or with one that there is not: all steps. */
export interface VariablesKey {
  automation: Automation
  step: string | undefined
}

export interface Variables {
  /**
   * The variables for steps of a workspace's automations, as the explorer shows them: the trigger, the steps before it,
   * and the secrets.
   *
   * @returns the groups for each key, in the order of the keys.
   */
  listOfMany(workspace: string, keys: readonly VariablesKey[]): Promise<VariableGroup[][]>
}

export function createVariables(parts: { store: Store; registry: Registry; secrets: Secrets }): Variables {
  const { store, registry, secrets } = parts
  return {
    async listOfMany(workspace, keys) {
      const ids = new Set(keys.map(({ automation }) => automation.id))
      const [lastRuns, found] = await Promise.all([
        lastRunsOf(store, workspace, [...ids]),
        secrets.list(workspace, { first: MAX_SECRETS_SHOWN }),
      ])
      const ofSecrets = withReferences(template.secretsGroup(found.map(({ name }) => name)))
      const groups = new Groups(registry, ofSecrets)
      return keys.map((key) => groups.listOf(key, lastRuns.get(key.automation.id)))
    },
  }
}

/**
 * Makes groups. Automations are alike: without samples, a group of the same name is the same object for all of them, and so is a list
 * of the same groups. What is the same object is written once.
 */
class Groups {
  readonly #ofSecrets: VariableGroup
  readonly #outputs: ReadonlyMap<string, unknown>
  readonly #made = new Map<string, VariableGroup>()
  readonly #lists = new Map<string, VariableGroup[]>()

  constructor(registry: Registry, ofSecrets: VariableGroup) {
    this.#ofSecrets = ofSecrets
    this.#outputs = new Map(registry.list().map(({ type, output }) => [type, output]))
  }

  /** Those of the trigger, of the steps, and of the secrets. */
  listOf({ automation, step }: VariablesKey, last: LastRun | undefined): VariableGroup[] {
    const index = automation.steps.findIndex(({ key }) => key === step)
    const steps = index < 0 ? automation.steps : automation.steps.slice(0, index)
    const hasSchedule = Boolean(automation.schedule)
    if (last) return this.#make(hasSchedule, steps, last)
    // Neither a key nor the name of a type has a space in it.
    let alike = hasSchedule ? 'scheduled' : ''
    for (const { key, type } of steps) alike += ` ${key} ${type}`
    const list = this.#lists.get(alike) ?? this.#make(hasSchedule, steps)
    this.#lists.set(alike, list)
    return list
  }

  #make(hasSchedule: boolean, steps: Automation['steps'], last?: LastRun): VariableGroup[] {
    const ofSteps = steps.map(({ key, type }) => this.#ofStep(key, type, last?.outputs.get(key)))
    return [this.#ofTrigger(last?.input, hasSchedule), ...ofSteps, this.#ofSecrets]
  }

  #ofTrigger(sample: unknown, hasSchedule: boolean): VariableGroup {
    const make = () => template.triggerGroup(sample, { hasSchedule })
    return this.#once(sample, `trigger ${hasSchedule}`, make)
  }

  #ofStep(key: string, type: string, sample: unknown): VariableGroup {
    return this.#once(sample, `step ${type} ${key}`, () =>
      template.stepGroup(key, this.#outputs.get(type), sample),
    )
  }

  #once(sample: unknown, name: string, make: () => template.VariableGroup): VariableGroup {
    const before = sample === undefined ? this.#made.get(name) : undefined
    if (before) return before
    const group = withReferences(make())
    if (sample === undefined) this.#made.set(name, group)
    return group
  }
}

function withReferences(group: template.VariableGroup): VariableGroup {
  const variables = group.variables.map((it) => ({ ...it, reference: template.referenceTo(it.path) }))
  return { ...group, variables }
}
