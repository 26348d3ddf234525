import type { Registry } from '../steps/index.ts'
import { type Automation, StepRun } from '../store/entities/index.ts'
import type { Em, Store } from '../store/store.ts'
import * as template from '../template/index.ts'
import { inputsOfRuns, lastEndedRuns } from './run-list.ts'
import type { Secrets } from './secrets.ts'

export interface Variable extends template.Variable {
  /** The variable as it is written in a template. */
  readonly reference: string
}

export interface VariableGroup extends template.VariableGroup {
  readonly variables: readonly Variable[]
}

const MAX_SECRETS_SHOWN = 1000
// Samples may be large, so one statement reads only so many runs.
const MAX_SAMPLES = 50

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
      const groups = new Groups(registry)
      return keys.map((key) => [...ownGroups(groups, key, lastRuns.get(key.automation.id)), ofSecrets])
    },
  }
}

interface LastRun {
  input: unknown
  outputs: ReadonlyMap<string, unknown>
}

/** Makes groups. Those without a sample are made once: automations are alike, and what is the same object is written once. */
class Groups {
  readonly #outputs: ReadonlyMap<string, unknown>
  readonly #made = new Map<string, VariableGroup>()

  constructor(registry: Registry) {
    this.#outputs = new Map(registry.list().map(({ type, output }) => [type, output]))
  }

  ofTrigger(sample: unknown, hasSchedule: boolean): VariableGroup {
    const make = () => template.triggerGroup(sample, { hasSchedule })
    return this.#once(sample, `trigger ${hasSchedule}`, make)
  }

  ofStep(key: string, type: string, sample: unknown): VariableGroup {
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

/** The groups of the trigger and of the steps. */
function ownGroups(groups: Groups, { automation, step }: VariablesKey, last?: LastRun): VariableGroup[] {
  const index = automation.steps.findIndex(({ key }) => key === step)
  const earlier = index < 0 ? automation.steps : automation.steps.slice(0, index)
  const steps = earlier.map(({ key, type }) => groups.ofStep(key, type, last?.outputs.get(key)))
  return [groups.ofTrigger(last?.input, Boolean(automation.schedule)), ...steps]
}

function withReferences(group: template.VariableGroup): VariableGroup {
  const variables = group.variables.map((it) => ({ ...it, reference: template.referenceTo(it.path) }))
  return { ...group, variables }
}

/** The last run of each automation that has ended, by the automation. */
async function lastRunsOf(
  store: Store,
  workspace: string,
  automations: readonly string[],
): Promise<ReadonlyMap<string | null | undefined, LastRun>> {
  const runs = await lastEndedRuns(store.em(), workspace, automations)
  const found: Sample[] = []
  for (let i = 0; i < runs.length; i += MAX_SAMPLES)
    found.push(...(await samplesOf(store.em(), workspace, runs.slice(i, i + MAX_SAMPLES))))
  return new Map(found)
}

type Sample = [automation: string | null | undefined, run: LastRun]

async function samplesOf(em: Em, workspace: string, ids: readonly string[]): Promise<Sample[]> {
  const runs = await inputsOfRuns(em, workspace, ids)
  // What a step that failed gave is no sample: later steps get nothing of it.
  const where = { workspace, run: { $in: runs.map(({ id }) => id) }, status: 'SUCCEEDED' as const }
  const steps = Map.groupBy(
    await em.find(StepRun, where, { fields: ['workspace', 'run', 'key', 'output'] }),
    ({ run }) => run,
  )
  return runs.map(({ id, automation, input }) => {
    const outputs = new Map(steps.get(id)?.map(({ key, output }) => [key, output]))
    return [automation, { input, outputs }]
  })
}
