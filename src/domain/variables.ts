import type { Registry } from '../steps/index.ts'
import { type Automation, StepRun } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import * as template from '../template/index.ts'
import { lastEndedRun } from './run-list.ts'
import type { Secrets } from './secrets.ts'

export interface Variable extends template.Variable {
  /** The variable as it is written in a template. */
  readonly reference: string
}

export interface VariableGroup extends template.VariableGroup {
  readonly variables: readonly Variable[]
}

const MAX_SECRETS_SHOWN = 1000

export interface Variables {
  /** The variables for a step, as the explorer shows them: the trigger, the steps before it, and the secrets. */
  list(automation: Automation, step?: string): Promise<VariableGroup[]>
}

export function createVariables(parts: { store: Store; registry: Registry; secrets: Secrets }): Variables {
  const { store, registry, secrets } = parts
  return {
    async list(automation, step) {
      const last = await lastRun(store, automation)
      const index = automation.steps.findIndex(({ key }) => key === step)
      const earlier = index < 0 ? automation.steps : automation.steps.slice(0, index)
      const steps = earlier.map(({ key, type }) => {
        const schema = registry.list().find((it) => it.type === type)?.output
        return template.stepGroup(key, schema, last.outputs.get(key))
      })
      const found = await secrets.list(automation.workspace, { first: MAX_SECRETS_SHOWN })
      const names = found.map(({ name }) => name)
      const trigger = template.triggerGroup(last.input, { hasSchedule: Boolean(automation.schedule) })
      return [trigger, ...steps, template.secretsGroup(names)].map(withReferences)
    },
  }
}

function withReferences(group: template.VariableGroup): VariableGroup {
  const variables = group.variables.map((it) => ({ ...it, reference: template.referenceTo(it.path) }))
  return { ...group, variables }
}

async function lastRun(store: Store, { workspace, id }: Automation) {
  const em = store.em()
  const run = await lastEndedRun(em, workspace, id)
  const steps = run ? await em.find(StepRun, { workspace, run: run.id }) : []
  return { input: run?.input, outputs: new Map(steps.map(({ key, output }) => [key, output])) }
}
