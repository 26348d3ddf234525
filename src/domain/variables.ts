import type { Registry } from '../steps/index.ts'
import { type Automation, StepRun } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { lastEndedRun } from './run-list.ts'
import type { Secrets } from './secrets.ts'

export interface Variable {
  /** As it stands in a template. */
  reference: string
  label: string
  /** A redacted value from the last run; never one of a secret. */
  sample: unknown
}

export interface VariableGroup {
  kind: 'TRIGGER' | 'STEP' | 'SECRETS'
  title: string
  variables: Variable[]
}

const MAX_SECRETS_SHOWN = 1000

export interface Variables {
  /** What the variable explorer shows for a step: the trigger, the steps before it, and the secrets. */
  list(automation: Automation, step?: string): Promise<VariableGroup[]>
}

export function createVariables(parts: { store: Store; registry: Registry; secrets: Secrets }): Variables {
  const { store, registry, secrets } = parts
  return {
    async list(automation, step) {
      const last = await lastRun(store, automation)
      const index = automation.steps.findIndex(({ key }) => key === step)
      const earlier = index < 0 ? automation.steps : automation.steps.slice(0, index)
      const steps = earlier.map(({ key, type }): VariableGroup => {
        const schema = registry.list().find((it) => it.type === type)?.output ?? {}
        const sample = last.outputs.get(key)
        const variables = [
          describe(`steps.${key}.output`, 'output', sample),
          ...properties(key, schema, sample),
        ]
        return { kind: 'STEP', title: key, variables }
      })
      const names = await secrets.list(automation.workspace, { first: MAX_SECRETS_SHOWN })
      return [
        { kind: 'TRIGGER', title: 'Trigger', variables: triggerVariables(automation, last.input) },
        ...steps,
        {
          kind: 'SECRETS',
          title: 'Secrets',
          variables: names.map(({ name }) => describe(`secrets.${name}`, name)),
        },
      ]
    },
  }
}

async function lastRun(store: Store, { workspace, id }: Automation) {
  const em = store.em()
  const run = await lastEndedRun(em, workspace, id)
  const steps = run ? await em.find(StepRun, { workspace, run: run.id }) : []
  return { input: run?.input, outputs: new Map(steps.map(({ key, output }) => [key, output])) }
}

/** What the last run was started with, and what a schedule starts one with. */
function triggerVariables({ schedule }: Automation, input: unknown): Variable[] {
  const given = isObject(input) ? input : {}
  const keys = new Set([...Object.keys(given), ...(schedule ? ['schedule'] : [])])
  const variables = [...keys].map((key) => member('trigger', key, given))
  const ticks = schedule ? scheduleKeys.map((key) => member('trigger.schedule', key, given['schedule'])) : []
  return [describe('trigger', 'trigger', input), ...variables, ...ticks]
}

const scheduleKeys = ['cron', 'timeZone', 'at']

function properties(key: string, schema: Readonly<Record<string, unknown>>, sample: unknown): Variable[] {
  const declared = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
  const seen = isObject(sample) ? Object.keys(sample) : []
  return [...new Set([...declared, ...seen])].map((name) => member(`steps.${key}.output`, name, sample))
}

function member(path: string, key: string, parent: unknown): Variable {
  const step = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  const sample = isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined
  return describe(`${path}${step}`, key, sample)
}

function describe(path: string, label: string, sample?: unknown): Variable {
  return { reference: `{{ ${path} }}`, label, sample: sample ?? null }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
