import { type DraftStep, isRecord } from '../draft/draft.ts'
import type { StepType } from '../step-types.ts'
import { keyText } from '../template/pieces.ts'
import type { EarlierStep } from '../template/problems.ts'

/** A section of the explorer. */
export interface VariableSection {
  kind: 'TRIGGER' | 'STEP' | 'SECRETS'
  title: string
  variables: readonly Variable[]
}

export interface Variable {
  /** As it stands between the braces. */
  path: string
  label: string
  /** Of the last run; undefined where there is none. */
  sample: unknown
}

/** What the last run gave: the trigger, and the output of each step by the key that it was saved under. */
export interface Samples {
  trigger: unknown
  steps: ReadonlyMap<string, unknown>
}

export const noSamples: Samples = { trigger: undefined, steps: new Map() }

/** Reads from the API's own groups, in which a whole value stands first and its parts follow. */
export function samplesOf(
  groups: readonly { kind: string; title: string; variables: readonly { sample: unknown }[] }[],
): Samples {
  const first = (it: { variables: readonly { sample: unknown }[] }) => it.variables[0]?.sample ?? undefined
  const trigger = groups.find(({ kind }) => kind === 'TRIGGER')
  const steps = groups.filter(({ kind }) => kind === 'STEP').map((it) => [it.title, first(it)] as const)
  return { trigger: trigger && first(trigger), steps: new Map(steps) }
}

/**
 * What a step can refer to, by the rules of src/domain/variables.ts, but for the automation as it is being
 * written: steps that are not saved yet have what their type says they give back.
 */
export function sectionsFor(
  earlier: readonly DraftStep[],
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
  samples: Samples,
  secrets: readonly string[],
): VariableSection[] {
  return [
    {
      kind: 'TRIGGER',
      title: 'Trigger',
      variables: [variable('trigger', 'trigger', samples.trigger), ...childrenOf('trigger', samples.trigger)],
    },
    ...earlier.map((step) => stepSection(step, types.get(step.type), samples)),
    {
      kind: 'SECRETS',
      title: 'Secrets',
      variables: secrets.map((name) => variable(`secrets.${name}`, name, undefined)),
    },
  ]
}

function stepSection(
  step: DraftStep,
  type: Pick<StepType, 'output'> | undefined,
  samples: Samples,
): VariableSection {
  const path = `steps.${step.key}.output`
  const sample = step.savedKey === undefined ? undefined : samples.steps.get(step.savedKey)
  const seen = isRecord(sample) ? Object.keys(sample) : []
  const names = [...new Set([...declaredOutputs(type), ...seen])]
  const parts = names.map((name) =>
    variable(`${path}${keyText(name)}`, name, isRecord(sample) ? sample[name] : undefined),
  )
  const lists = Array.isArray(sample) ? childrenOf(path, sample) : []
  return { kind: 'STEP', title: step.key, variables: [variable(path, 'output', sample), ...parts, ...lists] }
}

/** What the templates of a step may name of the output of another. */
export function earlierStep(
  { key, type }: DraftStep,
  types: ReadonlyMap<string, Pick<StepType, 'output'>>,
): EarlierStep {
  const declared = declaredOutputs(types.get(type))
  return { key, outputs: declared.length > 0 ? declared : undefined }
}

function declaredOutputs(type: Pick<StepType, 'output'> | undefined): string[] {
  const schema = type?.output
  if (!isRecord(schema) || !isRecord(schema['properties'])) return []
  return Object.keys(schema['properties'])
}

const MOST_CHILDREN = 100

/** What is inside of a variable, as far as its sample shows. */
export function childrenOf(path: string, sample: unknown): Variable[] {
  if (Array.isArray(sample)) {
    return sample
      .slice(0, MOST_CHILDREN)
      .map((item: unknown, at) => variable(`${path}[${at}]`, `[${at}]`, item))
  }
  if (!isRecord(sample)) return []
  return Object.entries(sample)
    .slice(0, MOST_CHILDREN)
    .map(([key, value]) => variable(`${path}${keyText(key)}`, key, value))
}

const MOST_FLAT = 400
const DEEPEST = 5

/** All variables of a section, those inside of others too, each once; the outer ones first. */
export function flattened({ kind, variables }: VariableSection): Variable[] {
  if (kind === 'SECRETS') return [...variables]
  const found = new Map<string, Variable>()
  let level = [...variables]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.size < MOST_FLAT; depth += 1) {
    for (const it of level) if (!found.has(it.path)) found.set(it.path, it)
    level = level.flatMap(({ path, sample }) => childrenOf(path, sample)).slice(0, MOST_FLAT)
  }
  return [...found.values()].slice(0, MOST_FLAT)
}

function variable(path: string, label: string, sample: unknown): Variable {
  return { path, label, sample: sample ?? undefined }
}
